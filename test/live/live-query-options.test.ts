import { QueryClient } from "@tanstack/react-query";
import { fql, type Query } from "fauna";
import { faunaLiveInfiniteQueryOptions, faunaLiveQueryOptions, TokenError } from "fauna-clerk";
import { describe, expect, test, vi, onTestFinished } from "vitest";

import { recordOf } from "../../src/cache/query-record";
import {
  buildLiveQueryOptions,
  setsOf,
  snapshotOf,
  snapshotQuery,
  sourceKey,
} from "../../src/live/live-query-options";
import { startFakeFauna } from "../support/fake-fauna";
import { failure, success } from "../support/fake-answers";
import { connect, nobodyYet, signedIn } from "../support/signed-in";

const ada = signedIn("ada");
const todos = fql`Todo.all()`;

/** The text of a snapshot's query. */
const textOf = (query: Query, on?: Query | readonly Query[]): string =>
  snapshotQuery(query, on).encode().fql.join("");

describe("a snapshot asks for", () => {
  test("data and event source of a set in one transaction", () => {
    expect(textOf(todos)).toBe(
      "let data: Any = {\nTodo.all()\n}\n{ data: data, source: [if (data isa Set) data.eventSource() else null] }",
    );
  });

  test("the sources of several other sets", () => {
    expect(textOf(fql`Todo.all().count()`, [todos, fql`User.all()`])).toBe(
      "let data: Any = {\nTodo.all().count()\n}\n" +
        "let set0: Any = {\nTodo.all()\n}\nlet set1: Any = {\nUser.all()\n}\n" +
        "{ data: data, source: [if (set0 isa Set) set0.eventSource() else null, " +
        "if (set1 isa Set) set1.eventSource() else null] }",
    );
  });

  test("the source of a document that the query names", () => {
    const text = textOf(fql`Todo.byId("1")`);
    expect(text).toContain('let dataDocument: Any = {\nTodo.byId("1")\n}\n');
    expect(text).toContain(
      "source: [if (data isa Set) data.eventSource() else Set.single(dataDocument).eventSource()]",
    );
  });

  test("none of another document that a field leads to", () => {
    expect(textOf(fql`Todo.byId("1")?.owner`)).toContain(
      "source: [if (data isa Set) data.eventSource() else if (dataDocument?.owner isa Object && " +
        "dataDocument?.owner?.coll != null && dataDocument?.owner?.ts != null) null else " +
        "Set.single(dataDocument).eventSource()]",
    );
  });

  test("none of one that a field of a field leads to, as none of those on the way", () => {
    expect(textOf(fql`Todo.byId("1").owner.team`)).toContain(
      "!= null) null else if (dataDocument?.owner?.team isa Object",
    );
  });

  test("nothing of what is not FQL v10, and the error says how it is written", () => {
    expect(() => snapshotQuery({} as Query, undefined)).toThrow(
      expect.objectContaining({
        code: "not_a_query",
        message: expect.stringContaining("Only FQL v10 can be live: fql`…`.") as string,
      }) as Error,
    );
  });
});

test("what events are of is told by the sets, whatever their form", () => {
  expect([setsOf(undefined), setsOf(todos), setsOf([todos])]).toEqual([[], [todos], [todos]]);
  expect(sourceKey(undefined)).toBe("");
  expect(sourceKey(todos)).toBe('["Todo.all()"]');
  expect(sourceKey([todos, fql`User.all()`])).toBe('["Todo.all()"],["User.all()"]');
});

describe("the answer to a snapshot", () => {
  test.each<[unknown, string[]]>([
    [{ token: "a" }, ["a"]],
    [
      [{ token: "a" }, { token: "b" }],
      ["a", "b"],
    ],
    ["a", ["a"]],
    ['"a"', ["a"]],
  ])("has data and tokens, in any format: %j", async (source, tokens) => {
    expect(await snapshotOf(Promise.resolve({ data: 1, source }))).toEqual({ data: 1, tokens });
  });

  test.each<[string, () => unknown]>([
    ["without a source", () => ({ data: 1, source: null })],
    ["with a missing one", () => ({ data: 1, source: [{ token: "a" }, null] })],
    ["that Fauna refuses", () => Promise.reject(new Error("The function `.eventSource()` …"))],
    ["that Fauna refuses for its id", () => Promise.reject(new Error("… `byId` …"))],
  ])("%s is a mistake in the app, and the error says what to do", async (_, answer) => {
    await expect(snapshotOf(answer())).rejects.toMatchObject({
      code: "not_streamable",
      message: expect.stringContaining(
        "Fauna cannot stream that. Pass as `on` a set of a collection whose changes matter.",
      ) as string,
    });
  });

  test("tells why Fauna refuses it; any other failure is the query's own", async () => {
    const refusal = new Error("Unknown `.eventSource()`");
    await expect(snapshotOf(Promise.reject(refusal))).rejects.toMatchObject({ cause: refusal });
    const other = new Error("Unbound variable `x`");
    await expect(snapshotOf(Promise.reject(other))).rejects.toBe(other);
  });
});

