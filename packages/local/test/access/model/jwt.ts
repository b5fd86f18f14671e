import { holds } from "./rights";
import { ADMIN, type Caller } from "./context";
import { listOf } from "./listed";
import { audienceOf } from "./system";
import { Rec, type Value } from "./values";
import type { World } from "./world";

/** A token: what it claims, and how its signature came to be. Nothing is signed: what counts is who would have. */
export interface Minted {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly header: Readonly<Record<string, unknown>>;
  /** The key that signed, and what is behind the signature. */
  readonly signedBy: string;
  readonly behind: string;
  readonly unsigned: boolean;
}

/** Answered instead of a session. */
export type Refusal = { readonly status: 401 } | { readonly status: 500; readonly body: unknown };

const UNAUTHORIZED = { status: 401 } as const;
const BROKEN = { status: 500, body: "internal server error" } as const;
/** The keys of the issuer that the server verifies with. */
const RSA_KEYS = ["k1", "k2"];
const PREFIX = "https://db.fauna.com/db/";
const INT64 = 2n ** 63n;

/** On some tokens the server breaks down. */
function breakdown({ claims, header, behind, unsigned }: Minted): Refusal | null {
  if (unsigned || !/^[\w-]*\.?$/.test(behind)) return BROKEN;
  if (Object.values(claims).some((claim) => typeof claim === "bigint" && claim >= INT64))
    return BROKEN;
  if (header["alg"] !== undefined) return null;
  const message =
    "fauna.codex.json.JsonFieldAccessException: No field alg. Please create a ticket at https://support.fauna.com";
  return { status: 500, body: { error: { code: "internal_error", message } } };
}

/** `exp` and `nbf` count if they are integers, and to the second. */
export function isTimely({ claims: { exp, nbf } }: Minted, seconds: number): boolean {
  return (
    !(typeof exp === "bigint" && seconds >= Number(exp)) &&
    !(typeof nbf === "bigint" && seconds <= Number(nbf))
  );
}

/** Signed with RS256 by the key that the header names, and nothing added. */
function isVerified({ header, signedBy, behind }: Minted): boolean {
  return (
    header["alg"] === "RS256" &&
    header["kid"] === signedBy &&
    RSA_KEYS.includes(signedBy) &&
    /^\.?$/.test(behind)
  );
}

/** A list of audiences with anything but texts in it is what the server breaks down on. */
function hasOtherThanTexts(aud: unknown): boolean {
  return Array.isArray(aud) && aud.some((entry) => typeof entry !== "string");
}

/** The database that exactly one audience names. */
function databaseOf(root: World, aud: unknown): World | undefined {
  const ours = (Array.isArray(aud) ? aud : [aud]).filter((text) => String(text).startsWith(PREFIX));
  const all = [root, ...root.children.values()];
  return ours.length === 1 ? all.find((world) => audienceOf(world) === ours[0]) : undefined;
}

/** The roles that a provider gives: those without a predicate, and those whose predicate is true of the claims. */
function rolesOf(world: World, provider: Rec, claims: Value): string[] {
  return listOf(provider.fields.get("roles") ?? null).flatMap((entry) => {
    if (typeof entry === "string") return [entry];
    const { role, predicate } = Object.fromEntries((entry as Rec).fields);
    if (typeof predicate !== "string") return [String(role)];
    return holds({ world, caller: { ...ADMIN, token: claims } }, predicate, [claims])
      ? [String(role)]
      : [];
  });
}

export function byJwt(root: World, token: Minted): { world: World; caller: Caller } | Refusal {
  const broken = breakdown(token);
  if (broken) return broken;
  if (hasOtherThanTexts(token.claims["aud"])) return BROKEN;
  const world = isTimely(token, root.now / 1e6) ? databaseOf(root, token.claims["aud"]) : undefined;
  const provider = world
    ?.all("AccessProvider")
    .find(({ version }) => version.fields.get("issuer") === token.claims["iss"]);
  if (!world || !provider || !isVerified(token)) return UNAUTHORIZED;
  if (!reachable(provider.version.fields.get("jwks_uri"))) return UNAUTHORIZED;
  const claims = valueOf(token.claims);
  const roles = rolesOf(world, new Rec(provider.version.fields), claims).filter((role) =>
    world.read("Role", role),
  );
  return roles.length ? { world, caller: { roles, token: claims, identity: null } } : UNAUTHORIZED;
}

/** Port 1 has no keys for anybody. */
function reachable(uri: Value | undefined): boolean {
  return !String(uri).includes("localhost:1/");
}

function valueOf(claim: unknown): Value {
  if (Array.isArray(claim)) return claim.map(valueOf);
  if (typeof claim !== "object" || claim === null) return claim as Value;
  return new Rec(new Map(Object.entries(claim).map(([name, value]) => [name, valueOf(value)])));
}
