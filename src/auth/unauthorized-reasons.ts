import type { UnauthorizedReason } from "../errors";
import { CLAIMS, decodeJwtPart, HEADER } from "./jwt";

/**
 * All that a 401 of Fauna's may mean, in the order in which it is looked for. docs/errors.md has the same
 * table. The first ones the token gives away; for the rest one has to look at the access provider, as `fauna-clerk doctor` does.
 */
export const refusals = {
  not_a_jwt: {
    what: "It is not a JWT.",
    mend: "Let getToken return the token of a Clerk JWT template.",
  },
  not_rs256: {
    what: "It is signed with %; Fauna takes RS256 only.",
    mend: "Set the JWT template's signing algorithm to RS256, without a signing key of your own.",
  },
  no_kid: {
    what: "Its header has no kid.",
    mend: "Let Clerk sign it. Another issuer has to name the key in its JWKS as kid.",
  },
  no_issuer: {
    what: "It has no iss claim.",
    mend: "Let Clerk sign it. Another issuer has to set iss to the access provider's issuer.",
  },
  session_token: {
    what: "It is Clerk's session token, which has no aud claim.",
    mend: 'Ask for the token of your JWT template, such as getToken({ template: "fauna" }).',
  },
  no_audience: {
    what: "It has no aud claim.",
    mend: 'Add "aud" to the JWT template: the audience of your access provider.',
  },
  no_fauna_audience: {
    what: "Its aud names no Fauna database.",
    mend: "Set aud in the JWT template to the audience of your access provider (https://db.fauna.com/db/…).",
  },
  several_audiences: {
    what: "Its aud names several Fauna databases; Fauna wants one.",
    mend: "Leave one in the JWT template's aud: the audience of your access provider.",
  },
  root_database: {
    what: "Its aud is that of Fauna's root database, which takes no tokens.",
    mend: "Create a child database, set it up in there (fauna-clerk init does), and take its audience.",
  },
  expired: {
    what: "It expired % s ago.",
    mend: "Check the clocks, or raise the JWT template's lifetime.",
  },
  not_yet_valid: {
    what: "It is valid only in % s.",
    mend: "Check the clocks, or raise the JWT template's allowed clock skew.",
  },
  other_audience: {
    what: "Its aud is that of another database.",
    mend: "Set aud in the JWT template to %, the audience of this database's access provider.",
  },
  wrong_issuer: {
    what: "No access provider has its iss as issuer, to the letter.",
    mend: "Set the access provider's issuer to %, without a slash at the end. If that is not the instance of your app, correct the app's publishable key.",
  },
  keys_unreachable: {
    what: "The keys of its issuer cannot be fetched.",
    mend: "Let Fauna's server reach the access provider's jwks_uri by https. Then wait: it takes up to 5 minutes to try again.",
  },
  unknown_key: {
    what: "The keys of its issuer have none with its kid.",
    mend: "Take the access provider's issuer and jwks_uri, and the app's publishable key, from the same Clerk instance.",
  },
  bad_signature: {
    what: "Its signature is not of the key that it names.",
    mend: "Send the token as Clerk made it.",
  },
  no_role: {
    what: "The access provider has no role.",
    mend: "List at least one role of this database in the access provider's roles.",
  },
  no_role_applies: {
    what: "No role of the access provider has a predicate that is true for this user.",
    mend: "Compare the predicates in the access provider's roles with the token's claims, or list a role without a predicate.",
  },
  unknown: {
    what: "Its claims look right.",
    mend: "Check the access provider: its issuer must be exactly %, its jwks_uri reachable, its audience the token's aud, and one of its roles must apply to this user.",
  },
} as const;

/** A code of {@link refusals}. */
export type RefusalCode = keyof typeof refusals;

/** Why Fauna refuses a token, and the mend. */
export interface Refusal {
  readonly what: string;
  readonly mend: string;
}

/** The texts of a refusal, with the detail in its place. */
export function refusal(code: RefusalCode, detail: unknown = ""): Refusal {
  const { what, mend } = refusals[code];
  const fill = (text: string): string => text.replace("%", () => String(detail));
  return { what: fill(what), mend: fill(mend) };
}

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

/**
 * Why Fauna may have refused a token, as far as the token's own claims can tell. Never quotes the token.
 *
 * @param date - the `Date` header of the server's answer, where it can be read (browsers hide it from scripts
 * unless the server exposes it); otherwise this device's clock is used.
 */
export function unauthorizedReasons(token: string, date: string | null): UnauthorizedReason[] {
  const header = decodeJwtPart(token, HEADER);
  const claims = decodeJwtPart(token, CLAIMS);
  if (!header || !claims) return [reason("not_a_jwt")];
  const now = Math.floor((Date.parse(date ?? "") || Date.now()) / 1000);
  const found = judgeToken({ header, claims }, now);
  return found.length > 0
    ? found.map(({ code, detail }) => reason(code, detail))
    : [reason("unknown", claims.iss)];
}

function reason(code: RefusalCode, detail?: unknown): UnauthorizedReason {
  const { what, mend } = refusal(code, detail);
  return { code, message: `${what} ${mend}` };
}
