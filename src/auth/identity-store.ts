import { TokenError } from "../errors";
import type { AuthState, Identity } from "./identity";
import { anySignal } from "./signals";

/** Called when an identity has ended: another one took its place, or its last provider has unmounted. */
export type EndListener = (previous: Identity, how: "switched" | "left") => void;

/** Knows who is signed in, and ends what belongs to an identity together with that identity. */
export interface IdentityStore {
  readonly current: () => AuthState;
  /**
   * Takes over what the issuer says now. While it says "loading" (Clerk does for a moment in `setActive` and
   * `signOut`) the previous identity stays, and token requests wait. A new identity ends the previous one: its
   * requests abort, then the listeners are called.
   */
  readonly update: (next: AuthState) => void;
  /**
   * Keeps the identity alive until the returned function is called. The identity ends when the last provider has
   * released it, a microtask later: React's StrictMode unmounts and mounts again synchronously.
   */
  readonly retain: () => () => void;
  /** Calls `listener` whenever an identity ends. There is one listener per owner. */
  readonly onEnd: (owner: object, listener: EndListener) => void;
  /**
   * Returns a signal that aborts when the current identity ends or `outer` aborts. If `identity` is not the current
   * one, the signal is aborted already. Wait by `untilAborted`, which throws its reason.
   */
  readonly requestSignal: (identity?: Identity, outer?: AbortSignal) => AbortSignal;
  /** Resolves when it is known again who is signed in, or that nobody is. */
  readonly changed: () => Promise<void>;
  /**
   * Resolves with the identity as soon as it is known.
   *
   * @throws TokenError (`signed_out`) if nobody is signed in.
   */
  readonly signedInIdentity: () => Promise<Identity>;
}

/** Starts with what is known of the identity. Sends nothing. */
export function createIdentityStore(state: AuthState): IdentityStore {
  const endListeners = new Map<object, EndListener>();
  /** Aborts when the current identity ends. */
  let lifetime = new AbortController();
  let providers = 0;
  /** False while the issuer says "loading". */
  let isKnown = state.identity.status !== "loading";
  let notify: () => void;
  const nextChange = (): Promise<void> => new Promise((resolve) => (notify = resolve));
  let change = nextChange();

  function end(previous: Identity, how: "switched" | "left"): void {
    lifetime.abort(new TokenError("identity_changed"));
    lifetime = new AbortController();
    for (const listener of endListeners.values()) listener(previous, how);
  }

  return {
    current: () => state,

    update(next) {
      const previous = state.identity;
      isKnown = next.identity.status !== "loading";
      const hasChanged = isKnown && next.identity.key !== previous.key;
      state = { ...next, identity: hasChanged ? next.identity : previous };
      // Requests made while Clerk was loading belong to the user who turns out to be signed in.
      if (hasChanged && previous.status !== "loading") end(previous, "switched");
      if (!isKnown) return;
      notify();
      change = nextChange();
    },

    retain() {
      providers++;
      return () => {
        providers--;
        queueMicrotask(() => providers || end(state.identity, "left"));
      };
    },

    onEnd: (owner, listener) => void endListeners.set(owner, listener),

    requestSignal(identity = state.identity, outer = lifetime.signal) {
      if (identity.key !== state.identity.key)
        return AbortSignal.abort(new TokenError("identity_changed"));
      // A signal per request, because Node warns of more than ten listeners on one signal.
      return anySignal(lifetime.signal, outer);
    },

    changed: () => change,

    async signedInIdentity() {
      while (!isKnown) await change;
      if (state.identity.status !== "signed-in") throw new TokenError("signed_out");
      return state.identity;
    },
  };
}
