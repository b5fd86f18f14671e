import { TokenError } from "../errors";
import { addTo } from "./collections";
import type { AuthState, GetToken, Identity } from "./identity";

/** Called when an identity has ended: another one took its place, or its last provider has unmounted. */
export type EndListener = (previous: Identity, how: "switched" | "left") => void;

/** Something under way that ends with the identity. */
export interface Ending {
  /** Whether it goes on when the last provider leaves, and only ends when another identity takes the place. */
  readonly goesOn?: boolean | undefined;
  readonly end: (reason: TokenError) => void;
}

/** Knows who is signed in, and ends what belongs to an identity together with that identity. */
export interface IdentityStore {
  /** Who is signed in, and who gives the tokens. */
  readonly current: () => AuthState;
  /** Whether an identity is the current one. */
  readonly isCurrent: (identity: Identity) => boolean;
  /** Counts the identities so far. What begins in one generation must not go on in the next. */
  readonly generation: () => number;
  /**
   * Takes over what the issuer says now. While it says "loading" (Clerk does for a moment in `setActive` and
   * `signOut`) the previous identity stays, and token requests wait. A new identity ends the previous one: its
   * requests abort, then the listeners are called. So does one that is in doubt, and token requests wait.
   */
  readonly update: (next: AuthState) => void;
  /**
   * Takes over whom a token or the page's server has named, or an anonymous identity because no token came. Like
   * `update`, it may end the previous identity.
   *
   * @param isNamed - whether a token has named it.
   */
  readonly name: (identity: Identity, isNamed?: boolean) => void;
  /** Calls `listener` after each `name`, until the returned function is called. */
  readonly onNamed: (listener: () => void) => () => void;
  /**
   * Keeps the identity alive until the returned function is called. The identity ends when the last provider has
   * released it, a microtask later: React's StrictMode unmounts and mounts again synchronously.
   */
  readonly retain: () => () => void;
  /** Calls `listener` whenever an identity ends. There is one listener per owner, which is not kept alive. */
  readonly onEnd: (owner: object, listener: EndListener) => void;
  /**
   * Ends something when the current identity ends, until the returned function is called. React's Activity also unmounts
   * a provider that it only hides, so writes and refreshes of tokens go on when the last one leaves (`goesOn`).
   *
   * @throws TokenError (`identity_changed`) if `identity` is not the current one.
   */
  readonly track: (ending: Ending, identity?: Identity) => () => void;
  /** Aborts when the current identity ends: see signals.ts, which makes it when somebody asks. */
  lifetime?: AbortSignal;
  /** Resolves when it is known again who is signed in, or that nobody is, and when somebody else is in doubt. */
  readonly changed: () => Promise<void>;
  /**
   * Resolves with the identity as soon as it is known.
   *
   * @param waitForName - false: where only a token tells it, do not wait for the first one.
   * @throws TokenError (`signed_out`) if nobody is signed in.
   */
  readonly signedInIdentity: (waitForName?: boolean) => Promise<Identity>;
}

/** Whether the issuer will soon say who is signed in. */
const isChanging = ({ identity, isNamedByToken }: AuthState): boolean =>
  identity.status === "loading" && !isNamedByToken;

/** Whether only a token can tell who is signed in, and none has come. */
export const isUnnamed = ({ identity, isNamedByToken }: AuthState): boolean =>
  identity.status === "loading" && !!isNamedByToken;

/**
 * Whom a getter's first token named, until a provider mounts. React drops the state of a provider that suspends
 * before that, and it would ask again for ever.
 */
const namedBefore = new WeakMap<GetToken, Identity>();

/** Starts with what is known of the identity. Sends nothing. */
export function createIdentityStore(initial: AuthState): IdentityStore {
  const endListeners = new WeakMap<object, EndListener>();
  const owners = new Set<WeakRef<object>>();
  const namedListeners = new Set<() => void>();
  const endings = new Set<Ending>();
  let generation = 0;
  let providers = 0;
  let isKnown = !isChanging(initial);
  const before = isUnnamed(initial) ? namedBefore.get(initial.getToken) : undefined;
  let state: AuthState = before ? { ...initial, identity: before, isNamed: true } : initial;
  let notify: () => void;
  const nextChange = (): Promise<void> => new Promise((resolve) => (notify = resolve));
  let change = nextChange();

  function end(previous: Identity, how: "switched" | "left"): void {
    const reason = new TokenError("identity_changed");
    // A copy: what ends may begin again at once.
    for (const ending of [...endings]) if (how === "switched" || !ending.goesOn) ending.end(reason);
    // One that is not alive any more has no listener.
    for (const owner of owners) endListeners.get(owner.deref() as object)?.(previous, how);
  }

  function become(identity: Identity): void {
    const previous = state.identity;
    state = { ...state, identity };
    // Requests made while it was not known who is signed in belong to the user who turns out to be.
    if (identity.key === previous.key || previous.status === "loading") return;
    generation++;
    end(previous, "switched");
  }

  function tellChange(): void {
    notify();
    change = nextChange();
  }

  // That of one call has no successor.
  const isCurrent = ({ key, hashKey }: Identity): boolean =>
    !!hashKey || key === state.identity.key;

  return {
    current: () => state,
    isCurrent,
    generation: () => generation,

    update(next) {
      const { identity, template, isNamed, doubted } = state;
      isKnown = !isChanging(next);
      state = { ...next, identity, isNamed: isNamed && template === next.template };
      // Until a token names the next user, it is the previous one.
      const isNews = isKnown && (!next.isNamedByToken || identity.status === "signed-out");
      if (isNews || next.doubted) become(next.identity);
      if (isKnown || next.doubted?.key !== doubted?.key) tellChange();
    },

    name(identity, isNamed = true) {
      if (providers === 0 && isUnnamed(state)) namedBefore.set(state.getToken, identity);
      state = { ...state, isNamed };
      become(identity);
      tellChange();
      for (const listener of namedListeners) listener();
    },

    onNamed: (listener) => addTo(namedListeners, listener),

    retain() {
      providers++;
      namedBefore.delete(state.getToken);
      return () => {
        providers--;
        queueMicrotask(() => providers || end(state.identity, "left"));
      };
    },

    onEnd(owner, listener) {
      for (const other of owners) if (!other.deref()) owners.delete(other);
      if (!endListeners.has(owner)) owners.add(new WeakRef(owner));
      endListeners.set(owner, listener);
    },

    track(ending, identity = state.identity) {
      if (!isCurrent(identity)) throw new TokenError("identity_changed");
      return addTo(endings, ending);
    },

    changed: () => change,

    async signedInIdentity(waitForName = true) {
      while (!isKnown || (waitForName && state.identity.status === "loading")) await change;
      if (state.identity.status === "signed-out") throw new TokenError("signed_out");
      return state.identity;
    },
  };
}
