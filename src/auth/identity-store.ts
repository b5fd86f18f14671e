import { TokenError } from "../errors";
import type { AuthState, Identity } from "./identity";

/** Told that an identity has ended: another took its place, or the last provider of it has left the screen. */
export type EndListener = (previous: Identity, how: "switched" | "left") => void;

/** The identity of the moment and all that hangs on it. */
export interface Session {
  readonly current: () => AuthState;
  /**
   * Takes over what the issuer says now. While it says "loading" (Clerk does for a moment in `setActive` and
   * `signOut`) the identity before stays, and token requests wait. Another identity ends the one before: its calls
   * abort, then the listeners hear.
   */
  readonly update: (next: AuthState) => void;
  /**
   * Keeps the session until the returned function is called. When nobody keeps it any more the identity ends; not
   * at once, because React's StrictMode lets go and takes hold again in one go.
   */
  readonly retain: () => () => void;
  /** Calls `listener` whenever an identity ends; one listener for each `of`. */
  readonly onEnd: (of: object, listener: EndListener) => void;
  /**
   * The life of a request of the identity of the moment, or of `identity`, which then has to be that one: a signal that
   * aborts when that identity ends or `outer` aborts. Its reason is what to throw.
   */
  readonly begin: (identity?: Identity, outer?: AbortSignal) => AbortSignal;
  /** Resolves when next it is certain who is signed in, or that nobody is. */
  readonly changed: () => Promise<void>;
  /** Resolves with the identity once it is certain that somebody is signed in. */
  readonly settled: () => Promise<Identity>;
}

/** Starts with what is known of the identity; sends nothing. */
export function createSession(state: AuthState): Session {
  const listeners = new Map<object, EndListener>();
  let life = new AbortController();
  let holders = 0;
  let certain = state.identity.status !== "loading";
  let wake: () => void;
  let change: Promise<void>;
  const nextChange = (): void => {
    change = new Promise((resolve) => (wake = resolve));
  };
  nextChange();

  function end(previous: Identity, how: "switched" | "left"): void {
    life.abort(new TokenError("identity_changed"));
    life = new AbortController();
    for (const listener of listeners.values()) listener(previous, how);
  }

  return {
    current: () => state,

    update(next) {
      const previous = state.identity;
      certain = next.identity.status !== "loading";
      const changed = certain && next.identity.key !== previous.key;
      state = { ...next, identity: changed ? next.identity : previous };
      // What was asked before anybody was known belongs to whoever turns out to be signed in.
      if (changed && previous.status !== "loading") end(previous, "switched");
      if (!certain) return;
      wake();
      nextChange();
    },

    retain() {
      holders++;
      return () => {
        holders--;
        queueMicrotask(() => holders || end(state.identity, "left"));
      };
    },

    onEnd: (of, listener) => void listeners.set(of, listener),

    begin(identity = state.identity, outer = life.signal) {
      if (identity.key !== state.identity.key)
        return AbortSignal.abort(new TokenError("identity_changed"));
      // Always one of its own: Node warns of more than ten listeners on one signal.
      return AbortSignal.any([life.signal, outer]);
    },

    changed: () => change,

    async settled() {
      while (!certain) await change;
      if (state.identity.status !== "signed-in") throw new TokenError("signed_out");
      return state.identity;
    },
  };
}
