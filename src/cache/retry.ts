import { getOrAdd } from "../auth/collections";
import type { Driver } from "../client/driver";
import { FaunaClerkError, isMaybeApplied, isTokenError } from "../errors";

/** TanStack's `retry`: a maximum number, on or off, or a function of the number of failures and the error. */
export type Retry = boolean | number | ((failureCount: number, error: Error) => boolean);

/** Whether another retry is within the limit. `true` means no limit. */
const isWithin = (count: number, retry: boolean | number = 3): boolean =>
  retry === true || count < Number(retry);

/** Whether the same read may succeed if it is sent again. */
export const isTransient = (driver: Driver, error: unknown): boolean =>
  isTokenError(error) ? !!error.mayPass : driver.isTransient(error);

/**
 * Limits retries to failures that may pass: network, rate limit, contention, time-outs and 5xx, Clerk's as well as
 * Fauna's. The user's `retry` limits their number; only a function decides for itself.
 */
export const shouldRetry = (
  driver: Driver,
  retry: Retry | undefined,
  count: number,
  error: Error,
): boolean =>
  typeof retry === "function"
    ? retry(count, error)
    : isTransient(driver, error) && isWithin(count, retry);

/** The HTTP status in an error of either driver; 0 without one. */
const statusOf = (error: unknown): number => {
  const { httpStatus, requestResult } = error as {
    httpStatus?: number;
    requestResult?: { statusCode: number };
  };
  return httpStatus ?? requestResult?.statusCode ?? 0;
};

/**
 * Returns the error for the caller of a write that was sent and failed. It is marked unless the response shows that
 * nothing was applied.
 */
export function markMaybeApplied(error: unknown): unknown {
  // Our other errors mean that nothing was sent, or that the token was refused.
  if (error instanceof FaunaClerkError && error.code !== "identity_changed") return error;
  const status = statusOf(error);
  // Other 4xx are refusals. These two are time-outs: the write may have been applied or not.
  const refused = status >= 400 && status < 500 && status !== 408 && status !== 440;
  return refused ? error : markAsMaybeApplied(error);
}

/** The mark that `isMaybeApplied` looks for. */
export const MAYBE_APPLIED = { maybeApplied: true };

/**
 * Marks the error of a write that was applied, or may have been. One of the library's own is copied, because
 * requests that were not sent may fail with the same one.
 */
export function markAsMaybeApplied(error: unknown): unknown {
  let marked = error;
  if (!(error instanceof Error)) marked = new Error(String(error), { cause: error });
  else if (error instanceof FaunaClerkError)
    marked = Object.create(
      Object.getPrototypeOf(error) as object,
      Object.getOwnPropertyDescriptors(error),
    );
  return Object.assign(marked as Error, MAYBE_APPLIED);
}

/** Decisions on failed attempts, by the number of attempts before. TanStack asks again for what was decided here. */
const decisions = new WeakMap<object, boolean[]>();

/**
 * Limits retries to writes that certainly were not applied and may succeed a moment later: the token's or the
 * server's rate limit, a device that is offline, contention. Within that, the user's `retry` decides.
 */
export const writeRetryPolicy =
  (retry?: Retry): ((count: number, error: Error) => boolean) =>
  (count, error) => {
    if (isMaybeApplied(error)) return false;
    const isUnsent = isTokenError(error) && ["rate_limited", "offline"].includes(error.code);
    if (!isUnsent && ![409, 429].includes(statusOf(Object(error)))) return false;
    const decided = getOrAdd(decisions, error, () => []);
    return (decided[count] ??=
      typeof retry === "function" ? retry(count, error) : isWithin(count, retry));
  };
