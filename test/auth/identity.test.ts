import fc from "fast-check";
import { expect, test } from "vitest";

import { agree, createIdentity, type Ids, idsIn, isTokenOf } from "../../src/auth/identity";
import { createIdentityStore } from "../../src/auth/identity-store";
import { nameIdentity } from "../../src/auth/token-identity";
import { runs } from "../support/runs";
import { makeToken } from "../support/token";

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
    const tell = (of: Claims): Ids => idsIn(makeToken(of));
    expect(agree(tell(one), tell(other))).toBe(isConsistent(one, other));
  });
  fc.assert(property, runs(200));
});

test("an identity of Clerk's takes the tokens that deny nothing of it, not even that it has no organization", () => {
  const orgId = fc.constantFrom(null, "org_1");
  const property = fc.property(orgId, claims, (orgId, token) => {
    const ids = { userId: "ada", sessionId: "sess_1", orgId };
    const own = { sub: "ada", sid: "sess_1", org_id: orgId };
    const identity = createIdentity("signed-in", "fauna", ids);
    expect(isTokenOf(identity, makeToken(token))).toBe(isConsistent(own, token));
  });
  fc.assert(property, runs(100));
});

test.each<[string, Ids, object, boolean]>([
  ["a user alone", {}, { sid: "sess_1", org_id: "org_1" }, true],
  ["an organization without a session", { orgId: "org_1" }, { org_id: "org_2" }, false],
  ["an organization without a session", { orgId: "org_1" }, { org_id: "org_1" }, true],
])("of what the app has told, %s is what counts", (_, ids, token, isOwn) => {
  const identity = createIdentity("signed-in", "fauna", { userId: "ada", ...ids });
  expect(isTokenOf(identity, makeToken({ sub: "ada", ...token }))).toBe(isOwn);
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
      nameIdentity(store, makeToken(token));
      if (store.generation() !== generation) [accepted, generation] = [[], store.generation()];
      for (const other of accepted) expect(isConsistent(other, token)).toBe(true);
      accepted.push(token);
    }
  });
  fc.assert(property, runs(200));
});
