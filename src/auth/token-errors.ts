import { TokenError, type TokenErrorCode } from "../errors";

// Loaded on demand: most tokens come, and are right. What happens when the device is offline does not depend on this.

/** Why there is no token although the issuer can be reached. `%` is replaced by a detail. */
const explanations: Readonly<Record<UnusableCode, string>> = {
  template_not_found:
    'Clerk has no JWT template "%". Create it in the Clerk dashboard, or pass the name of yours as template.',
  token_missing:
    "getToken gave null for a signed-in user. Sign in again, or pass userId={null} while nobody is.",
  token_mismatch:
    "The token is of another user, session or organization. Pass the auth or userId of getToken. After Clerk's setActive, focus the window.",
  token_malformed: "getToken gave no valid token. Return the JWT unchanged.",
  token_failed: "getToken failed: %",
  session_ended: "The Clerk session has ended. Sign in again.",
  rate_limited: "Clerk limits token requests. Try again in a moment.",
};

type UnusableCode = Exclude<
  TokenErrorCode,
  "signed_out" | "identity_changed" | "token_timeout" | "offline"
>;

/** Makes the error of a token that cannot be used, or of none. */
export const createTokenError = (
  code: UnusableCode,
  detail = "",
  options?: TokenErrorOptions,
): TokenError =>
  new TokenError(
    code,
    explanations[code].replace("%", () => detail),
    options,
  );

type TokenErrorOptions = ConstructorParameters<typeof TokenError>[2];

const NO_SESSION = /^(no )?session/i;

interface ClerkFailure {
  code?: unknown;
  status?: unknown;
  errors?: readonly { code?: unknown; message?: unknown; longMessage?: unknown }[];
}

/** Explains a `getToken` that has rejected though the device is online. */
export function toTokenError(cause: unknown, template: string): TokenError {
  const code = codeOf(Object(cause) as ClerkFailure);
  if (code === "token_failed")
    return createTokenError(code, String(cause), { cause, mayPass: mayPass(cause) });
  return createTokenError(code, template, { cause, mayPass: code === "rate_limited" });
}

// Clerk's bundles are minified, so only status, code and text tell its errors apart, never the class or its name.
function codeOf({ code, status, errors }: ClerkFailure): UnusableCode {
  const first = errors?.[0];
  if (status === 404 || (first?.code ?? code) === "resource_not_found")
    // The session of another tab that has signed out is not found either. Only Clerk's text tells which one it is.
    return [first?.message, first?.longMessage].some((text) => NO_SESSION.test(String(text)))
      ? "session_ended"
      : "template_not_found";
  if (status === 429) return "rate_limited";
  return status === 401 ? "session_ended" : "token_failed";
}

/** As engines, Clerk and HTTP clients say that there was no answer. */
const NO_ANSWER = /fetch|network|load failed|time|conn|host/i;

/** Whether whoever gives the tokens may only have been out of reach. Nothing but text and status tells. */
const mayPass = (cause: unknown): boolean => {
  const { status, code } = Object(cause) as ClerkFailure;
  return Number(status) >= 500 || NO_ANSWER.test(`${String(cause)} ${String(code)}`);
};
