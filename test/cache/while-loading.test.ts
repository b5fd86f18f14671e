import { QueryClient } from "@tanstack/react-query";
import { fql, type Page } from "fauna";
import {
  faunaInfiniteQueryOptions,
  faunaLiveQueryOptions,
  faunaQueryOptions,
  type FaunaQueryOptions,
} from "fauna-clerk";
import { expect, onTestFinished, test, vi } from "vitest";

import { readAuth } from "../../src/auth/identity";
import { originOf } from "../../src/cache/origins";
import { readLater } from "../../src/cache/while-loading";
import { connectionOf, createConnection } from "../../src/client/connection";
import { ownerIn, success } from "../support/fake-answers";
import { startFakeFauna } from "../support/fake-fauna";
import { serveLive, todos } from "../support/fake-live";
import { hurry } from "../support/hurry";
import { untilIdle } from "../support/idle";
import { makeToken } from "../support/token";

const query = fql<string>`whoami()`;
const token = makeToken({ sub: "ada", sid: "sess_ada" });
const getToken = () => Promise.resolve(token);
const loading = readAuth({ auth: { isLoaded: false, getToken } });
const signedOut = readAuth({ auth: { isLoaded: true, isSignedIn: false, getToken } });
const ada = readAuth({
  auth: { isLoaded: true, isSignedIn: true, userId: "ada", sessionId: "sess_ada", getToken },
});

/** A client whose issuer does not say yet who is signed in. */
async function setUp(options?: { tokenTimeout: number }) {
  const fauna = await startFakeFauna();
  const connection = createConnection({ endpoint: fauna.url, ...options }, loading);
  const { getClient, identityStore } = connection;
  return { fauna, client: getClient(), cache: new QueryClient(), become: identityStore.update };
}

/** The identities of the entries in a cache. */
const identitiesIn = (cache: QueryClient): unknown[] =>
  cache.getQueriesData({}).map(([key]) => key[2]);

test("fetchQuery waits, asks once, and leaves its data in the user's own entry alone", async () => {
  const { fauna, client, cache, become } = await setUp();
  const fetched = cache.fetchQuery(faunaQueryOptions({ client }, query));
  await untilIdle();
  expect(fauna.requests).toHaveLength(0);
  become(ada);
  const own = cache.fetchQuery(faunaQueryOptions({ client }, query));
  await expect(Promise.all([fetched, own])).resolves.toEqual([
    ownerIn({ sub: "ada", sid: "sess_ada" }),
    ownerIn({ sub: "ada", sid: "sess_ada" }),
  ]);
  expect(fauna.requests).toHaveLength(1);
  await untilIdle();
  expect(identitiesIn(cache)).toEqual([ada.identity.key]);
});

test("fetchInfiniteQuery does, too", async () => {
  const { fauna, client, cache, become } = await setUp();
  fauna.respond = (request) => success(request, { "@set": { data: ["a"] } });
  const list = fql<Page<string>>`names()`;
  const fetched = cache.fetchInfiniteQuery(faunaInfiniteQueryOptions({ client }, list));
  become(ada);
  const pages = [{ data: ["a"] }];
  await expect(fetched).resolves.toMatchObject({ pages });
  await untilIdle();
  const { queryKey } = faunaInfiniteQueryOptions({ client }, list);
  expect(cache.getQueryData(queryKey)).toMatchObject({ pages, pageParams: [null] });
  expect(fauna.requests).toHaveLength(1);
  expect(identitiesIn(cache)).toEqual([ada.identity.key]);
});

test("a live query leaves its data, and the event source, in the user's own entry, too", async () => {
  const { fauna, client, cache, become } = await setUp();
  serveLive(fauna);
  const fetched = cache.fetchQuery(faunaLiveQueryOptions({ client }, todos));
  become(ada);
  await expect(fetched).resolves.toMatchObject({ data: [{ title: "one" }, { title: "three" }] });
  await untilIdle();
  expect(fauna.requests).toHaveLength(1);
  const { queryKey } = faunaLiveQueryOptions({ client }, todos);
  expect(cache.getQueriesData({}).map(([key]) => key)).toEqual([queryKey]);
  const [own] = cache.getQueryCache().getAll();
  expect(own && originOf(own)?.source?.tokens).toHaveLength(1);
});

test("it rejects with signed_out if nobody is, and sends nothing", async () => {
  const { fauna, client, cache, become } = await setUp();
  const fetched = cache.fetchQuery(faunaQueryOptions({ client }, query));
  become(signedOut);
  await expect(fetched).rejects.toMatchObject({ code: "signed_out" });
  expect(fauna.requests).toHaveLength(0);
});

test("it waits without end if the app says so", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const { client, cache, become } = await setUp({ tokenTimeout: Infinity });
  const fetched = cache.fetchQuery(faunaQueryOptions({ client }, query));
  await untilIdle();
  vi.advanceTimersByTime(3_600_000);
  become(ada);
  await expect(fetched).resolves.toMatch(/^ada/);
});

test("it rejects with token_timeout if that stays unknown", async () => {
  const { client, cache } = await setUp();
  hurry();
  const fetched = cache.fetchQuery(faunaQueryOptions({ client }, query));
  await expect(fetched).rejects.toMatchObject({ code: "token_timeout" });
});

test.each<[string, FaunaQueryOptions<string>["staleTime"], number]>([
  ["a stale time", Infinity, 0],
  ["a function of it", () => Infinity, 0],
  ["none", undefined, 1],
  ["a function that says so", () => 0, 1],
])("with %s, what was in the cache before is asked for or not", async (_, staleTime, requests) => {
  const { fauna, client, cache, become } = await setUp();
  become(ada);
  const { queryKey } = faunaQueryOptions({ client }, query);
  cache.setQueryData(queryKey, "there");
  await readLater(
    connectionOf(client),
    { client: cache, queryKey: ["nobody"], signal: new AbortController().signal },
    (user) => {
      const options = faunaQueryOptions({ client, auth: user }, query);
      return { ...options, staleTime } as never;
    },
  );
  expect(fauna.requests).toHaveLength(requests);
});

test("what another fetch has brought since it is known who is signed in is new enough", async () => {
  const { fauna, client, cache, become } = await setUp();
  become(ada);
  const options = faunaQueryOptions({ client }, query);
  const data = await cache.fetchQuery(options);
  const context = { client: cache, queryKey: ["nobody"], signal: new AbortController().signal };
  const read = await readLater(connectionOf(client), context, (user) =>
    faunaQueryOptions({ client, auth: user }, query),
  );
  expect(read).toBe(data);
  expect(fauna.requests).toHaveLength(1);
  // The entry that was asked for has left the cache: nothing waits for its data.
  expect(cache.getQueryCache().hasListeners()).toBe(false);
});
