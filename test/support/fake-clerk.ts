import { act } from "@testing-library/react";
import type { ClerkAuth, GetTokenOptions } from "fauna-clerk";
import { useSyncExternalStore } from "react";
import { type Mock, vi } from "vitest";

import { makeToken } from "./token";

/** Who is signed in. */
export interface Who {
  readonly userId: string;
  readonly sessionId?: string;
  readonly orgId?: string | null;
}

export type FakeGetToken = (options: GetTokenOptions) => Promise<string | null>;

/** A `useAuth()` that a test drives: what it says, and what its `getToken` returns. */
export interface FakeClerk {
  /** The hook, for `<FaunaProvider auth={clerk.useAuth()}>`. */
  useAuth(): ClerkAuth;
  /** What the hook says now. */
  readonly auth: ClerkAuth;
  /** Counts and records the calls; by default it makes a new token of the session of the moment. */
  readonly getToken: Mock<FakeGetToken>;
  /** A token as the default `getToken` makes it now. */
  mint(options?: Partial<GetTokenOptions>, claims?: Readonly<Record<string, unknown>>): string;
  /** From now on a user's token stays the same until a refresh is forced, as in Clerk's cache. */
  cacheTokens(): void;
  /** Signs in as, or out with null, both in what the hook says and in the tokens. */
  become(who: Who | null): void;
  /** Changes only whose tokens there are, as Clerk does for a moment during a switch. */
  switchTokens(who: Who | null): void;
  /** `isLoaded` flips to false; the tokens stay. */
  unload(): void;
  /** `isLoaded` is true again, with whoever it was. */
  load(): void;
}

export const ada: Who = { userId: "ada", sessionId: "sess_ada" };
export const bob: Who = { userId: "bob", sessionId: "sess_bob" };

/** @param first - who is signed in at first; null for nobody; undefined while Clerk is loading. */
export function createFakeClerk(first?: Who | null): FakeClerk {
  let tokens: Who | null = first ?? null;
  const mint: FakeClerk["mint"] = ({ template = "fauna" } = {}, claims = {}) => {
    const { userId, sessionId, orgId } = tokens ?? { userId: "nobody" };
    const org = { org: orgId, org_id: orgId ?? null };
    return makeToken({ sub: userId, sid: sessionId, ...org, template, ...claims });
  };
  const getToken = vi.fn<FakeGetToken>(async (options) => (tokens ? mint(options) : null));
  let auth = describe(first, getToken);
  const listeners = new Set<() => void>();

  const show = (next: ClerkAuth): void =>
    act(() => {
      auth = next;
      for (const listener of listeners) listener();
    });
  const subscribe = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    useAuth: () =>
      useSyncExternalStore(
        subscribe,
        () => auth,
        () => auth,
      ),
    get auth() {
      return auth;
    },
    getToken,
    mint,
    cacheTokens() {
      const cache = new Map<string | undefined, string>();
      getToken.mockImplementation(async (options) => {
        const userId = tokens?.userId;
        if (!userId) return null;
        const token = (!options.skipCache && cache.get(userId)) || mint(options);
        cache.set(userId, token);
        return token;
      });
    },
    become(who) {
      tokens = who;
      show(describe(who, getToken));
    },
    switchTokens(who) {
      tokens = who;
    },
    unload: () => show(describe(undefined, getToken)),
    load: () => show(describe(tokens, getToken)),
  };
}

// The id fields go from undefined over null to text, as in both SDKs.
function describe(who: Who | null | undefined, getToken: FakeGetToken): ClerkAuth {
  const none = who === undefined ? undefined : null;
  return {
    isLoaded: who !== undefined,
    isSignedIn: who === undefined ? undefined : who !== null,
    userId: who?.userId ?? none,
    sessionId: who?.sessionId ?? none,
    orgId: who?.orgId ?? none,
    getToken,
  };
}
