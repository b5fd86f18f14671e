import { describe, expect, test, vi } from "vitest";

import { type AuthState, createAnonymous, createIdentity } from "../../src/auth/identity";
import { createIdentityStore, type IdentityStore } from "../../src/auth/identity-store";
import { identitySignal } from "../../src/auth/signals";
import { nameIdentity } from "../../src/auth/token-identity";

const changed = { code: "identity_changed" };
const tokens = (more: Partial<AuthState> = {}): AuthState => ({
  identity: createIdentity("loading", "fauna"),
  template: "fauna",
  getToken: async () => null,
  isNamedByToken: true,
  ...more,
});
const alone = (): AuthState => tokens({ identity: createAnonymous("fauna") });
const token = (sub?: string, more: object = {}) => ({ claims: { sub, ...more } });
const userOf = (store: IdentityStore) => store.current().identity.userId;

test("the user is the first token's, with session and organization", () => {
  const store = createIdentityStore(tokens());
  nameIdentity(store, token("ada", { sid: "sess_1", org_id: "org_1" }));
  const ids = { userId: "ada", sessionId: "sess_1", orgId: "org_1" };
  expect(store.current().identity).toEqual({ status: "signed-in", ...ids });
  expect(store.current().identity.key).toBe(createIdentity("signed-in", "fauna", ids).key);
});

test("what was asked for before the first token goes on with it", () => {
  const store = createIdentityStore(tokens());
  const signal = identitySignal(store);
  nameIdentity(store, token("ada"));
  expect([signal.aborted, store.generation()]).toEqual([false, 0]);
});

test.each([
  ["another user", token("bob")],
  ["another session", token("ada", { sid: "sess_2", org_id: "org_1" })],
  ["another organization", token("ada", { sid: "sess_1", org_id: "org_2" })],
  ["an organization, which it tells without a session", token("ada", { org_id: "org_2" })],
  ["nobody", token()],
  ["a key", { claims: undefined }],
])("a later token of %s ends the identity", (_, other) => {
  const store = createIdentityStore(tokens());
  const onEnd = vi.fn();
  store.onEnd({}, onEnd);
  nameIdentity(store, token("ada", { sid: "sess_1", org_id: "org_1" }));
  const [signal, before] = [identitySignal(store), store.current().identity];
  nameIdentity(store, other);
  expect(signal.reason).toMatchObject(changed);
  expect(onEnd).toHaveBeenCalledExactlyOnceWith(before, "switched");
  expect(store.generation()).toBe(1);
});

test("a later token that says no session and no organization changes nothing", () => {
  const store = createIdentityStore(tokens());
  nameIdentity(store, token("ada", { sid: "sess_1", org_id: "org_1" }));
  const { identity } = store.current();
  nameIdentity(store, token("ada"));
  expect(store.current().identity).toBe(identity);
});

test.each([
  ["a session", {}, { sid: "sess_1" }],
  ["an organization", { sid: "sess_1" }, { sid: "sess_1", org_id: "org_1" }],
])("a later token that tells %s for the first time ends the identity", (_, before, after) => {
  const store = createIdentityStore(tokens());
  nameIdentity(store, token("ada", before));
  nameIdentity(store, token("ada", after));
  expect(store.generation()).toBe(1);
});

test("a claim org_id that is no organization changes nothing", () => {
  const store = createIdentityStore(tokens());
  nameIdentity(store, token("ada", { sid: "sess_1", org_id: "department" }));
  nameIdentity(store, token("ada", { sid: "sess_1", org_id: "another" }));
  expect([userOf(store), store.generation()]).toEqual(["ada", 0]);
});

test("each token without a user is an identity of its own", () => {
  const [one, other] = [createIdentityStore(tokens()), createIdentityStore(tokens())];
  for (const store of [one, other]) nameIdentity(store, { claims: undefined });
  expect(one.current().identity.key).not.toBe(other.current().identity.key);
});

