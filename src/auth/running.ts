import type { Identity } from "./identity";
import type { IdentityStore } from "./identity-store";
import { reasonOf, throwIfAborted } from "./signals";

/** What `setTimeout` returns, in browsers and in Node. */
export type Timer = ReturnType<typeof setTimeout>;

/** Whose a request is, and what ends it besides the end of that identity. */
export interface RequestScope {
  /** @default the current one */
  readonly identity?: Identity | undefined;
  /** The caller's. */
  readonly signal?: AbortSignal | undefined;
  /** Whether it goes on when the last provider leaves, as writes do. */
  readonly goesOn?: boolean | undefined;
}

/** Starts the timer that ends a step, and with it the request, unless it is cleared before. It may start none. */
export type TimeLimit = (end: (reason: unknown) => void) => Timer | undefined;

/**
 * A request under way. What ends it is known here, and why: engines report the abort of a signal as an AbortError of
 * their own, and forget signals that were combined.
 */
export interface Running {
  /** For `fetch`. */
  readonly signal: AbortSignal;
  /**
   * Settles as `work` does, or rejects with the reason as soon as the request ends, even if `work` misses it. A request
   * that has ended already always rejects.
   */
  readonly until: <T>(work: Promise<T>) => Promise<T>;
  /**
   * Begins a step of the request, which ends the one before with its time limit.
   *
   * @throws if the request has ended. `until` rejects with the reason.
   */
  readonly step: (limit?: TimeLimit) => void;
}

/**
 * Runs a request, which ends with its identity, or when the caller's signal aborts. Then it rejects with that reason.
 *
 * @param onOver - is called when it is over, however that was.
 */
export async function runRequest<T>(
  identityStore: IdentityStore,
  { identity, signal: callerSignal, goesOn }: RequestScope,
  work: (running: Running) => Promise<T>,
  onOver?: () => void,
): Promise<T> {
  const controller = new AbortController();
  const { signal } = controller;
  let reject: (reason: unknown) => void;
  const ended = new Promise<never>((_, fail) => (reject = fail));
  ended.catch(() => {});
  const until: Running["until"] = (work) => Promise.race([ended, work]);

  let timer: Timer | undefined;
  const step: Running["step"] = (limit) => {
    throwIfAborted(signal);
    clearTimeout(timer);
    timer = limit?.(end);
  };

  // Only its first call makes a difference, to the promise as to the signal.
  function end(reason: unknown): void {
    reject(reason);
    controller.abort(reason);
  }

  const stop = identityStore.track({ goesOn, end }, identity);
  const onAbort = (): void => end(reasonOf(callerSignal as AbortSignal));
  callerSignal?.addEventListener("abort", onAbort);
  try {
    if (callerSignal?.aborted) onAbort();
    const result = await work({ signal, until, step });
    // Nobody gets an answer that arrives after the end.
    if (signal.aborted) await ended;
    return result;
  } finally {
    clearTimeout(timer);
    stop();
    onOver?.();
    callerSignal?.removeEventListener("abort", onAbort);
  }
}
