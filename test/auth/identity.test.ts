import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";

import {
  agree,
  type AuthState,
  type AuthSource,
  type ClerkAuth,
  createIdentity,
  createLate,
  hide,
  type Identity,
  type Ids,
  idsIn,
  isTokenOf,
  readAuth,
  readAuthAlone,
  replaces,
} from "../../src/auth/identity";
import { createIdentityStore } from "../../src/auth/identity-store";
import { nameIdentity } from "../../src/auth/token-identity";
import { TokenError } from "../../src/errors";
import { runs } from "../support/runs";

/** A claim that a token has not, that says none, or that says one of two. */
const claim = (one: string, other: string) => fc.constantFrom(undefined, null, one, other);
type Claims = Readonly<Record<"sub" | "sid" | "org_id", string | null | undefined>>;

const claims: fc.Arbitrary<Claims> = fc.record({
  sub: fc.constantFrom("ada", "bob"),
  sid: claim("sess_1", "sess_2"),
  org_id: claim("org_1", "org_2"),
});

/** Whether no claim that both have differs. */
const isConsistent = (one: Claims, other: Claims): boolean =>
  (["sub", "sid", "org_id"] as const).every(
    (name) => one[name] === undefined || other[name] === undefined || one[name] === other[name],
  );

test("two tokens are of the same user if each claim that both have is the same", () => {
  const property = fc.property(claims, claims, (one, other) => {
    expect(agree(idsIn(one), idsIn(other))).toBe(isConsistent(one, other));
  });
  fc.assert(property, runs(200));
});

test("an identity of Clerk's takes the tokens that deny nothing of it, not even that it has no organization", () => {
  const orgId = fc.constantFrom(null, "org_1");
  const property = fc.property(orgId, claims, (orgId, token) => {
    const ids = { userId: "ada", sessionId: "sess_1", orgId };
    const own = { sub: "ada", sid: "sess_1", org_id: orgId };
    const identity = createIdentity("signed-in", "fauna", ids);
    expect(isTokenOf(identity, token)).toBe(isConsistent(own, token));
  });
  fc.assert(property, runs(100));
});

test.each<[string, Ids, object, boolean]>([
  ["a user alone", {}, { sid: "sess_1", org_id: "org_1" }, true],
  ["an organization without a session", { orgId: "org_1" }, { org_id: "org_2" }, false],
  ["an organization without a session", { orgId: "org_1" }, { org_id: "org_1" }, true],
])("of what the app has told, %s is what counts", (_, ids, token, isOwn) => {
  const identity = createIdentity("signed-in", "fauna", { userId: "ada", ...ids });
  expect(isTokenOf(identity, { sub: "ada", ...token })).toBe(isOwn);
});

test("whom tokens name, all tokens are of that tell the same", () => {
  const sequence = fc.array(claims, { minLength: 2, maxLength: 6 });
  const property = fc.property(sequence, (tokens) => {
    const store = createIdentityStore({
      identity: createIdentity("loading", "fauna"),
      template: "fauna",
      getToken: async () => null,
      isNamedByToken: true,
    });
    let [accepted, generation]: [Claims[], number] = [[], 0];
    for (const token of tokens) {
      nameIdentity(store, { claims: token });
      if (store.generation() !== generation) [accepted, generation] = [[], store.generation()];
      for (const other of accepted) expect(isConsistent(other, token)).toBe(true);
      accepted.push(token);
    }
  });
  fc.assert(property, runs(200));
});

test.each(["acme", "my_org_1", "nullable"])("a claim org_id like %s tells nothing", (org_id) => {
  expect(idsIn({ sub: "ada", org_id }).orgId).toBeUndefined();
});

