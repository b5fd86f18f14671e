import type { Minted } from "./jwt";
import type { World } from "./world";

export const ISSUER = "https://localhost:9";

/** How a recording says that a token was made: its claims, and what is odd about its signature. */
interface Order {
  readonly jwt?: Readonly<Record<string, unknown>>;
  readonly sign?: Readonly<Record<string, unknown>>;
}

/** The token that the issuer of the recordings would have signed. */
export function minted(as: Order, { now }: World, aud: string): Minted {
  const {
    stranger,
    hs,
    none,
    suffix = "",
    raw = "",
    kid = "k1",
    alg = hs === undefined ? "RS256" : "HS256",
    header,
  } = as.sign ?? {};
  return {
    claims: claimsOf(as.jwt ?? {}, String(raw), BigInt(Math.floor(now / 1e6)), aud),
    header: (header ?? { alg, ...(kid !== "" && { kid }) }) as Record<string, unknown>,
    signedBy: stranger === true ? "a stranger" : hs === undefined ? String(kid) : "a secret",
    behind: String(suffix),
    unsigned: none === true,
  };
}

function claimsOf(
  given: Readonly<Record<string, unknown>>,
  raw: string,
  now: bigint,
  aud: string,
): Record<string, unknown> {
  const usual = { iss: ISSUER, iat: now, nbf: now - 5n, exp: now + 3600n };
  const claims = Object.entries({ ...usual, ...given, ...(!("aud" in given) && { aud }) }).filter(
    ([, claim]) => claim !== "<absent>",
  );
  const [, name, text = ""] = /"(\w+)":(.*)/.exec(raw) ?? [];
  return {
    ...Object.fromEntries(claims.map(([key, claim]) => [key, claimOf(key, claim, now)])),
    ...(name !== undefined && { [name]: /^-?\d+$/.test(text) ? BigInt(text) : Number(text) }),
  };
}

/** Integers are bigint, as a JSON reader without loss has them; `"+4"` is four seconds from now. */
function claimOf(name: string, claim: unknown, now: bigint): unknown {
  const isTime = ["exp", "nbf", "iat"].includes(name);
  if (isTime && typeof claim === "string" && /^[+-]\d+$/.test(claim))
    return now + BigInt(Number(claim));
  return integers(claim);
}

function integers(claim: unknown): unknown {
  if (Number.isInteger(claim)) return BigInt(claim as number);
  if (Array.isArray(claim)) return claim.map(integers);
  if (typeof claim !== "object" || claim === null) return claim;
  return Object.fromEntries(Object.entries(claim).map(([name, value]) => [name, integers(value)]));
}
