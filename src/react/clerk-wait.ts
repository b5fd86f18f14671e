import type { QueryClient } from "@tanstack/react-query";

import { getOrAdd } from "../auth/collections";
import { afterTokenTimeout } from "../auth/fetch-with-token";
import type { Timer } from "../auth/running";
import type { TokenError } from "../errors";

/** Components suspend because Clerk has not loaded yet. */
interface ClerkWait {
  /** Resolves when that has taken too long. */
  readonly over: Promise<void>;
  readonly timer: Timer | undefined;
  /** Exists from then on. */
  error?: TokenError;
}

/**
 * By the cache, because nothing else lasts: React drops the state of a provider that has not mounted when a component
 * below it suspends, and runs none of its effects, which would tell that Clerk is late.
 */
const waits = new WeakMap<QueryClient, ClerkWait>();

/**
 * Returns a promise that resolves when Clerk has not loaded in time.
 *
 * @param timeoutMs - the app's `tokenTimeout`.
 * @throws TokenError (`token_timeout`) from then on.
 */
export function waitForClerk(cache: QueryClient, timeoutMs: number | undefined): Promise<void> {
  const wait = getOrAdd(waits, cache, () => startWait(timeoutMs));
  if (wait.error) throw wait.error;
  return wait.over;
}

function startWait(timeoutMs: number | undefined): ClerkWait {
  let timer: Timer | undefined;
  const over = new Promise<void>((resolve) => {
    timer = afterTokenTimeout(timeoutMs, (error) => {
      wait.error = error;
      resolve();
    });
  });
  const wait: ClerkWait = { over, timer };
  return wait;
}

/** Called when Clerk has loaded. */
export function endClerkWait(cache: QueryClient): void {
  clearTimeout(waits.get(cache)?.timer);
  waits.delete(cache);
}
