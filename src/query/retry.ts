import type { Driver } from "../drivers/driver";
import { isTokenError, type TokenError } from "../errors";

/** As TanStack's: how many times at most, whether at all, or a function of failures so far and error. */
export type Retry = boolean | number | ((failureCount: number, error: Error) => boolean);

const DEFAULT_RETRIES = 3;

/** Limits retries to what `may` be retried; within that, the user's `retry` decides. */
export function limitRetry(may: (error: Error) => boolean, retry: Retry = DEFAULT_RETRIES): Retry {
  const decide =
    typeof retry === "function"
      ? retry
      : (count: number) => count < (retry === true ? Infinity : Number(retry));
  return (count, error) => may(error) && decide(count, error);
}

/** Of what keeps a token from being made, what passes by itself. */
export const isPassing = ({ code }: TokenError): boolean =>
  code === "rate_limited" || code === "offline";

/**
 * Limits retries to failures that the same read may survive: network, rate limit, contention, time-out, 5xx. The
 * user's `retry` bounds how many; only a function of theirs decides for itself.
 */
export const retryPolicy = (driver: Driver, retry?: Retry): Retry =>
  typeof retry === "function"
    ? retry
    : limitRetry(
        (error) => (isTokenError(error) ? isPassing(error) : driver.isTransient(error)),
        retry,
      );
