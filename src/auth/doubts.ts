import { addTo, getOrAdd } from "./collections";
import type { Identity } from "./identity";

/**
 * The sessions that nobody may see, because another tab says that they have ended. Only the issuer can deny that. So it
 * outlasts the providers, which React hides and mounts anew. What changes it is in sign-outs.ts.
 */
export interface Doubts {
  readonly sessions: Set<string>;
  /** Called after each change. */
  readonly listeners: Set<() => void>;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Names the session of an identity, which it may share with others: by organization, by template. */
export const sessionOf = ({ userId, sessionId }: Identity): string =>
  JSON.stringify([userId, sessionId]);

const doubtsOver = new WeakMap<object, Doubts>();

/** @param cache - that of the providers. */
export const doubtsOf = (cache: object): Doubts => getOrAdd(doubtsOver, cache, createDoubts);

function createDoubts(): Doubts {
  const listeners = new Set<() => void>();
  return {
    sessions: new Set(),
    listeners,
    subscribe: (listener) => addTo(listeners, listener),
  };
}
