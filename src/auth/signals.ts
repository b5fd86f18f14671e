import { TokenError } from "../errors";
import type { Identity } from "./identity";
import type { IdentityStore } from "./identity-store";

// Signals for what goes on after its request: streams, bodies, live queries. (running.ts ends requests without combining
// signals.) The only place that combines signals and asks them why: a rule of ESLint's refuses elsewhere what engines
// differ in. Engines forget a combined signal when nobody listens to it (WebKit: it never aborts then), and most report
// an abort as an AbortError of their own whatever the signal's reason. So who waits for something that a signal ends
// waits by `untilAborted`, which listens and asks the signal why. React Native's signals can neither be combined nor say
// why, nor can those of older browsers.

/** What engines may lack. */
const engine = (): Partial<Pick<typeof AbortSignal, "any">> => AbortSignal;

/**
 * A signal that aborts with the first of `signals`. Where the engine combines signals, it adds no listeners to them: Node
 * warns of more than ten on one signal. It is alive as long as somebody holds it or waits for it by
 * {@link untilAborted}. It may not be the engine's own: `fetch` takes that of {@link forFetch}.
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

/** Aborts with a reason, also where the engine's signals have none. */
export function abort(controller: AbortController, reason: unknown): AbortSignal {
  const { signal } = controller;
  Object.defineProperty(signal, "reason", { value: reason, configurable: true });
  controller.abort(reason);
  return signal;
}

/** Why a signal has aborted. React Native has no DOMException. */
export const reasonOf = (signal: AbortSignal): Error =>
  (signal.reason as Error | undefined) ??
  Object.assign(new Error("It was aborted."), { name: "AbortError" });

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
    const fail = (error?: unknown): void =>
      reject(signal.aborted ? reasonOf(signal) : (error as Error));
    signal.addEventListener("abort", fail, ONCE);
    if (signal.aborted) fail();
    void work.then(resolve, fail).finally(() => signal.removeEventListener("abort", fail));
  });

/** A signal for `fetch`, which takes only the engine's own. Where those cannot be combined, another one. */
export const forFetch = (signal: AbortSignal, other: AbortSignal): AbortSignal =>
  engine().any ? signal : other;

/** One for all: an engine that combines signals adds no listeners to it. */
function lifetimeOf(identityStore: IdentityStore): AbortSignal {
  if (identityStore.lifetime?.aborted === false) return identityStore.lifetime;
  const controller = new AbortController();
  identityStore.track({ end: (reason) => abort(controller, reason) });
  return (identityStore.lifetime = controller.signal);
}

/**
 * Returns a signal that aborts when the current identity ends or `callerSignal` aborts. If `identity` is not the current one,
 * the signal is aborted already. Nothing keeps it alive: wait by `untilAborted`, which throws its reason.
 */
export function identitySignal(
  identityStore: IdentityStore,
  identity?: Identity,
  callerSignal?: AbortSignal,
): AbortSignal {
  if (identity && !identityStore.isCurrent(identity))
    return abort(new AbortController(), new TokenError("identity_changed"));
  const lifetime = lifetimeOf(identityStore);
  return anySignal(lifetime, callerSignal ?? lifetime);
}
