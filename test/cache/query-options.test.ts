import { CancelledError, QueryClient, skipToken } from "@tanstack/react-query";
import { EmbeddedSet, fql } from "fauna";
import { faunaInfiniteQueryOptions, faunaQueryOptions } from "fauna-clerk";
import faunadb from "faunadb";
import { describe, expect, test, vi } from "vitest";

import { createLate } from "../../src/auth/identity";
import { originOf } from "../../src/cache/origins";
import { buildQueryOptions, driverOf, withDefaults } from "../../src/cache/query-options";
import { recordOf } from "../../src/cache/query-record";
import { TokenError } from "../../src/errors";
import { drivers, v4Expression } from "../support/drivers";
import { success } from "../support/fake-answers";
import { cursorIn, servePages } from "../support/fake-pages";
import { startFakeFauna } from "../support/fake-fauna";
import { connect, nobodyYet, signedIn } from "../support/signed-in";

const ada = signedIn("ada");
const query = fql<string>`1`;
const { query: q } = faunadb;

async function setUp(state = ada) {
  const fauna = await startFakeFauna();
  const connection = connect(state, { endpoint: fauna.url, drivers });
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return { fauna, connection, cache, scope: { client: connection.getClient() } };
}

test("a query is skipped by null, undefined and false, and by nothing else", () => {
  const connection = connect(ada);
  for (const skipped of [null, undefined, false])
    expect(driverOf(connection, skipped)).toBeUndefined();
  expect(driverOf(connection, query)?.name).toBe("v10");
  for (const wrong of [0, "", true, skipToken])
    expect(() => driverOf(connection, wrong)).toThrow(
      expect.objectContaining({ code: "not_a_query" }) as Error,
    );
});

test("options come before the defaults of their key, and those before the defaults of all", () => {
  const cache = new QueryClient({
    defaultOptions: { queries: { staleTime: 1, gcTime: 1, retry: 1 } },
  });
  cache.setQueryDefaults(["a"], { gcTime: 2, retry: 2 });
  expect(withDefaults<object>(cache, { retry: 3 }, ["a"])).toEqual({
    staleTime: 1,
    gcTime: 2,
    retry: 3,
  });
  expect(withDefaults(undefined, { retry: 3 }, ["a"])).toEqual({ retry: 3 });
  expect(withDefaults(cache, undefined)).toMatchObject({ staleTime: 1 });
});

describe("the options of a query", () => {
  test("of nobody, or of one that is skipped, ask for nothing and have no initial data", () => {
    const connection = connect(ada);
    const shown = { initialData: "initial", placeholderData: "placeholder" };
    for (const options of [
      buildQueryOptions(connection, nobodyYet.identity, query, shown),
      buildQueryOptions(connection, ada.identity, null, { initialData: "initial" }),
    ])
      expect(options).toMatchObject({ enabled: false, initialData: undefined });
    const own = buildQueryOptions(connection, ada.identity, query, shown);
    expect(own).toMatchObject(shown);
    expect(own).not.toHaveProperty("enabled");
  });

  test("ask if it takes too long to know who is signed in, so that they say so", async () => {
    const { connection, cache } = await setUp();
    const late = createLate("fauna", new TokenError("token_timeout"));
    const options = buildQueryOptions(connection, late, query, { enabled: true });
    expect(options.enabled).toBe(true);
    expect((options.retry as () => boolean)()).toBe(false);
    await expect(cache.fetchQuery({ ...options, retry: false })).rejects.toBe(late.error);
    const skipped = buildQueryOptions(connection, late, null, { enabled: true });
    expect(skipped.enabled).toBe(false);
  });

  test("reject with signed_out if nobody is", async () => {
    const { connection, cache } = await setUp();
    const out = { ...ada.identity, key: "out", status: "signed-out" } as const;
    const options = buildQueryOptions(connection, out, query);
    await expect(cache.fetchQuery({ ...options, retry: false })).rejects.toMatchObject({
      code: "signed_out",
    });
  });

  test("have the stale time of the app, unless the data is live", () => {
    const connection = connect(ada);
    connection.cache = new QueryClient();
    const of = { queryKey: ["a"] };
    const staleTime = (own?: unknown): unknown =>
      (
        buildQueryOptions(
          connection,
          ada.identity,
          query,
          own === undefined ? {} : { staleTime: own },
        ).staleTime as (of: object) => unknown
      )(of);
    expect([staleTime(), staleTime(5)]).toEqual([0, 5]);
    const own = vi.fn(() => 7);
    expect(staleTime(own)).toBe(7);
    expect(own).toHaveBeenCalledExactlyOnceWith(of);
    recordOf(of.queryKey).fresh = { isFresh: () => true };
    expect(staleTime(5)).toBe(Infinity);
    recordOf(of.queryKey).fresh = { isFresh: () => false };
    expect(staleTime(5)).toBe(5);
  });

  test("leave the stale time to TanStack's defaults if the cache is not known", () => {
    expect(buildQueryOptions(connect(ada), ada.identity, query)).not.toHaveProperty("staleTime");
  });
});

