import { hashKey, QueryClient } from "@tanstack/react-query";
import fc from "fast-check";
import { DateStub, DocumentReference, fql, Module, type Query, type QueryValue } from "fauna";
import { createFaunaClient, faunaQueryOptions } from "fauna-clerk";
import { describe, expect, test } from "vitest";

import { readAuth } from "../../src/auth/identity";
import {
  type FaunaQueries,
  type FaunaQueryKey,
  faunaQueryKey,
  haveSameOwner,
  identityKey,
  isKeyOf,
  isKeyOfEndpoint,
  keyIn,
  matcher,
  ownedBy,
  ownerOf,
  type Scope,
} from "../../src/cache/keys";
import { connectionOf } from "../../src/client/connection";
import { runs } from "../support/runs";
import { connect, signedIn } from "../support/signed-in";

const client = createFaunaClient({
  endpoint: "https://fauna.example.test",
  getToken: () => Promise.resolve(null),
  userId: "ada",
});

const hash = (query: Query): string => hashKey(faunaQueryOptions({ client }, query).queryKey);

/** Values as they are compared below: plain descriptions from which arguments are made. */
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ maxLength: 4 }),
    fc.integer({ min: -5, max: 5 }),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom("@int", "@doc", "1", "true", "null", "{", "fql"),
    // Beyond 32 bits: below, the driver sends a long as it sends a number.
    fc
      .bigInt({ min: 2n ** 53n, max: 2n ** 53n + 3n })
      .map((long) => ({ kind: "long", text: String(long) })),
    fc.constantFrom("2026-01-01", "2026-01-02").map((text) => ({ kind: "date", text })),
    fc.constantFrom("Todo", "List").map((text) => ({ kind: "module", text })),
    fc.constantFrom("1", "2").map((text) => ({ kind: "document", text })),
    fc.array(tie("value"), { maxLength: 3 }).map((list) => ({ kind: "list", list })),
    fc
      .dictionary(fc.constantFrom("a", "b", "c", "@int", "fql", "value"), tie("value"), {
        maxKeys: 3,
      })
      .map((fields) => ({ kind: "object", fields: Object.entries(fields) })),
  ),
})).value;

interface Description {
  kind?: string;
  text: string;
  list: unknown[];
  fields: [string, unknown][];
}

/** @param order - in which order an object gets its keys */
function make(
  description: unknown,
  order: (fields: [string, unknown][]) => [string, unknown][],
): QueryValue {
  if (typeof description !== "object" || description === null) return description as QueryValue;
  const { kind, text, list, fields } = description as Description;
  if (kind === "long") return BigInt(text);
  if (kind === "date") return DateStub.from(text);
  if (kind === "module") return new Module(text);
  if (kind === "document") return new DocumentReference({ coll: new Module("Todo"), id: text });
  if (kind === "list") return list.map((item) => make(item, order));
  return Object.fromEntries(order(fields).map(([key, value]) => [key, make(value, order)]));
}

/** The same text for the same description whatever the order of fields; another for any other. */
const canonical = (description: unknown): string =>
  JSON.stringify(description, (key, value: unknown) =>
    key === "fields"
      ? [...(value as [string, unknown][])].sort(([a], [b]) => (a < b ? -1 : 1))
      : value,
  );

const asIs = (fields: [string, unknown][]) => fields;
const reversed = (fields: [string, unknown][]) => [...fields].reverse();

const queryOf = (description: unknown, order = asIs): Query => fql`f(${make(description, order)})`;

test("equal queries always share a key, whatever the order of the keys in object arguments", () => {
  fc.assert(
    fc.property(values, (description) => {
      expect(hash(queryOf(description, reversed))).toBe(hash(queryOf(description)));
    }),
    runs(500),
  );
});

test("different arguments never share a key", () => {
  fc.assert(
    fc.property(values, values, (one, two) => {
      fc.pre(canonical(one) !== canonical(two));
      expect(hash(queryOf(one))).not.toBe(hash(queryOf(two)));
    }),
    runs(1000),
  );
});

test("different texts never share a key", () => {
  const text = fc.string({ maxLength: 5 });
  fc.assert(
    fc.property(text, text, (one, two) => {
      fc.pre(one !== two);
      expect(hash(fql([one] as never))).not.toBe(hash(fql([two] as never)));
    }),
    runs(100),
  );
});