describe("the options of a live query", () => {
  async function setUp(state = ada) {
    const fauna = await startFakeFauna();
    fauna.respond = (request) =>
      success(request, { data: ["a"], source: [{ "@stream": "token" }] }, 5);
    const connection = connect(state, { endpoint: fauna.url });
    const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    return { fauna, connection, cache, scope: { client: connection.getClient() } };
  }

  test("have the key of the plain query, and data that is fresh until an event comes", async () => {
    const { cache, scope } = await setUp();
    const options = faunaLiveQueryOptions(scope, todos, { on: fql`User.all()`, order: ["rank"] });
    expect(options.queryKey.at(-1)).toEqual({ fql: ["Todo.all()"] });
    expect(options).not.toHaveProperty("on");
    expect(options).not.toHaveProperty("order");
    expect(await cache.fetchQuery(options)).toEqual(["a"]);
    const query = cache.getQueryCache().find({ queryKey: options.queryKey })!;
    expect(query.isStaleByTime((options.staleTime as (of: unknown) => number)(query))).toBe(false);
    expect(recordOf(query.queryKey).fetched).toMatchObject({
      txn: 5,
      source: { tokens: ["token"], of: '["User.all()"]' },
    });
  });

  test("of a list are those of its first page, and keep that, whatever the app's default", async () => {
    const { fauna, cache, scope } = await setUp();
    fauna.respond = (request) =>
      success(request, { data: { "@set": { data: ["a"] } }, source: [{ "@stream": "token" }] }, 5);
    const options = faunaLiveInfiniteQueryOptions(scope, todos as never, { maxPages: 1 } as never);
    expect(options.maxPages).toBeUndefined();
    expect(options.queryKey.at(-1)).toBe("pages");
    expect(await cache.fetchInfiniteQuery(options)).toMatchObject({ pages: [{ data: ["a"] }] });
  });

  test("of a skipped query ask for nothing", async () => {
    const { fauna, cache, scope } = await setUp();
    const options = faunaLiveQueryOptions(scope, null);
    expect(options).toMatchObject({
      enabled: false,
      queryKey: expect.arrayContaining(["none"]) as [],
    });
    await expect(cache.fetchQuery(options)).rejects.toThrow();
    expect(fauna.requests).toEqual([]);
  });

  test("wait as the budget says, and a request without a token counts as well", async () => {
    const getToken = vi.fn(async () => null);
    const { connection, cache } = await setUp({ ...ada, getToken });
    const options = buildLiveQueryOptions(connection, ada.identity, todos);
    const query = cache.getQueryCache().build(cache, options as never);
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const waitMs = vi.fn(() => 0).mockReturnValueOnce(5000);
    const budget = { waitMs, beforeSend: vi.fn(() => undefined) };
    recordOf(query.queryKey).budget = () => budget;
    const fetching = query.fetch().catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(4999);
    expect([query.state.fetchStatus, getToken.mock.calls.length]).toEqual(["fetching", 0]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await fetching).toBeInstanceOf(TokenError);
    expect(budget.beforeSend).toHaveBeenCalledTimes(1);
  });

  test("say why there is no token also where nothing is counted, and count no answer", async () => {
    const { connection, cache } = await setUp({ ...ada, getToken: async () => null });
    const options = buildLiveQueryOptions(connection, ada.identity, todos);
    await expect(cache.fetchQuery(options as never)).rejects.toBeInstanceOf(TokenError);
    const other = await setUp();
    other.fauna.respond = (request) => failure(request, 400, "invalid_query");
    const refused = buildLiveQueryOptions(other.connection, ada.identity, todos);
    const query = other.cache.getQueryCache().build(other.cache, refused as never);
    const beforeSend = vi.fn(() => undefined);
    recordOf(query.queryKey).budget = () => ({ waitMs: () => 0, beforeSend });
    await expect(query.fetch()).rejects.toMatchObject({ code: "invalid_query" });
    // Before it was sent.
    expect(beforeSend).toHaveBeenCalledOnce();
  });

  test("wait until it is known who is signed in, and read as that user", async () => {
    const { fauna, connection, cache, scope } = await setUp(nobodyYet);
    const fetching = cache.fetchQuery(faunaLiveQueryOptions(scope, todos));
    connection.identityStore.update(ada);
    expect(await fetching).toEqual(["a"]);
    expect(fauna.requests.map(({ claims }) => claims["sub"])).toEqual(["ada"]);
  });
});
