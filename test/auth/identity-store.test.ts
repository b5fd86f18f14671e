import { describe, expect, test, vi } from "vitest";

import {
  type AuthState,
  createIdentity,
  hide,
  type Identity,
  readAuthAlone,
} from "../../src/auth/identity";
import { createIdentityStore } from "../../src/auth/identity-store";
import { identitySignal } from "../../src/auth/signals";
import { countHeld } from "../support/live-leaks";

const stateOf = (identity: Identity): AuthState => ({
  identity,
  template: "fauna",
  getToken: async () => null,
});
const signedIn = (userId: string): AuthState =>
  stateOf(createIdentity("signed-in", "fauna", { userId, sessionId: `sess_${userId}` }));
const [ada, bob] = [signedIn("ada"), signedIn("bob")];
const loading = stateOf(createIdentity("loading", "fauna", {}));
const signedOut = stateOf(createIdentity("signed-out", "fauna", {}));

const changed = { code: "identity_changed" };

describe("a request's signal", () => {
  test("aborts when its identity ends, and says why", () => {
    const store = createIdentityStore(ada);
    const signal = identitySignal(store);
    expect(signal.aborted).toBe(false);
    store.update(bob);
    expect(signal.reason).toMatchObject(changed);
  });

  test("aborts when the caller's does", () => {
    const caller = new AbortController();
    const signal = identitySignal(createIdentityStore(ada), ada.identity, caller.signal);
    caller.abort(new Error("Enough."));
    expect(signal.reason).toEqual(new Error("Enough."));
  });

  test("of an identity that is not the current one is aborted already", () => {
    const signal = identitySignal(createIdentityStore(ada), bob.identity);
    expect(signal.reason).toMatchObject(changed);
  });

  test("stays while the issuer says again who it is, or that it is loading", () => {
    const store = createIdentityStore(ada);
    const signal = identitySignal(store);
    store.update(signedIn("ada"));
    store.update(loading);
    store.update(signedIn("ada"));
    expect(signal.aborted).toBe(false);
  });

  test("stays when it turns out who is signed in", () => {
    const store = createIdentityStore(loading);
    const signal = identitySignal(store);
    store.update(ada);
    expect(signal.aborted).toBe(false);
  });

  test("is a new one for the next identity", () => {
    const store = createIdentityStore(ada);
    store.update(bob);
    expect(identitySignal(store).aborted).toBe(false);
  });
});

describe("the end of an identity", () => {
  test("is told to one listener for each owner, after its requests were aborted", () => {
    const store = createIdentityStore(ada);
    const signal = identitySignal(store);
    const owner = {};
    const replaced = vi.fn();
    const listener = vi.fn(() => expect(signal.aborted).toBe(true));
    store.onEnd(owner, replaced);
    store.onEnd(owner, listener);
    store.update(bob);
    expect(replaced).not.toHaveBeenCalled();
    expect(listener).toHaveBeenCalledExactlyOnceWith(ada.identity, "switched");
  });

  test("comes a microtask after the last provider has left", async () => {
    const store = createIdentityStore(ada);
    const listener = vi.fn();
    store.onEnd({}, listener);
    const [first, second] = [store.retain(), store.retain()];
    first();
    await Promise.resolve();
    expect(listener).not.toHaveBeenCalled();
    second();
    expect(listener).not.toHaveBeenCalled();
    await Promise.resolve();
    expect(listener).toHaveBeenCalledExactlyOnceWith(ada.identity, "left");
  });

  test("does not come when a provider mounts again at once, as in StrictMode", async () => {
    const store = createIdentityStore(ada);
    const listener = vi.fn();
    store.onEnd({}, listener);
    store.retain()();
    store.retain();
    await Promise.resolve();
    expect(listener).not.toHaveBeenCalled();
  });
});

