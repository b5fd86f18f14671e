import type { UnauthorizedReason } from "../errors";
import { CLAIMS, decodePart, HEADER } from "./claims";

/** What the audience of every Fauna database starts with; the server has it hard-coded. */
const AUDIENCE_PREFIX = "https://db.fauna.com/db/";

type Part = NonNullable<ReturnType<typeof decodePart>>;
type Check = (token: { header: Part; claims: Part }, now: number) => string | false;

// In the order in which the server judges. It takes RS256 only, needs a kid and exactly one audience of its own, and
// gives exp and nbf no leeway; they count only as integers.
const checks: Record<string, Check> = {
  not_rs256: ({ header: { alg } }) =>
    alg !== "RS256" && `It is signed with ${String(alg)}; Fauna takes RS256 only.`,
  no_kid: ({ header }) => !header.kid && "Its header has no kid.",
  no_issuer: ({ claims }) => !claims.iss && "It has no iss claim.",
  no_audience: ({ claims: { aud } }) =>
    aud == null &&
    'It has no aud claim. Add "aud" to the JWT template: the audience of your access provider.',
  no_fauna_audience: ({ claims: { aud } }) =>
    aud != null &&
    !faunaAudiences(aud) &&
    `Its aud names no Fauna database. Set it to the audience of your access provider (${AUDIENCE_PREFIX}…).`,
  several_audiences: ({ claims: { aud } }) =>
    faunaAudiences(aud) > 1 && "Its aud names several Fauna databases; Fauna wants one.",
  expired: ({ claims: { exp } }, now) =>
    Number.isInteger(exp) &&
    now >= Number(exp) &&
    `It expired ${now - Number(exp)} s ago. Check the clocks, or raise the template's lifetime.`,
  not_yet_valid: ({ claims: { nbf } }, now) =>
    Number.isInteger(nbf) &&
    now < Number(nbf) &&
    `It is valid only in ${Number(nbf) - now} s. Check the clocks.`,
};

const faunaAudiences = (aud: unknown): number =>
  [aud].flat().filter((entry) => String(entry).startsWith(AUDIENCE_PREFIX)).length;

/**
 * Why Fauna may have refused a token, as far as the token's own claims can tell. Never quotes the token.
 *
 * @param date - the `Date` header of the server's answer, where it can be read (browsers hide it from scripts
 * unless the server exposes it); otherwise this device's clock is used.
 */
export function unauthorizedReasons(token: string, date: string | null): UnauthorizedReason[] {
  const header = decodePart(token, HEADER);
  const claims = decodePart(token, CLAIMS);
  if (!header || !claims) return [{ code: "not_a_jwt", message: "It is not a JWT." }];
  const now = Math.floor((Date.parse(date ?? "") || Date.now()) / 1000);
  const found = Object.entries(checks).flatMap(([code, check]) => {
    const message = check({ header, claims }, now);
    return message ? [{ code, message }] : [];
  });
  return found.length > 0 ? found : [unknownReason(claims.iss)];
}

const unknownReason = (issuer: unknown): UnauthorizedReason => ({
  code: "unknown",
  message: `Its claims look right. Check Fauna's access provider: its issuer must be exactly "${String(issuer)}", its jwks_uri reachable, its audience the token's aud, and one of its roles must apply to this user.`,
});
