import type { Identity } from "./identity";

/**
 * The sessions that nobody may see, because another tab says that they have ended. Only the issuer can deny that. So it
 * outlasts the providers, which React hides and mounts anew: see sign-outs.ts, which asks.
 */
export interface Doubts {
  readonly has: (identity: Identity) => boolean;
  readonly set: (identity: Identity, isDoubted: boolean) => void;
  /** Calls `listener` with each change, until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** Names the session of an identity, which it may share with others: by organization, by template. */
export const sessionOf = ({ userId, sessionId }: Identity): string =>
  JSON.stringify([userId, sessionId]);

const doubtsOver = new WeakMap<object, Doubts>();

/** @param cache - that of the providers. */
export function doubtsOf(cache: object): Doubts {
  const known = doubtsOver.get(cache) ?? createDoubts();
  doubtsOver.set(cache, known);
  return known;
}

function createDoubts(): Doubts {
  const sessions = new Set<string>();
  const listeners = new Set<() => void>();
  return {
    has: (identity) => sessions.has(sessionOf(identity)),
    set(identity, isDoubted) {
      const session = sessionOf(identity);
      if (isDoubted) sessions.add(session);
      else sessions.delete(session);
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
