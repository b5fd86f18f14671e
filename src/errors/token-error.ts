import { FaunaClerkError, guard } from "./fauna-clerk-error";

/** Why there was no token, and so no request. `%` stands for a detail. */
const messages = {
  signed_out: "Nobody is signed in. Ask once somebody is.",
  identity_changed: "User, session or organization has changed. Ask again.",
  template_not_found:
    'Clerk has no JWT template "%". Create it in the Clerk dashboard, or pass the name of yours as template.',
  token_missing:
    "getToken gave null for a signed-in user. Sign in again, or pass userId={null} while nobody is.",
  token_mismatch:
    "The token is of another user, session or organization. Pass the auth or userId that goes with getToken.",
  token_timeout: "No token within % ms. Check that Clerk can load, or raise tokenTimeout.",
  token_failed: "getToken failed: %",
  session_ended: "The Clerk session has ended. Sign in again.",
  rate_limited: "Clerk limits token requests. Try again in a moment.",
  offline: "This device is offline. Try again once it is online.",
};

/** The codes of a {@link TokenError}. */
export type TokenErrorCode = keyof typeof messages;

/**
 * No usable token could be had, so nothing was sent to Fauna, or, with `identity_changed`, its answer belongs to
 * nobody on the screen. `cause` is Clerk's own error, where there is one.
 *
 * @example
 * ```ts
 * if (isTokenError(error) && error.code === "offline") showOfflineBanner();
 * ```
 */
export class TokenError extends FaunaClerkError<TokenErrorCode> {
  override readonly name = "TokenError";

  constructor(code: TokenErrorCode, detail: string | number = "", options?: { cause: unknown }) {
    super(code, messages[code].replace("%", String(detail)), options);
  }
}

/** Whether an error is a {@link TokenError}. */
export const isTokenError: (error: unknown) => error is TokenError =
  /* @__PURE__ */ guard("TokenError");
