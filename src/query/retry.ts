import type { Driver } from "../drivers/driver";
import { isTokenError } from "../errors";

/** As TanStack's: how many times at most, whether at all, or a function of failures so far and error. */
export type Retry = boolean | number | ((failureCount: number, error: Error) => boolean);

const DEFAULT_RETRIES = 3;

/**
 * Limits retries to failures that the same read may survive: network, rate limit, contention, time-out, 5xx. The
 * user's `retry` bounds how many; only a function of theirs decides for itself.
 */
export function retryPolicy(driver: Driver, retry: Retry = DEFAULT_RETRIES): Retry {
  if (typeof retry === "function") return retry;
  const most = retry === true ? Infinity : Number(retry);
  return (failureCount, error) =>
    failureCount < most &&
    // Of what keeps a token from being made, these two pass by themselves.
    (isTokenError(error)
      ? error.code === "rate_limited" || error.code === "offline"
      : driver.isTransient(error));
}
