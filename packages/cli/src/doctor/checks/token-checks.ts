import { compactVerify, createLocalJWKSet, errors } from "jose";
import { CliError } from "../../cli-error";
import { type DecodedToken, faunaAudiences, judgeToken, type RefusalCode } from "../../explain";
import { FaunaError } from "../../fauna-api";
import { type AccessProvider, rolePredicate, toArray } from "../../fauna-state";
import { type Check, type Checks, fail, type Finding, pass, refused } from "../check";
import type { CheckContext } from "../check-context";
import type { DecodedJwt } from "../decode-token";

type TokenCheck = (token: DecodedJwt, context: CheckContext) => Finding | Promise<Finding>;

/** A check of the token. It is a JWT, as the check "token" has passed. */
const tokenCheck = (
  run: TokenCheck,
  after: readonly string[] = [],
  needs: Check["needs"] = [],
): Check => ({
  needs: ["token", ...needs],
  dependsOn: ["token", ...after],
  run: (context) => run(context.token() as DecodedJwt, context),
});

/** The first of these refusals that applies to the token. */
function tokenRefusal(
  token: DecodedJwt,
  now: number,
  message: string,
  codes: RefusalCode[],
): Finding | undefined {
  const found = judgeToken(token, now).find(({ code }) => codes.includes(code));
  return found && refused(found.code, message, found.detail);
}

const FIX_SUB =
  "Send a token that Clerk made for a user. " +
  "Without sub, a predicate such as d.owner == Query.token()!.sub is true for every document that has no owner: " +
  "guard it with Query.token()?.sub != null.";

/** Checks a user's token: its contents, and whether Fauna accepts it. */
export const tokenChecks: Checks = {
  token: {
    needs: ["token"],
    run(context) {
      const token = context.token();
      if (!token) return refused("not_a_jwt", "stdin");
      return pass(`header ${JSON.stringify(token.header)}, claims ${JSON.stringify(token.claims)}`);
    },
  },

  "token algorithm": tokenCheck((token) => {
    const alg = String(token.header["alg"]);
    return tokenRefusal(token, 0, `alg ${alg}`, ["not_rs256"]) ?? pass(alg);
  }),

  "token issuer": tokenCheck(
    async (token, context) => {
      const iss = String(token.claims["iss"]);
      const missing = tokenRefusal(token, 0, `iss ${iss}`, ["no_issuer"]);
      const expected = (await context.provider())?.issuer ?? context.instance()?.issuer ?? iss;
      if (missing || iss === expected) return missing ?? pass(iss);
      return refused("wrong_issuer", `iss ${iss}, not ${expected}`, iss);
    },
    ["issuer"],
  ),

  "token key": tokenCheck(
    async (token, context) => {
      const kid = String(token.header["kid"]);
      const missing = tokenRefusal(token, 0, `kid ${kid}`, ["no_kid"]);
      if (missing) return missing;
      const keys = await context.keys();
      return keys.some((key) => key.kid === kid) ? pass(kid) : refused("unknown_key", `kid ${kid}`);
    },
    ["signing keys", "token algorithm", "token issuer"],
    ["publishableKey"],
  ),

  "token signature": tokenCheck(
    async (_token, context) =>
      (await hasValidSignature(context)) ? pass("valid") : refused("bad_signature", "not verified"),
    ["token key"],
    ["publishableKey"],
  ),

  "token audience": tokenCheck(
    async ({ claims }, context) => checkAudience(claims, await context.provider()),
    ["audience"],
  ),

  "token times": tokenCheck(
    async (token, context) => {
      const { exp } = token;
      const { iat, nbf } = token.claims;
      if (typeof exp !== "bigint")
        return fail(
          `exp ${exp === undefined ? "is missing" : JSON.stringify(exp)}`,
          "Make exp an integer: Fauna ignores anything else, and the token never expires.",
        );
      const now = await serverTimeSeconds(context);
      const message = `iat ${String(iat)}, nbf ${String(nbf)}, exp ${String(exp)}`;
      return (
        tokenRefusal(token, now, message, ["expired", "not_yet_valid"]) ??
        pass(`${message}: ${Number(exp) - now} s left`)
      );
    },
    ["endpoint"],
  ),

  "token subject": tokenCheck(({ claims: { sub } }) =>
    typeof sub === "string" && sub !== "" ? pass(sub) : fail(`sub ${JSON.stringify(sub)}`, FIX_SUB),
  ),

  query: tokenCheck(
    async (_token, context) => {
      try {
        const sub = await context.faunaAsUser().query<unknown>("Query.token()?.sub");
        return pass(`Fauna accepts the token; Query.token()?.sub is ${JSON.stringify(sub)}`);
      } catch (error) {
        if (!(error instanceof FaunaError)) throw error;
        if (error.reason === "unauthorized") return explainUnauthorized(context);
        return fail(
          error.message,
          error.fix ?? "Send the token exactly as Clerk made it, and check the server's log.",
        );
      }
    },
    [
      ...["endpoint", "key set", "signing keys", "jwks_uri", "roles", "token algorithm"],
      ...["token issuer", "token key", "token signature", "token audience", "token times"],
    ],
    ["endpoint"],
  ),
};

/** By Fauna's clock if it is known, else by this one. */
async function serverTimeSeconds(context: CheckContext): Promise<number> {
  const ahead =
    context.settings.endpoint === undefined ? 0 : (await context.ping()).clockAheadSeconds;
  return Math.floor(context.cli.now() / 1000) + (ahead ?? 0);
}

async function hasValidSignature(context: CheckContext): Promise<boolean> {
  const keys = createLocalJWKSet({
    keys: (await context.keys()).filter(({ kty }) => kty === "RSA"),
  });
  try {
    await compactVerify(context.settings.token ?? "", keys, { algorithms: ["RS256"] });
    return true;
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return false;
    throw new CliError(
      "bad_token",
      `jose: ${(error as Error).message}`,
      "Send the token exactly as Clerk made it.",
    );
  }
}

/** Explains a 401 although all other checks have passed. */
async function explainUnauthorized(context: CheckContext): Promise<Finding> {
  const provider = await context.provider();
  const isConditional = toArray(provider?.roles).every(rolePredicate);
  return provider && isConditional
    ? refused("no_role_applies", "Fauna answered 401")
    : refused("unknown", "Fauna answered 401", context.token()?.claims["iss"]);
}

const AUDIENCE_CODES: readonly RefusalCode[] = [
  "session_token",
  "no_audience",
  "no_fauna_audience",
  "several_audiences",
  "root_database",
];

/** Checks that `aud` names the provider's database. Without a provider, checks that it can name a database. */
export function checkAudience(claims: DecodedToken["claims"], provider?: AccessProvider): Finding {
  const { aud } = claims;
  const message = `aud ${JSON.stringify(aud)}`;
  const found = judgeToken({ header: {}, claims }, 0);
  const wrong = found.find(({ code }) => AUDIENCE_CODES.includes(code));
  if (wrong) return refused(wrong.code, message);
  if (!provider || faunaAudiences(aud).includes(provider.audience)) return pass(message);
  return refused("other_audience", message, provider.audience);
}
