import type { RefusalCode } from "./refusals";

/** The decoded parts of a JWT; nothing in them is verified. */
export interface DecodedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** What the audience of every Fauna database starts with; the server has it hard-coded. */
const AUDIENCE_PREFIX = "https://db.fauna.com/db/";

/** Whether an audience is that of a cluster's root database, which takes no tokens. */
export const isRoot = (audience: string): boolean => audience === `${AUDIENCE_PREFIX}yyyyyyyyyyyyy`;

/** The entries of an `aud` that name a Fauna database. */
export const faunaAudiences = (aud: unknown): string[] =>
  [aud]
    .flat()
    .map(String)
    .filter((entry) => entry.startsWith(AUDIENCE_PREFIX));

// The detail of a refusal, or false where there is nothing to refuse.
type Rule = (token: DecodedToken, now: number) => string | number | false;

// As the server judges. It takes RS256 only, needs a kid and exactly one audience of its own, and gives exp and nbf no
// leeway; they count only as integers.
const rules: Partial<Record<RefusalCode, Rule>> = {
  not_rs256: ({ header: { alg } }) => alg !== "RS256" && String(alg),
  no_kid: ({ header }) => !header.kid && "",
  no_issuer: ({ claims }) => !claims.iss && "",
  // What getToken() gives. A template's token names no session.
  session_token: ({ claims: { aud, sid } }) => aud == null && sid != null && "",
  no_audience: ({ claims: { aud, sid } }) => aud == null && sid == null && "",
  no_fauna_audience: ({ claims: { aud } }) => aud != null && !faunaAudiences(aud).length && "",
  several_audiences: ({ claims: { aud } }) => faunaAudiences(aud).length > 1 && "",
  root_database: ({ claims: { aud } }) => isRoot(faunaAudiences(aud).join()) && "",
  expired: ({ claims: { exp } }, now) =>
    Number.isInteger(exp) && now >= Number(exp) && now - Number(exp),
  not_yet_valid: ({ claims: { nbf } }, now) =>
    Number.isInteger(nbf) && now < Number(nbf) && Number(nbf) - now,
};

/** A refusal that the token gives away. */
export interface Judgement {
  readonly code: RefusalCode;
  readonly detail: string | number;
}

/**
 * Why the server would refuse a token, as far as the token's own header and claims can tell.
 *
 * @param now - in seconds, by the server's clock.
 */
export const judgeToken = (token: DecodedToken, now: number): Judgement[] =>
  (Object.entries(rules) as [RefusalCode, Rule][]).flatMap(([code, rule]) => {
    const detail = rule(token, now);
    return detail === false ? [] : [{ code, detail }];
  });
