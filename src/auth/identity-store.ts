import { TokenError } from "../errors";
import type { AuthState, Identity } from "./identity";

/** Called when an identity has ended: another one took its place, or its last provider has unmounted. */
export type EndListener = (previous: Identity, how: "switched" | "left") => void;

/** Knows who is signed in, and ends what belongs to an identity together with that identity. */
export class IdentityStore {
  #state: AuthState;
  /** False while the issuer says "loading". */
  #isKnown: boolean;
  #providers = 0;
  readonly #endListeners = new Map<object, EndListener>();
  /** Aborts when the current identity ends. */
  #lifetime = new AbortController();
  #change!: Promise<void>;
  #notify!: () => void;

  constructor(state: AuthState) {
    this.#state = state;
    this.#isKnown = state.identity.status !== "loading";
    this.#awaitChange();
  }

  get current(): AuthState {
    return this.#state;
  }

  /**
   * Takes over what the issuer says now. While it says "loading" (Clerk does for a moment in `setActive` and `signOut`)
   * the previous identity stays, and token requests wait. A new identity ends the previous one: its requests abort, then
   * the listeners are called.
   */
  update(next: AuthState): void {
    const previous = this.#state.identity;
    this.#isKnown = next.identity.status !== "loading";
    const hasChanged = this.#isKnown && next.identity.key !== previous.key;
    this.#state = { ...next, identity: hasChanged ? next.identity : previous };
    // Requests made while Clerk was loading belong to the user who turns out to be signed in.
    if (hasChanged && previous.status !== "loading") this.#end(previous, "switched");
    if (!this.#isKnown) return;
    this.#notify();
    this.#awaitChange();
  }

  /**
   * Keeps the identity alive until the returned function is called. The identity ends when the last provider has released
   * it, a microtask later: React's StrictMode unmounts and mounts again synchronously.
   */
  retain(): () => void {
    this.#providers++;
    return () => {
      this.#providers--;
      queueMicrotask(() => this.#providers || this.#end(this.#state.identity, "left"));
    };
  }

  /** Calls `listener` whenever an identity ends. There is one listener per owner. */
  onEnd(owner: object, listener: EndListener): void {
    this.#endListeners.set(owner, listener);
  }

  /**
   * Returns a signal that aborts when the current identity ends or `outer` aborts. If `identity` is not the current one,
   * the signal is aborted already. Throw its reason.
   */
  requestSignal(
    identity: Identity = this.#state.identity,
    outer: AbortSignal = this.#lifetime.signal,
  ): AbortSignal {
    if (identity.key !== this.#state.identity.key)
      return AbortSignal.abort(new TokenError("identity_changed"));
    // A signal per request, because Node warns of more than ten listeners on one signal.
    return AbortSignal.any([this.#lifetime.signal, outer]);
  }

  /** Resolves when it is known again who is signed in, or that nobody is. */
  changed(): Promise<void> {
    return this.#change;
  }

  /**
   * Resolves with the identity as soon as it is known.
   *
   * @throws TokenError (`signed_out`) if nobody is signed in.
   */
  async signedInIdentity(): Promise<Identity> {
    while (!this.#isKnown) await this.#change;
    if (this.#state.identity.status !== "signed-in") throw new TokenError("signed_out");
    return this.#state.identity;
  }

  #awaitChange(): void {
    this.#change = new Promise((resolve) => (this.#notify = resolve));
  }

  #end(previous: Identity, how: "switched" | "left"): void {
    this.#lifetime.abort(new TokenError("identity_changed"));
    this.#lifetime = new AbortController();
    for (const listener of this.#endListeners.values()) listener(previous, how);
  }
}
