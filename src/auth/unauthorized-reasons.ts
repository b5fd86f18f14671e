import { CLAIMS, decodeJwtPart, HEADER } from "./jwt";
import { UnauthorizedError, type UnauthorizedReason } from "./unauthorized-error";

// Loaded on demand: only an app with a wrong set-up needs the explanation.

/**
 * Every reason why Fauna may answer 401, in the order in which we look for them. docs/errors.md has the same table.
 * The token itself reveals the first ones. The others depend on the access provider, which `fauna-clerk doctor`
 * reads. `%` stands for a detail.
 */
export const refusals = {
  not_a_jwt: {
    problem: "It is not a JWT.",
    fix: "Make getToken return a token of a Clerk JWT template.",
  },
  not_rs256: {
    problem: "It is signed with %; Fauna accepts RS256 only.",
    fix: "Set the JWT template's signing algorithm to RS256, and do not use a custom signing key.",
  },
  no_kid: {
    problem: "Its header has no kid.",
    fix: "Use a token that Clerk signed. Another issuer has to put the kid of a key in its JWKS into the header.",
  },
  no_issuer: {
    problem: "It has no iss claim.",
    fix: "Use a token that Clerk signed. Another issuer has to set iss to the access provider's issuer.",
  },
  session_token: {
    problem: "It is Clerk's session token, which has no aud claim.",
    fix: 'Request a token of your JWT template, such as getToken({ template: "fauna" }).',
  },
  no_audience: {
    problem: "It has no aud claim.",
    fix: 'Add "aud" to the JWT template: the audience of your access provider.',
  },
  no_fauna_audience: {
    problem: "Its aud does not name a Fauna database.",
    fix: "Set aud in the JWT template to the audience of your access provider (https://db.fauna.com/db/…).",
  },
  several_audiences: {
    problem: "Its aud names several Fauna databases; Fauna accepts only one.",
    fix: "Keep one of them in the JWT template's aud: the audience of your access provider.",
  },
  root_database: {
    problem: "Its aud names Fauna's root database, which accepts no tokens.",
    fix: "Create a child database, set it up (fauna-clerk init does both), and use its audience.",
  },
  expired: {
    problem: "It expired % s ago.",
    fix: "Check the clocks, or raise the JWT template's lifetime.",
  },
  not_yet_valid: {
    problem: "It only becomes valid in % s.",
    fix: "Check the clocks, or raise the JWT template's allowed clock skew.",
  },
  other_audience: {
    problem: "Its aud names another database.",
    fix: "Set aud in the JWT template to %, the audience of this database's access provider.",
  },
  wrong_issuer: {
    problem: "No access provider has exactly its iss as issuer.",
    fix: "Set the access provider's issuer to %, without a trailing slash. If that is not your app's Clerk instance, correct the app's publishable key.",
  },
  keys_unreachable: {
    problem: "Its issuer's keys cannot be fetched.",
    fix: "Make sure that Fauna's server can reach the access provider's jwks_uri over https. Then wait: it takes up to 5 minutes to try again.",
  },
  unknown_key: {
    problem: "Its issuer has no key with its kid.",
    fix: "Take the access provider's issuer and jwks_uri, and the app's publishable key, from the same Clerk instance.",
  },
  bad_signature: {
    problem: "Its signature does not match the key that it names.",
    fix: "Send the token exactly as Clerk made it.",
  },
  no_role: {
    problem: "The access provider has no role.",
    fix: "List at least one role of this database in the access provider's roles.",
  },
  no_role_applies: {
    problem: "No role of the access provider has a predicate that is true for this user.",
    fix: "Compare the predicates in the access provider's roles with the token's claims, or list a role without a predicate.",
  },
  unknown: {
    problem: "Its claims look right.",
    fix: "Check the access provider: its issuer must be exactly %, its jwks_uri reachable, its audience the token's aud, and one of its roles must apply to this user.",
  },
} as const;

/** A code of {@link refusals}. */
export type RefusalCode = keyof typeof refusals;

/** Why Fauna refuses a token, and how to fix it. */
export interface Refusal {
  readonly problem: string;
  readonly fix: string;
}

/** The texts of a refusal, with the detail filled in. */
export function refusal(code: RefusalCode, detail: unknown = ""): Refusal {
  const { problem, fix } = refusals[code];
  const fill = (text: string): string => text.replace("%", () => String(detail));
  return { problem: fill(problem), fix: fill(fix) };
}

/** The decoded parts of a JWT. Nothing in them is verified. */
export interface DecodedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Every Fauna database's audience starts with this: the server has it hard-coded. */
const AUDIENCE_PREFIX = "https://db.fauna.com/db/";

/** Whether an audience names a cluster's root database, which accepts no tokens. */
export const isRoot = (audience: string): boolean => audience === `${AUDIENCE_PREFIX}yyyyyyyyyyyyy`;

/** The entries of an `aud` that name a Fauna database. */
export const faunaAudiences = (aud: unknown): string[] =>
  [aud]
    .flat()
    .map(String)
    .filter((entry) => entry.startsWith(AUDIENCE_PREFIX));

/** Returns the detail of the refusal, or false if the token passes. */
type Rule = (token: DecodedToken, now: number) => string | number | false;

// These are the server's rules. It gives exp and nbf no leeway, and ignores them unless they are integers.
const rules: Partial<Record<RefusalCode, Rule>> = {
  not_rs256: ({ header: { alg } }) => alg !== "RS256" && String(alg),
  no_kid: ({ header }) => !header.kid && "",
  no_issuer: ({ claims }) => !claims.iss && "",
  // getToken() without a template returns this one. Only it has a sid.
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

/** A refusal that the token itself reveals. */
export interface Judgement {
  readonly code: RefusalCode;
  readonly detail: string | number;
}

/**
 * Why the server would refuse a token, as far as the token's own header and claims show.
 *
 * @param now - in seconds, by the server's clock.
 */
export const judgeToken = (token: DecodedToken, now: number): Judgement[] =>
  (Object.entries(rules) as [RefusalCode, Rule][]).flatMap(([code, rule]) => {
    const detail = rule(token, now);
    return detail === false ? [] : [{ code, detail }];
  });

/**
 * Why Fauna may have refused a token, as far as the token's own claims show. Never quotes the token.
 *
 * @param date - the `Date` header of the server's answer. Null where it cannot be read, since browsers hide it from
 * scripts unless the server exposes it: then this device's clock counts.
 */
export function unauthorizedReasons(token: string, date: string | null): UnauthorizedReason[] {
  const header = decodeJwtPart(token, HEADER);
  const claims = decodeJwtPart(token, CLAIMS);
  if (!header || !claims) return [reason("not_a_jwt")];
  const now = Math.floor((Date.parse(String(date)) || Date.now()) / 1000);
  const found = judgeToken({ header, claims }, now);
  return found.length > 0
    ? found.map(({ code, detail }) => reason(code, detail))
    : [reason("unknown", claims.iss)];
}

function reason(code: RefusalCode, detail?: unknown): UnauthorizedReason {
  const { problem, fix } = refusal(code, detail);
  return { code, message: `${problem} ${fix}` };
}

/** Makes the error of a request whose token Fauna refused. */
export const unauthorized = (token: string, date: string | null): UnauthorizedError =>
  new UnauthorizedError(unauthorizedReasons(token, date));
