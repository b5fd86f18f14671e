// The only place that combines signals: a rule of ESLint's refuses `AbortSignal.any` and `AbortSignal.timeout`
// elsewhere. Engines forget such a signal when nobody listens to it (WebKit: it never aborts then), and most report
// an abort as an AbortError of their own whatever the signal's reason. So who waits for something that a signal ends
// waits by `untilAborted`, which listens and asks the signal why.

/**
 * A signal that aborts with the first of `signals`. It adds no listeners to them: Node warns of more than ten on one
 * signal. It is alive as long as somebody holds it or waits for it by {@link untilAborted}.
 */
export const anySignal = (...signals: AbortSignal[]): AbortSignal => AbortSignal.any(signals);

/** For listeners to an abort: Node keeps a composite alive as long as it has any, also when it has aborted. */
export const ONCE = { once: true } as const;

/**
 * Settles as `work` does, or rejects with the signal's reason as soon as that aborts, even if `work` misses it. It
 * listens to the signal until then, and no longer.
 */
export const untilAborted = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const fail = (error: unknown): void =>
      reject((signal.aborted ? signal.reason : error) as Error);
    signal.addEventListener("abort", fail, ONCE);
    if (signal.aborted) fail(signal);
    void work.then(resolve, fail).finally(() => signal.removeEventListener("abort", fail));
  });

/**
 * Runs `work` with a signal of its own, which aborts when `signal` does, or after `timeoutMs` with a TimeoutError.
 * Then it rejects with that reason.
 */
export async function withDeadline<T>(
  signal: AbortSignal,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  try {
    const timeout = AbortSignal.timeout(timeoutMs);
    return await untilAborted(signal, untilAborted(timeout, work(ending.signal)));
  } catch (error) {
    ending.abort(error);
    throw error;
  }
}