describe("who is signed in", () => {
  const getToken = async (): Promise<null> => null;
  const clerk = (more: Partial<ClerkAuth>): AuthSource => ({
    auth: { isLoaded: true, isSignedIn: true, userId: "ada", getToken, ...more },
  });
  const [loading, nobody] = [
    createIdentity("loading", "fauna"),
    createIdentity("signed-out", "fauna"),
  ];
  const ada = createIdentity("signed-in", "fauna", { userId: "ada" });
  const ids = { sessionId: "sess_1", orgId: "org_1" };

  test.each<[string, AuthSource, Identity]>([
    ["Clerk loads", clerk({ isLoaded: false, isSignedIn: undefined, ...ids }), loading],
    ["Clerk has loaded without a user", clerk({ isSignedIn: false, userId: null }), nobody],
    ["Clerk does not call a user signed in", clerk({ isSignedIn: false, ...ids }), nobody],
    ["Clerk calls nobody signed in", clerk({ isSignedIn: true, userId: null }), nobody],
    [
      "Clerk has a user",
      clerk(ids),
      createIdentity("signed-in", "fauna", { userId: "ada", ...ids }),
    ],
    ["the app names a user", { getToken, userId: "ada" }, ada],
    ["the app says that it is nobody", { getToken, userId: null }, nobody],
    ["only a token can tell", { getToken }, loading],
  ])("when %s", (_, source, identity) => {
    const state = readAuth(source);
    expect(state.identity).toEqual(identity);
    expect(state.identity.key).toBe(identity.key);
    const isNamedByToken = !source.auth && source.userId === undefined;
    expect(state).toMatchObject({ template: "fauna", getToken, isNamedByToken });
  });

  test.each<[string, AuthSource, string]>([
    ["auth and getToken", { ...clerk({}), getToken }, "ambiguous_auth"],
    ["neither auth nor getToken", {}, "no_auth"],
  ])("cannot be said by %s, and the error tells what to pass", (_, source, code) => {
    const message = expect.stringContaining("Pass one of auth={useAuth()} and getToken") as string;
    expect(() => readAuth(source)).toThrow(expect.objectContaining({ code, message }));
  });

  test("is another identity by another template", () => {
    const { identity, template } = readAuth({ getToken, userId: "ada", template: "admin" });
    expect(template).toBe("admin");
    expect(identity.key).not.toBe(ada.key);
  });

  test("is still not known, and why, when that takes too long", () => {
    const error = new TokenError("token_timeout");
    const late = createLate("fauna", error);
    expect({ ...late, key: late.key, error: late.error }).toEqual({
      ...loading,
      key: loading.key,
      error,
    });
    // useFaunaAuth returns it.
    expect(Object.keys(late)).toEqual(Object.keys(loading));
  });

  test("is hidden while that is in doubt", () => {
    const state = readAuth(clerk(ids));
    const hidden = hide(state);
    expect(hidden).toEqual({ ...state, identity: loading, doubted: state.identity });
    expect(hidden.identity.key).toBe(loading.key);
  });
});

describe("what is shown of an identity is replaced", () => {
  const of = (userId: string, key?: string): Identity =>
    createIdentity("signed-in", "fauna", { userId }, key);
  const loading = createIdentity("loading", "fauna");
  const stateOf = (identity: Identity): AuthState => ({
    identity,
    template: "fauna",
    getToken: async () => null,
  });
  test.each<[string, Identity, Identity, boolean]>([
    ["by another user", of("bob"), of("ada"), true],
    [
      "by the name of somebody who had none, under the same key",
      of("ada", "key"),
      of("", "key"),
      true,
    ],
    ["by the same user in another organization", of("ada", "org_2"), of("ada", "org_1"), true],
    ["not by the same one", of("ada"), of("ada"), false],
    ["not while the issuer changes it", loading, of("ada"), false],
  ])("%s", (_, identity, shown, isReplaced) => {
    expect(replaces(stateOf(identity), stateOf(shown))).toBe(isReplaced);
  });

  test("when it is in doubt, also while nobody is shown, and then no more", () => {
    const hidden = hide(stateOf(of("ada")));
    expect(replaces(hidden, stateOf(of("ada")))).toBe(true);
    expect(replaces(hidden, stateOf(loading))).toBe(true);
    expect(replaces(hidden, hidden)).toBe(false);
    expect(replaces(stateOf(loading), hidden)).toBe(false);
    expect(replaces(stateOf(of("ada")), hidden)).toBe(true);
  });
});

describe("without a provider", () => {
  afterEach(() => void vi.unstubAllGlobals());
  const getToken = async (): Promise<null> => null;
  const alone = (): (() => Identity) => {
    const state = readAuthAlone({ getToken });
    expect(state).toMatchObject({ template: "fauna", getToken });
    return () => state.identity;
  };

  test("one whom the app names is that one", () => {
    expect(readAuthAlone({ getToken, userId: "ada" })).toEqual(
      readAuth({ getToken, userId: "ada" }),
    );
  });

  test("all calls on a page are of one identity, which the first token may name", () => {
    vi.stubGlobal("window", {});
    const [identity, other] = [alone(), alone()];
    expect(identity()).toMatchObject({ status: "signed-in", userId: null });
    expect(identity().key).toBe(identity().key);
    expect(identity().key).not.toBe(other().key);
    expect(readAuthAlone({ getToken }).isNamedByToken).toBe(true);
  });

  test("each call on a server is of an identity of its own, which none names", () => {
    const identity = alone();
    expect(identity()).toMatchObject({ status: "signed-in", userId: null });
    expect(identity().key).not.toBe(identity().key);
    expect(readAuthAlone({ getToken }).isNamedByToken).toBeFalsy();
  });

  test("each further use of one call's cache entry on a server is another entry", () => {
    const { hashKey } = alone()();
    const [first, ...more] = [1, 2, 3].map(() => hashKey?.(["key"]));
    expect(first).toBe('["key"]');
    expect(new Set([first, ...more]).size).toBe(3);
  });
});
