import type { UnauthorizedReason } from "../errors";
import { type DecodedToken, decodeToken } from "./claims";

/** What the audience of every Fauna database starts with; the server has it hard-coded. */
const AUDIENCE_PREFIX = "https://db.fauna.com/db/";

type Check = (token: DecodedToken, now: number) => string | false;

// In the order in which the server judges. Its rules: it accepts RS256 only, needs a kid, exactly one audience
// of its own, and gives exp and nbf no leeway; they count only as integers.
const checks: Record<string, Check> = {
  not_rs256: ({ header }) =>
    header.alg !== "RS256" &&
    `It is signed with ${String(header.alg)}; Fauna accepts RS256 only. Use Clerk's default signing algorithm.`,
  no_kid: ({ header }) =>
    !header.kid && "Its header has no kid, so Fauna cannot find the key that signed it.",
  no_issuer: ({ claims }) => !claims.iss && "It has no iss claim.",
  no_audience: ({ claims }) =>
    claims.aud == null &&
    'It has no aud claim. Add "aud": "<audience of your access provider>" to the JWT template.',
  no_fauna_audience: ({ claims }) =>
    claims.aud != null &&
    faunaAudiences(claims.aud) === 0 &&
    `Its aud names no Fauna database. Set it to the audience of your access provider (${AUDIENCE_PREFIX}…).`,
  several_audiences: ({ claims }) =>
    faunaAudiences(claims.aud) > 1 &&
    "Its aud names several Fauna databases; Fauna wants exactly one.",
  expired: ({ claims }, now) =>
    Number.isInteger(claims.exp) &&
    now >= Number(claims.exp) &&
    `It expired ${now - Number(claims.exp)} s ago. Check this device's clock, or raise the template's lifetime.`,
  not_yet_valid: ({ claims }, now) =>
    Number.isInteger(claims.nbf) &&
    now < Number(claims.nbf) &&
    `It is valid only in ${Number(claims.nbf) - now} s. Check the clock of the Fauna server.`,
};

const faunaAudiences = (aud: unknown): number =>
  [aud].flat().filter((entry) => String(entry).startsWith(AUDIENCE_PREFIX)).length;

/**
 * Why Fauna may have refused a token, as far as the token's own claims can tell. Never quotes the token.
 *
 * @param date - the `Date` header of the server's answer, where it can be read (browsers hide it from scripts
 * unless the server exposes it); otherwise this device's clock is used.
 */
export function unauthorizedReasons(token: string, date?: string | null): UnauthorizedReason[] {
  const decoded = decodeToken(token);
  if (!decoded) return [{ code: "not_a_jwt", message: "It is not a JWT." }];
  const now = Math.floor((Date.parse(date ?? "") || Date.now()) / 1000);
  const found = Object.entries(checks).flatMap(([code, check]) => {
    const message = check(decoded, now);
    return message ? [{ code, message }] : [];
  });
  return found.length > 0 ? found : [unknownReason(decoded.claims.iss)];
}

const unknownReason = (issuer: unknown): UnauthorizedReason => ({
  code: "unknown",
  message: `Its claims look right. Check in Fauna that the access provider's issuer is exactly "${String(issuer)}", that its jwks_uri can be reached, that aud is this database's, and that one of its roles applies to this user.`,
});
