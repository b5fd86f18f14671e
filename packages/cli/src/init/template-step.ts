import { isDeepStrictEqual } from "node:util";
import type { ClerkApi } from "../clerk-api";
import { CliError } from "../cli-error";
import type { JwtTemplate, JwtTemplateInput } from "../jwt-template";
import type { Setup } from "./setup";
import type { Change, Finding, Step } from "./step";

const FAUNA_AUDIENCE_PREFIX = "https://db.fauna.com/db/";
const DEFAULT_LIFETIME_S = 60;

/** Creates or updates the JWT template: `aud`, `org_id`, lifetime and claims of `--claim`. Keeps its other claims. */
export function templateStep(setup: Setup, templates: ClerkApi): Step {
  const { template: name, lifetime } = setup.settings;
  return {
    title: `JWT template ${name}`,
    async inspect() {
      const before = await templates.findTemplate(name);
      if (before?.customSigningKey) throw customSigningKeyError(name);
      const aud =
        setup.audience === undefined
          ? before?.claims["aud"]
          : mergeAudience(before, setup.audience);
      const wanted: JwtTemplateInput = {
        name,
        claims: templateClaims(setup, aud, before?.claims),
        lifetime: lifetime ?? before?.lifetime ?? DEFAULT_LIFETIME_S,
      };
      const details = difference(before, wanted);
      if (details.length === 0) return unchanged(setup);
      return { state: "change", change: change(setup, templates, before, wanted, details) };
    },
  };
}

function unchanged({ audience: known }: Setup): Finding {
  return { state: "same", details: known === undefined ? [AUDIENCE_UNKNOWN] : [] };
}

function change(
  setup: Setup,
  templates: ClerkApi,
  before: JwtTemplate | undefined,
  wanted: JwtTemplateInput,
  details: readonly string[],
): Change {
  return {
    kind: before ? "update" : "create",
    details: [...(setup.audience === undefined ? [AUDIENCE_UNKNOWN] : []), ...details],
    async apply() {
      await (before
        ? templates.updateTemplate(before.id, wanted)
        : templates.createTemplate(wanted));
      return undefined;
    },
  };
}

/** In a dry run, the database may not exist yet. */
const AUDIENCE_UNKNOWN = "claims.aud: not known yet";

/** Replaces Fauna's audience in `aud`: with two of them, Fauna answers 401. Other audiences stay. */
function mergeAudience(before: JwtTemplate | undefined, wanted: string): unknown {
  const had = [before?.claims["aud"] ?? []].flat();
  const others = had.filter(
    (entry) => typeof entry !== "string" || !entry.startsWith(FAUNA_AUDIENCE_PREFIX),
  );
  return others.length === 0 ? wanted : [...others, wanted];
}

function difference(before: JwtTemplate | undefined, wanted: JwtTemplateInput): string[] {
  const claims = Object.entries(wanted.claims)
    .filter(([claim, value]) => !isDeepStrictEqual(before?.claims[claim], value))
    .map(([claim, value]) => formatChange(`claims.${claim}`, before?.claims[claim], value));
  return before?.lifetime === wanted.lifetime
    ? claims
    : [...claims, formatChange("lifetime", before?.lifetime, wanted.lifetime)];
}

function formatChange(name: string, before: unknown, after: unknown): string {
  const change = before === undefined ? "" : `${JSON.stringify(before)} → `;
  return `${name}: ${change}${JSON.stringify(after)}`;
}

function customSigningKeyError(name: string): CliError {
  return new CliError(
    "own_signing_key",
    `The JWT template "${name}" has a custom signing key, which is not in the instance's JWKS: ` +
      "Fauna would reject its tokens.",
    "Turn off the custom signing key in the Clerk Dashboard, or give another --template.",
  );
}

type Claims = Readonly<Record<string, unknown>>;

/** Shows the library whether a token is of the organization on the screen. Null for users without one. */
const ORGANIZATION_CLAIM: Claims = { org_id: "{{org.id}}" };

/** The claims that the JWT template should have. Existing claims stay unless `--claim` sets them. */
export function templateClaims({ settings }: Setup, aud: unknown, before?: Claims): Claims {
  return {
    ...ORGANIZATION_CLAIM,
    ...before,
    ...settings.claims,
    ...(aud !== undefined && { aud }),
  };
}
