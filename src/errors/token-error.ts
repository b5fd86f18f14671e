import { FaunaClerkError, isNamed } from "./fauna-clerk-error";

export type TokenErrorCode =
  | "template_not_found"
  | "token_missing"
  | "token_mismatch"
  | "token_timeout"
  | "token_failed"
  | "session_ended"
  | "rate_limited"
  | "offline";

/**
 * No usable token could be had, so nothing was sent to Fauna. `cause` is Clerk's own error, where there is one.
 *
 * @example
 * ```ts
 * if (isTokenError(error) && error.code === "offline") showOfflineBanner();
 * ```
 */
export class TokenError extends FaunaClerkError<TokenErrorCode> {
  override readonly name = "TokenError";
}

/** Whether an error is a {@link TokenError}. */
export const isTokenError = (error: unknown): error is TokenError => isNamed(error, "TokenError");
