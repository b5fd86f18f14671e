// The only place that combines signals and asks them why: a rule of ESLint's refuses elsewhere what engines differ in.
// Engines forget a combined signal when nobody listens to it (WebKit: it never aborts then), and most report an abort
// as an AbortError of their own whatever the signal's reason. So who waits for something that a signal ends waits by
// `untilAborted`, which listens and asks the signal why. React Native's signals can neither be combined nor say why,
// nor can those of older browsers.

/** What engines may lack. */
const engine = (): Partial<Pick<typeof AbortSignal, "any" | "timeout">> => AbortSignal;

/**
 * A signal that aborts with the first of `signals`. It adds no listeners to them: Node warns of more than ten on one
 * signal. It is alive as long as somebody holds it or waits for it by {@link untilAborted}. It may not be the engine's
 * own: `fetch` takes that of {@link withDeadline}.
 */
export const anySignal = (...signals: AbortSignal[]): AbortSignal =>
  engine().any?.(signals) ?? combine(signals);

/** Listens to its parts only while somebody listens to it, so that they do not keep it alive. */
function combine(parts: readonly AbortSignal[]): AbortSignal {
  const onces = new Map<unknown, () => void>();
  const aborted = (): AbortSignal | undefined => parts.find((part) => part.aborted);
  const signal = {
    get aborted(): boolean {
      return !!aborted();
    },
    get reason(): unknown {
      return aborted()?.reason as unknown;
    },
    addEventListener(type: string, listener: () => void) {
      const once = (): void => {
        signal.removeEventListener(type, listener);
        listener();
      };
      onces.set(listener, once);
      for (const part of parts) part.addEventListener(type, once);
    },
    removeEventListener(type: string, listener: () => void) {
      for (const part of parts) part.removeEventListener(type, onces.get(listener) as () => void);
    },
  };
  return signal as unknown as AbortSignal;
}

/** An error as the engine's own of that name. React Native has no DOMException. */
const named = (name: string): Error => Object.assign(new Error(name), { name });

/** A signal that aborts with a TimeoutError. */
function timeoutSignal(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => abort(controller, named("TimeoutError")), ms);
  return controller.signal;
}

/** Aborts with a reason, also where the engine's signals have none. */
export function abort(controller: AbortController, reason: unknown): AbortSignal {
  const { signal } = controller;
  Object.defineProperty(signal, "reason", { value: reason, configurable: true });
  controller.abort(reason);
  return signal;
}

const reasonOf = (signal: AbortSignal): Error =>
  (signal.reason as Error | undefined) ?? named("AbortError");

/** Throws the reason of a signal that has aborted. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw reasonOf(signal);
}

/** For listeners to an abort: Node keeps a composite alive as long as it has any, also when it has aborted. */
export const ONCE = { once: true } as const;

/**
 * Settles as `work` does, or rejects with the signal's reason as soon as that aborts, even if `work` misses it. It
 * listens to the signal until then, and no longer.
 */
export const untilAborted = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const fail = (error: unknown): void =>
      reject(signal.aborted ? reasonOf(signal) : (error as Error));
    signal.addEventListener("abort", fail, ONCE);
    if (signal.aborted) fail(signal);
    void work.then(resolve, fail).finally(() => signal.removeEventListener("abort", fail));
  });

/**
 * Runs `work` with a signal for `fetch`, which aborts when `signal` does, or after `timeoutMs` with a TimeoutError.
 * Then it rejects with that reason. What goes on when it has resolved ends with `signal` in most engines, not in all.
 */
export async function withDeadline<T>(
  signal: AbortSignal,
  timeoutMs: number | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  try {
    if (!timeoutMs) return await untilAborted(signal, work(engine().any ? signal : ending.signal));
    const timeout = engine().timeout?.(timeoutMs) ?? timeoutSignal(timeoutMs);
    return await untilAborted(signal, untilAborted(timeout, work(ending.signal)));
  } catch (error) {
    abort(ending, error);
    throw error;
  }
}