test("an argument and the same text in the query do not share a key", () => {
  expect(hash(fql`f(${"a"})`)).not.toBe(hash(fql`f("a")`));
});

test("a nested query and its text as an argument do not share a key", () => {
  expect(hash(fql`${fql`1`}`)).not.toBe(hash(fql`${"1"}`));
  expect(hash(fql`${fql`1`}`)).not.toBe(hash(fql`${{ fql: ["1"] }}`));
});

test("numbers, longs and texts of the same digits do not share a key", () => {
  const hashes = [1, "1", 1.5, "1.5", 2n ** 53n, String(2n ** 53n)].map((value) =>
    hash(fql`f(${value})`),
  );
  expect(new Set(hashes).size).toBe(hashes.length);
});

test("a key is an endpoint's and an identity's if it begins as theirs do", () => {
  const getToken = async (): Promise<null> => null;
  const [ada, bob] = ["ada", "bob"].map((userId) => readAuth({ getToken, userId }).identity);
  const [here, there] = ["https://a.example.test", "https://b.example.test"].map((endpoint) =>
    connectionOf(createFaunaClient({ endpoint, getToken })),
  );
  if (!ada || !bob || !here || !there) throw new Error("Four are missing.");
  const keyOf = (connection: typeof here, identity: typeof ada): FaunaQueryKey => [
    ...identityKey(connection, identity),
    "v10",
    {},
  ];
  const key = keyOf(here, ada);
  expect(isKeyOf(here, ada, key)).toBe(true);
  expect(isKeyOf(here, bob, key) || isKeyOf(there, ada, key)).toBe(false);
  expect(isKeyOfEndpoint(here, key)).toBe(true);
  expect(isKeyOfEndpoint(there, key)).toBe(false);
  expect(haveSameOwner(key, keyOf(here, ada))).toBe(true);
  for (const other of [keyOf(here, bob), keyOf(there, ada), [] as unknown as FaunaQueryKey])
    expect(haveSameOwner(key, other)).toBe(false);
});

const connectScope = () => {
  const state = signedIn("ada");
  return { connection: connect(state), identity: state.identity };
};

describe("queries are selected", () => {
  function setUp() {
    const scope: Scope = { ...connectScope(), cache: new QueryClient() };
    const cached = (query: Query, keyEnd: string[] = [], options?: object) => {
      const queryKey = [...keyIn(scope, query, options), ...keyEnd];
      scope.cache.setQueryData(queryKey, "data");
      return scope.cache.getQueryCache().find({ queryKey })!;
    };
    const [one, other, list, typed] = [
      cached(fql`one`),
      cached(fql`other`),
      cached(fql`one`, ["pages"]),
      cached(fql`one`, [], { request: { typecheck: true } }),
    ];
    const selected = (queries?: FaunaQueries | false) =>
      [one, other, list, typed].map(matcher(scope, queries));
    return { selected };
  }

  test("all, none, one with its list, several, and by their text", () => {
    const { selected } = setUp();
    expect(selected()).toEqual([true, true, true, true]);
    expect(selected(false)).toEqual([false, false, false, false]);
    expect(selected(fql`one`)).toEqual([true, false, true, false]);
    expect(selected([fql`one`, fql`other`])).toEqual([true, true, true, false]);
    expect(selected([])).toEqual([false, false, false, false]);
    expect(selected((text) => text === "one")).toEqual([true, false, true, true]);
  });
});

test("a skipped query has a key of its own, which is its user's", () => {
  const { connection, identity } = connectScope();
  expect(faunaQueryKey(connection, identity, undefined, fql`one`)).toEqual([
    "fauna",
    "https://fauna.test/",
    identity.key,
    "none",
    null,
  ]);
});

test("the owner of a write is named by its key, or beside a key of the app's", () => {
  const owner = ["fauna", "https://fauna.test/", "ada"];
  expect(ownedBy(owner, {})).toEqual({ mutationKey: owner });
  const named = ownedBy(owner, { mutationKey: ["app"], meta: { a: 1 } });
  expect(named).toEqual({ meta: { a: 1, fauna: owner } });
  expect(ownerOf({ mutationKey: ["app"], ...named })).toBe(owner);
  expect(ownerOf(ownedBy(owner, {}))).toBe(owner);
  for (const others of [{}, { mutationKey: ["app"] }, { meta: {} }, { mutationKey: [] }])
    expect(ownerOf(others)).toBeUndefined();
});