describe("something under way", () => {
  test("does not begin for somebody else", () => {
    const store = createIdentityStore(ada);
    expect(() => store.track({ end: () => {} }, bob.identity)).toThrow(
      expect.objectContaining(changed),
    );
    expect(store.isCurrent(bob.identity)).toBe(false);
    expect(store.isCurrent(signedIn("ada").identity)).toBe(true);
  });

  test("is never somebody else's where each call is of an identity of its own", () => {
    const state = readAuthAlone({ getToken: async () => null });
    const store = createIdentityStore(state);
    expect(store.isCurrent(state.identity)).toBe(true);
    expect(() => store.track({ end: () => {} }, state.identity)).not.toThrow();
  });

  test("is ended once with its identity, and not at all when it is over before", () => {
    const store = createIdentityStore(ada);
    const [end, over] = [vi.fn(), vi.fn()];
    store.track({ end });
    store.track({ end: over })();
    store.update(bob);
    expect(end).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(changed));
    expect(over).not.toHaveBeenCalled();
  });

  test("may begin anew when it is ended, and is of the next identity then", () => {
    const store = createIdentityStore(ada);
    const again = vi.fn();
    const end = vi.fn(() => void store.track({ end: again }));
    store.track({ end });
    store.update(bob);
    expect(end).toHaveBeenCalledOnce();
    expect(again).not.toHaveBeenCalled();
  });

  test("that goes on outlasts the last provider, but not its identity", async () => {
    const store = createIdentityStore(ada);
    const [end, goesOn] = [vi.fn(), vi.fn()];
    store.track({ end });
    store.track({ end: goesOn, goesOn: true });
    store.retain()();
    await Promise.resolve();
    expect([end, goesOn].map(({ mock }) => mock.calls.length)).toEqual([1, 0]);
    store.update(bob);
    expect(goesOn).toHaveBeenCalledOnce();
  });
});

describe("identities", () => {
  test("are counted: one that only turns out, or is told again, is none", () => {
    const store = createIdentityStore(loading);
    const counts = [ada, signedIn("ada"), loading, ada, bob, signedOut].map((state) => {
      store.update(state);
      return store.generation();
    });
    expect(counts).toEqual([0, 0, 0, 0, 1, 2]);
  });

  test("end when they are in doubt, and waiters are told of each doubt, once", async () => {
    const store = createIdentityStore(ada);
    const onEnd = vi.fn();
    store.onEnd({}, onEnd);
    const told = vi.fn();
    const listen = (): void => void store.changed().then(told);
    listen();
    store.update(hide(ada));
    expect(store.current().identity.status).toBe("loading");
    expect(onEnd).toHaveBeenCalledExactlyOnceWith(ada.identity, "switched");
    const waiting = store.signedInIdentity();
    await Promise.resolve();
    expect(told).toHaveBeenCalledOnce();
    listen();
    store.update(hide(ada));
    await Promise.resolve();
    expect(told).toHaveBeenCalledOnce();
    store.update(hide(bob));
    await Promise.resolve();
    expect(told).toHaveBeenCalledTimes(2);
    store.update(ada);
    await expect(waiting).resolves.toBe(ada.identity);
  });
});

test("the owner of a listener is not kept alive", async () => {
  const store = createIdentityStore(ada);
  const listen = (): WeakRef<object> => {
    const owner = {};
    store.onEnd(owner, () => {});
    return new WeakRef(owner);
  };
  expect(await countHeld([listen()])).toBe(0);
  store.update(bob);
});

describe("who is signed in", () => {
  test("is the previous identity while the issuer is loading, with the new token getter", () => {
    const store = createIdentityStore(ada);
    store.update(loading);
    expect(store.current()).toEqual({ ...loading, identity: ada.identity });
  });

  test("is told as soon as it is known", async () => {
    const store = createIdentityStore(loading);
    const identity = store.signedInIdentity();
    store.update(loading);
    store.update(ada);
    await expect(identity).resolves.toBe(ada.identity);
  });

  test("is an error if it is nobody", async () => {
    const store = createIdentityStore(loading);
    const identity = store.signedInIdentity();
    store.update(signedOut);
    await expect(identity).rejects.toMatchObject({ code: "signed_out" });
  });

  test("is what only a token tells: whoever asks for that token does not wait for it", async () => {
    const { identity, ...unnamed } = stateOf(createIdentity("loading", "fauna"));
    const store = createIdentityStore({ ...unnamed, identity, isNamedByToken: true });
    await expect(store.signedInIdentity(false)).resolves.toBe(identity);
    const named = store.signedInIdentity();
    store.name(ada.identity);
    await expect(named).resolves.toBe(ada.identity);
    expect(store.current().isNamed).toBe(true);
  });

  test("is waited for while the issuer changes it, by whoever asks for a token, too", async () => {
    const store = createIdentityStore(ada);
    store.update(loading);
    const settled = vi.fn();
    const identity = store.signedInIdentity(false);
    void identity.then(settled);
    await Promise.resolve();
    expect(settled).not.toHaveBeenCalled();
    store.update(bob);
    await expect(identity).resolves.toBe(bob.identity);
  });

  test("is waited for again by whoever waits after a change", async () => {
    const store = createIdentityStore(loading);
    const first = store.changed();
    store.update(ada);
    await first;
    const told = vi.fn();
    void store.changed().then(told);
    await Promise.resolve();
    expect(told).not.toHaveBeenCalled();
    store.update(bob);
    await store.changed;
    await Promise.resolve();
    expect(told).toHaveBeenCalledOnce();
  });
});
