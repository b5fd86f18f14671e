import { isDeepStrictEqual } from "node:util";
import type { ClerkTemplates, JwtTemplate, JwtTemplateInput } from "../clerk-templates";
import { CliError } from "../cli-error";
import type { Goal } from "./goal";
import type { Change, Finding, Step } from "./plan";
import { templateClaims } from "./template-claims";

const FAUNA = "https://db.fauna.com/db/";
const NEW_LIFETIME = 60;

/** Makes or changes the JWT template: its `aud`, `org_id`, lifetime and further claims. What else it has stays. */
export function templateStep(goal: Goal, templates: ClerkTemplates): Step {
  const { template: name, lifetime } = goal.settings;
  return {
    title: `JWT template ${name}`,
    async inspect() {
      const before = await templates.byName(name);
      if (before?.customSigningKey) throw ownKey(name);
      const aud =
        goal.audience === undefined ? before?.claims["aud"] : audience(before, goal.audience);
      const wanted: JwtTemplateInput = {
        name,
        claims: templateClaims(goal, aud, before?.claims),
        lifetime: lifetime ?? before?.lifetime ?? NEW_LIFETIME,
      };
      const details = difference(before, wanted);
      if (details.length === 0) return same(goal);
      return { state: "change", change: change(goal, templates, before, wanted, details) };
    },
  };
}

function same({ audience: known }: Goal): Finding {
  return { state: "same", details: known === undefined ? [UNKNOWN] : [] };
}

function change(
  goal: Goal,
  templates: ClerkTemplates,
  before: JwtTemplate | undefined,
  wanted: JwtTemplateInput,
  details: readonly string[],
): Change {
  return {
    kind: before ? "update" : "create",
    details: [...(goal.audience === undefined ? [UNKNOWN] : []), ...details],
    async apply() {
      await (before ? templates.update(before.id, wanted) : templates.create(wanted));
      return undefined;
    },
  };
}

/** In a dry run the database may be yet to be made. */
const UNKNOWN = "claims.aud: not known yet";

/** The `aud` with this database in it and no other of Fauna's, which would be a 401. Others' audiences stay. */
function audience(before: JwtTemplate | undefined, wanted: string): unknown {
  const had = [before?.claims["aud"] ?? []].flat();
  const others = had.filter((entry) => typeof entry !== "string" || !entry.startsWith(FAUNA));
  return others.length === 0 ? wanted : [...others, wanted];
}

function difference(before: JwtTemplate | undefined, wanted: JwtTemplateInput): string[] {
  const claims = Object.entries(wanted.claims)
    .filter(([claim, value]) => !isDeepStrictEqual(before?.claims[claim], value))
    .map(([claim, value]) => arrow(`claims.${claim}`, before?.claims[claim], value));
  return before?.lifetime === wanted.lifetime
    ? claims
    : [...claims, arrow("lifetime", before?.lifetime, wanted.lifetime)];
}

function arrow(name: string, before: unknown, after: unknown): string {
  const change = before === undefined ? "" : `${JSON.stringify(before)} → `;
  return `${name}: ${change}${JSON.stringify(after)}`;
}

function ownKey(name: string): CliError {
  return new CliError(
    "own_signing_key",
    `The JWT template "${name}" signs with a key of its own, which the instance's JWKS does not have: ` +
      "Fauna would refuse its tokens.",
    "Switch its custom signing key off in the Clerk Dashboard, or give another --template.",
  );
}