describe("a read", () => {
  test("is the identity's: nothing is sent for another one", async () => {
    const { fauna, connection, cache, scope } = await setUp();
    const options = faunaQueryOptions(scope, query);
    connection.identityStore.update(signedIn("bob"));
    await expect(cache.fetchQuery({ ...options, retry: false })).rejects.toMatchObject({
      code: "identity_changed",
    });
    expect(fauna.requests).toEqual([]);
  });

  test("ends when it is cancelled, and its request with it", async () => {
    const { fauna, cache, scope } = await setUp();
    const hold = fauna.hold();
    const options = faunaQueryOptions(scope, query);
    const reading = cache.fetchQuery(options).catch((error: unknown) => error);
    await hold.reached();
    await cache.cancelQueries({ queryKey: options.queryKey });
    expect(await reading).toBeInstanceOf(CancelledError);
    await vi.waitFor(() => expect(fauna.requests[0]?.aborted).toBe(true));
  });

  test("has the request's own options", async () => {
    const { fauna, cache, scope } = await setUp();
    const request = { query_timeout_ms: 1234 };
    await cache.fetchQuery(faunaQueryOptions(scope, query, { request }));
    expect(fauna.requests[0]?.headers["x-query-timeout-ms"]).toBe("1234");
  });

  test("counts as one of a live query while that fetches", async () => {
    const { fauna, cache, scope } = await setUp();
    const options = faunaQueryOptions(scope, query);
    const built = cache.getQueryCache().build(cache, options as never);
    const beforeSend = vi.fn(() => undefined);
    recordOf(built.queryKey).budget = () => ({ waitMs: () => 0, beforeSend });
    await built.fetch();
    expect(beforeSend).toHaveBeenCalledTimes(1);
    expect(fauna.requests).toHaveLength(1);
  });

  test("notes the answer's metadata and time", async () => {
    const { fauna, cache, scope } = await setUp();
    fauna.respond = (request) => success(request, "data", 7);
    const { queryKey } = faunaQueryOptions(scope, query);
    await cache.fetchQuery(faunaQueryOptions(scope, query));
    const cached = cache.getQueryCache().find({ queryKey })!;
    expect(recordOf(cached.queryKey)).toMatchObject({ wasFetched: true, info: { txn_ts: 7 } });
    expect(originOf(cached)).toMatchObject({ txn: 7 });
  });

  test("of a skipped query leaves the entry as it is", async () => {
    const { fauna, cache, scope } = await setUp();
    const options = faunaQueryOptions(scope, null);
    const reading = cache.fetchQuery(options).catch((error: unknown) => error);
    expect(await reading).toBeInstanceOf(CancelledError);
    expect(cache.getQueryState(options.queryKey)).toMatchObject({ status: "pending" });
    expect(fauna.requests).toEqual([]);
  });
});

describe("a list", () => {
  const all = fql`Todo.all()`;
  const pages = (data: { pages: { data: unknown[] }[] }) => data.pages.map(({ data }) => data);

  test.each<[string, unknown]>([
    ["v10", all],
    ["v4", v4Expression(q.Paginate(q.Documents(q.Collection("Todo"))))],
  ])("is read page by page (%s)", async (_, list) => {
    const { fauna, cache, scope } = await setUp();
    fauna.respond = servePages([["a"], ["b"], ["c"]]);
    const options = faunaInfiniteQueryOptions(scope, list as never);
    const data = await cache.fetchInfiniteQuery({ ...options, pages: 5 });
    expect(pages(data as never)).toEqual([["a"], ["b"], ["c"]]);
    expect(fauna.requests.map(cursorIn)).toEqual([undefined, "1", "2"]);
  });

  test("whose answer is only the cursor of its Set has the first page behind that", async () => {
    const { fauna, cache, scope } = await setUp();
    fauna.respond = (request, index) =>
      index === 0 ? success(request, { "@set": "first" }) : success(request, { data: ["a"] });
    const data = await cache.fetchInfiniteQuery(faunaInfiniteQueryOptions(scope, all as never));
    expect(pages(data as never)).toEqual([["a"]]);
    expect(fauna.requests.map(cursorIn)).toEqual([undefined, "first"]);
    expect(new EmbeddedSet("first").after).toBe("first");
  });

  test("asks for later pages as of the first one's moment, which no write of since is in; each counts", async () => {
    const { fauna, cache, scope } = await setUp();
    fauna.respond = servePages([["a"], ["b"]]);
    const options = faunaInfiniteQueryOptions(scope, all as never);
    const built = cache.getQueryCache().build(cache, options as never);
    const beforeSend = vi.fn(() => undefined);
    recordOf(built.queryKey).budget = () => ({ waitMs: () => 0, beforeSend });
    await cache.fetchInfiniteQuery({ ...options, pages: 2 });
    expect(fauna.requests).toHaveLength(2);
    expect(beforeSend).toHaveBeenCalledTimes(2);
  });

  test("selects what a component sees if the app's defaults are known, or selects itself", () => {
    const connection = connect(ada);
    const own = (data: unknown) => data;
    const scope = { client: connection.getClient() };
    expect(faunaInfiniteQueryOptions(scope, all as never)).not.toHaveProperty("select");
    const selected = faunaInfiniteQueryOptions(scope, all as never, { select: own as never });
    expect(selected.select).toBeTypeOf("function");
    expect(selected.select).not.toBe(own);
    connection.cache = new QueryClient();
    expect(faunaInfiniteQueryOptions(scope, all as never).select).toBeTypeOf("function");
  });

  test("that is skipped, or begins at its end, asks for no further page", () => {
    const { getNextPageParam, getPreviousPageParam, initialPageParam } = faunaInfiniteQueryOptions(
      { client: connect(ada).getClient() },
      null,
    );
    expect(initialPageParam).toBeNull();
    expect((getNextPageParam as (page: object) => unknown)({ data: [] })).toBeNull();
    expect((getPreviousPageParam as (page: object) => unknown)({ data: [], before: 1 })).toEqual({
      before: 1,
    });
  });
});
