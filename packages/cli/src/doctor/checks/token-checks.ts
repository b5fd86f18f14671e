import { compactVerify, createLocalJWKSet, errors } from "jose";
import { judgeToken, type RefusalCode } from "../../explain";
import { CliError } from "../../cli-error";
import { FaunaError } from "../../fauna-admin";
import { fail, pass, refused, type Check, type Checks, type Finding } from "../check";
import { listed, rolePredicate } from "../../fauna-state";
import type { Facts } from "../facts";
import { judgeAudience } from "../judge-audience";
import type { TokenParts } from "../read-token";

type Look = (token: TokenParts, facts: Facts) => Finding | Promise<Finding>;

/** A check of the token, of which the check of that name has shown that it is a JWT. */
const ofToken = (look: Look, after: readonly string[] = [], needs: Check["needs"] = []): Check => ({
  needs: ["token", ...needs],
  after: ["token", ...after],
  look: (facts) => look(facts.token() as TokenParts, facts),
});

/** The token's own faults among these, as the server judges them. */
function judged(
  token: TokenParts,
  now: number,
  message: string,
  codes: RefusalCode[],
): Finding | undefined {
  const found = judgeToken(token, now).find(({ code }) => codes.includes(code));
  return found && refused(found.code, message, found.detail);
}

const NO_SUB =
  "Send a token that Clerk made for a user. " +
  "A predicate like d.owner == Query.token()!.sub is true without sub for every document that has no owner: " +
  "guard it with Query.token()?.sub != null.";

/** A user's token: what is in it, and whether Fauna takes it. */
export const tokenChecks: Checks = {
  token: {
    needs: ["token"],
    look(facts) {
      const token = facts.token();
      if (!token) return refused("not_a_jwt", "stdin");
      return pass(`header ${JSON.stringify(token.header)}, claims ${JSON.stringify(token.claims)}`);
    },
  },

  "token algorithm": ofToken((token) => {
    const alg = String(token.header["alg"]);
    return judged(token, 0, `alg ${alg}`, ["not_rs256"]) ?? pass(alg);
  }),

  "token issuer": ofToken(
    async (token, facts) => {
      const iss = String(token.claims["iss"]);
      const missing = judged(token, 0, `iss ${iss}`, ["no_issuer"]);
      const expected = (await facts.provider())?.issuer ?? facts.instance()?.issuer ?? iss;
      if (missing || iss === expected) return missing ?? pass(iss);
      return refused("wrong_issuer", `iss ${iss}, not ${expected}`, iss);
    },
    ["issuer"],
  ),

  "token key": ofToken(
    async (token, facts) => {
      const kid = String(token.header["kid"]);
      const missing = judged(token, 0, `kid ${kid}`, ["no_kid"]);
      if (missing) return missing;
      const keys = await facts.keys();
      return keys.some((key) => key.kid === kid) ? pass(kid) : refused("unknown_key", `kid ${kid}`);
    },
    ["signing keys", "token algorithm", "token issuer"],
    ["publishableKey"],
  ),

  "token signature": ofToken(
    async (_token, facts) =>
      (await isSigned(facts))
        ? pass("made with that key")
        : refused("bad_signature", "not verified"),
    ["token key"],
    ["publishableKey"],
  ),

  "token audience": ofToken(
    async ({ claims }, facts) => judgeAudience(claims, await facts.provider()),
    ["audience"],
  ),

  "token times": ofToken(
    async (token, facts) => {
      const { exp } = token;
      const { iat, nbf } = token.claims;
      if (typeof exp !== "bigint")
        return fail(
          `exp ${exp === undefined ? "is missing" : JSON.stringify(exp)}`,
          "Make exp an integer: anything else is no limit to Fauna, and this token is good for ever.",
        );
      const now = await serverTime(facts);
      const message = `iat ${String(iat)}, nbf ${String(nbf)}, exp ${String(exp)}`;
      return (
        judged(token, now, message, ["expired", "not_yet_valid"]) ??
        pass(`${message}: ${Number(exp) - now} s left`)
      );
    },
    ["endpoint"],
  ),

  "token subject": ofToken(({ claims: { sub } }) =>
    typeof sub === "string" && sub !== "" ? pass(sub) : fail(`sub ${JSON.stringify(sub)}`, NO_SUB),
  ),

  query: ofToken(
    async (_token, facts) => {
      try {
        const sub = await facts.asUser().query<unknown>("Query.token()?.sub");
        return pass(`Fauna takes the token; Query.token()?.sub is ${JSON.stringify(sub)}`);
      } catch (error) {
        if (!(error instanceof FaunaError)) throw error;
        if (error.reason === "unauthorized") return unexplained(facts);
        return fail(
          error.message,
          error.fix ?? "Send the token exactly as Clerk made it, and look at the server's log.",
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

/** In whole seconds, by Fauna's clock if it is known. */
async function serverTime(facts: Facts): Promise<number> {
  const ahead = facts.settings.endpoint === undefined ? 0 : (await facts.ping()).ahead;
  return Math.floor(facts.context.now() / 1000) + (ahead ?? 0);
}

async function isSigned(facts: Facts): Promise<boolean> {
  const keys = createLocalJWKSet({ keys: (await facts.keys()).filter(({ kty }) => kty === "RSA") });
  try {
    await compactVerify(facts.settings.token ?? "", keys, { algorithms: ["RS256"] });
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

/** Fauna said 401, and nothing that was looked at explains it. */
async function unexplained(facts: Facts): Promise<Finding> {
  const provider = await facts.provider();
  const isConditional = listed(provider?.roles).every(rolePredicate);
  return provider && isConditional
    ? refused("no_role_applies", "Fauna answered 401")
    : refused("unknown", "Fauna answered 401", facts.token()?.claims["iss"]);
}