test("without a provider the first token gives the user a name, but the key stays", () => {
  const store = createIdentityStore(alone());
  const { key } = store.current().identity;
  const signal = identitySignal(store);
  nameIdentity(store, token("ada"));
  expect([userOf(store), store.current().identity.key, signal.aborted]).toEqual([
    "ada",
    key,
    false,
  ]);
  nameIdentity(store, token("bob"));
  expect([userOf(store), signal.aborted]).toEqual(["bob", true]);
});

test("an anonymous identity keeps its key when a token names it later", () => {
  const store = createIdentityStore(tokens());
  store.name(createAnonymous("fauna"), false);
  const { key } = store.current().identity;
  nameIdentity(store, token("ada"));
  expect([userOf(store), store.current().identity.key]).toEqual(["ada", key]);
});

test("a token without a user leaves an anonymous identity its key, too", () => {
  const store = createIdentityStore(alone());
  const { key } = store.current().identity;
  const signal = identitySignal(store);
  nameIdentity(store, { claims: undefined });
  expect([store.current().identity.key, signal.aborted]).toEqual([key, false]);
});

test("a user's token after one without a user ends the identity", () => {
  const store = createIdentityStore(tokens());
  nameIdentity(store, { claims: undefined });
  const [signal, { key }] = [identitySignal(store), store.current().identity];
  nameIdentity(store, token("ada"));
  expect(signal.reason).toMatchObject(changed);
  expect(store.current().identity.key).not.toBe(key);
});

test("a token without a user tells session and organization", () => {
  const store = createIdentityStore(tokens());
  nameIdentity(store, token(undefined, { sid: "sess_1", org_id: "org_1" }));
  expect(store.current().identity).toMatchObject({ sessionId: "sess_1", orgId: "org_1" });
});

test("who listens is told of each name, until they stop", () => {
  const store = createIdentityStore(tokens());
  const listener = vi.fn();
  const stop = store.onNamed(listener);
  nameIdentity(store, token("ada"));
  nameIdentity(store, token("ada"));
  expect(listener).toHaveBeenCalledOnce();
  stop();
  nameIdentity(store, token("bob"));
  expect(listener).toHaveBeenCalledOnce();
});

test("a new getter changes nothing, another template is another identity", () => {
  const store = createIdentityStore(tokens());
  nameIdentity(store, token("ada"));
  const { identity } = store.current();
  store.update(tokens({ getToken: async () => null }));
  nameIdentity(store, token("ada"));
  expect(store.current().identity).toBe(identity);
  store.update(tokens({ template: "admin" }));
  nameIdentity(store, token("ada"));
  expect(store.current().identity.key).not.toBe(identity.key);
});

test("it is loading again after nobody was signed in", () => {
  const store = createIdentityStore(tokens({ identity: createIdentity("signed-out", "fauna") }));
  store.update(tokens());
  expect(store.current().identity.status).toBe("loading");
});

describe("a getter whose first token has named somebody", () => {
  test("is known again as long as no provider has mounted", () => {
    const state = tokens({ getToken: async () => null });
    nameIdentity(createIdentityStore(state), token("ada"));
    const again = createIdentityStore(state);
    expect(userOf(again)).toBe("ada");
    expect(again.current().isNamed).toBe(true);
    again.retain();
    expect(userOf(createIdentityStore(state))).toBe(null);
  });

  test("is not known again if that happened below a provider, or without one", () => {
    const mounted = tokens({ getToken: async () => null });
    const store = createIdentityStore(mounted);
    store.retain();
    nameIdentity(store, token("ada"));
    expect(userOf(createIdentityStore(mounted))).toBe(null);
    const withoutProvider = alone();
    nameIdentity(createIdentityStore(withoutProvider), token("ada"));
    const { getToken } = withoutProvider;
    expect(userOf(createIdentityStore(tokens({ getToken })))).toBe(null);
  });

  test("names nobody else's: neither a client without a provider, nor who is still loading", () => {
    const state = tokens({ getToken: async () => null });
    nameIdentity(createIdentityStore(state), token("ada"));
    const { getToken } = state;
    expect(userOf(createIdentityStore({ ...alone(), getToken }))).toBe(null);
    const loading = createIdentityStore({ ...state, isNamedByToken: false });
    expect(loading.current().identity.status).toBe("loading");
  });
});
