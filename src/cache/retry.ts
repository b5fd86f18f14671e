import type { Driver } from "../client/driver";
import { FaunaClerkError, isMaybeApplied, isTokenError, TokenError } from "../errors";

/** As TanStack's: how many times at most, whether at all, or a function of failures so far and error. */
export type Retry = boolean | number | ((failureCount: number, error: Error) => boolean);

/** Retries at most as often as a number says; `true` means without end. */
const isWithin = (count: number, retry: boolean | number = 3): boolean =>
  retry === true || count < Number(retry);

/** Whether a token may be had a moment later. */
const isTemporary = ({ code }: TokenError): boolean =>
  code === "rate_limited" || code === "offline";

/** Whether the same read may succeed if it is sent again. */
export const isTransient = (driver: Driver, error: unknown): boolean =>
  isTokenError(error) ? isTemporary(error) : driver.isTransient(error);

/**
 * Limits retries to failures that the same read may survive: network, rate limit, contention, time-out, 5xx. The
 * user's `retry` bounds how many; only a function of theirs decides for itself.
 */
export const retryPolicy = (driver: Driver, retry?: Retry): Retry =>
  typeof retry === "function"
    ? retry
    : (count, error) => isTransient(driver, error) && isWithin(count, retry);

/** The HTTP status in an error of either driver; 0 without one. */
const statusOf = (error: unknown): number => {
  const { httpStatus, requestResult } = error as {
    httpStatus?: number;
    requestResult?: { statusCode: number };
  };
  return httpStatus ?? requestResult?.statusCode ?? 0;
};

/**
 * What the caller is told about a write that was sent and failed: the same error, marked unless the answer shows that
 * nothing was applied.
 */
export function markMaybeApplied(error: unknown): unknown {
  if (error instanceof FaunaClerkError) {
    // Every other error of ours comes before sending, or from a refusal of the token.
    if (!isTokenError(error) || error.code !== "identity_changed") return error;
    // All calls of the identity share that one; only some of them were sent.
    return withMaybeApplied(new TokenError("identity_changed", "", { cause: error }));
  }
  const status = statusOf(error);
  // Other 4xx refuse a request; these two say that time ran out, not what became of it.
  const refused = status >= 400 && status < 500 && status !== 408 && status !== 440;
  return refused ? error : withMaybeApplied(error);
}

const withMaybeApplied = (error: unknown): unknown =>
  Object.assign(Object(error) as object, { maybeApplied: true });

/**
 * Limits retries to writes that certainly were not applied, and that may succeed a moment later: the token's or the
 * server's rate limit, a device that is offline, contention. Within that, the user's `retry` decides.
 */
export const writeRetryPolicy =
  (retry?: Retry): Retry =>
  (count, error) =>
    !isMaybeApplied(error) &&
    (isTokenError(error) ? isTemporary(error) : [409, 429].includes(statusOf(error))) &&
    (typeof retry === "function" ? retry(count, error) : isWithin(count, retry));
