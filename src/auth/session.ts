import { IdentityChangedError, SignedOutError } from "../errors";
import type { AuthState, GetToken } from "./auth-source";
import type { Identity } from "./identity";

/** One request under way: whose it is, and the signal that ends it. */
export interface Call {
  readonly identity: Identity;
  /** Aborts when the caller gives up or the identity changes; its reason is what to throw. */
  readonly signal: AbortSignal;
  /** To be called once the request is over. */
  readonly finish: () => void;
}

/** Told that an identity has ended: another took its place, or the last provider of it has left the screen. */
export type EndListener = (previous: Identity, how: "switched" | "left") => void;

/**
 * The identity of the moment and all that hangs on it. It changes only through {@link Session.update}; a change
 * ends every call of the identity before and then tells the listeners, in that order.
 */
export class Session {
  #state: AuthState;
  #settled: boolean;
  readonly #calls = new Set<AbortController>();
  readonly #waiting = new Set<() => void>();
  readonly #listeners = new Set<EndListener>();
  #holders = 0;

  constructor(state: AuthState) {
    this.#state = state;
    this.#settled = state.identity.status !== "loading";
  }

  get identity(): Identity {
    return this.#state.identity;
  }

  get getToken(): GetToken {
    return this.#state.getToken;
  }

  /**
   * Takes over what the issuer says now. While it says "loading" (Clerk does for a moment in `setActive` and
   * `signOut`) the identity before stays, and token requests wait.
   */
  update(next: AuthState): void {
    const previous = this.#state.identity;
    this.#settled = next.identity.status !== "loading";
    const identity = this.#settled && next.identity.key !== previous.key ? next.identity : previous;
    this.#state = { ...next, identity };
    if (identity !== previous) this.#end(previous, "switched");
    if (this.#settled) for (const wake of this.#waiting) wake();
  }

  /**
   * Keeps the session until the returned function is called. When nobody keeps it any more its calls end; not at
   * once, because React's StrictMode lets go and takes hold again in one go.
   */
  retain(): () => void {
    this.#holders++;
    return () => {
      this.#holders--;
      queueMicrotask(() => {
        if (this.#holders === 0) this.#end(this.identity, "left");
      });
    };
  }

  /** Calls `listener` with the identity that has just ended. Returns how to stop that. */
  onEnd(listener: EndListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts a call of the identity of the moment, or of `identity`, which then has to be that one. */
  begin(identity: Identity = this.identity, outer?: AbortSignal): Call {
    const controller = new AbortController();
    const stop = (): void => controller.abort(outer?.reason);
    outer?.addEventListener("abort", stop, { once: true });
    this.#calls.add(controller);
    if (outer?.aborted) stop();
    else if (identity.status !== "loading" && identity.key !== this.identity.key)
      controller.abort(new IdentityChangedError());
    const finish = (): void => {
      this.#calls.delete(controller);
      outer?.removeEventListener("abort", stop);
    };
    return { identity, signal: controller.signal, finish };
  }

  /** Resolves with the identity once it is certain that somebody is signed in. */
  async settled(signal: AbortSignal): Promise<Identity> {
    while (!this.#settled) await this.#change(signal);
    signal.throwIfAborted();
    if (this.identity.status !== "signed-in") throw new SignedOutError();
    return this.identity;
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        if (signal.aborted) reject(signal.reason as Error);
        else resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener("abort", wake);
      if (signal.aborted) wake();
    });
  }

  #end(previous: Identity, how: "switched" | "left"): void {
    // What was asked before anybody was known belongs to whoever turns out to be signed in.
    if (previous.status === "loading") return;
    const calls = [...this.#calls];
    this.#calls.clear();
    for (const call of calls) call.abort(new IdentityChangedError());
    for (const listener of this.#listeners) listener(previous, how);
  }
}
