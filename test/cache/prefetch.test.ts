import { QueryClient } from "@tanstack/react-query";
import { fql } from "fauna";
import { createFaunaClient, prefetchFaunaQuery } from "fauna-clerk";
import { expect, onTestFinished, test, vi } from "vitest";

import { keyIn } from "../../src/cache/keys";
import { connectionOf } from "../../src/client/connection";
import { startFakeFauna } from "../support/fake-fauna";
import { untilIdle } from "../support/idle";
import { connect, nobodyYet, signedIn } from "../support/signed-in";
import { makeToken } from "../support/token";

const query = fql`1`;

async function setUp(state = signedIn("ada")) {
  const fauna = await startFakeFauna();
  const connection = connect(state, { endpoint: fauna.url });
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  connection.cache = cache;
  const dataOf = (userId = "ada") =>
    cache.getQueryData(keyIn({ connection, identity: signedIn(userId).identity }, query));
  return { fauna, connection, client: connection.getClient(), cache, dataOf };
}

test("data is there when a prefetch resolves, and is not fetched again while it is fresh", async () => {
  const { fauna, client, dataOf } = await setUp();
  await prefetchFaunaQuery(client, query);
  expect(dataOf()).toContain("ada");
  await prefetchFaunaQuery(client, query, { staleTime: Infinity });
  expect(fauna.requests).toHaveLength(1);
});

test("it takes the cache that it is given before its provider's, and needs one", async () => {
  const { client, dataOf, connection } = await setUp();
  const queryClient = new QueryClient();
  await prefetchFaunaQuery(client, query, { queryClient });
  expect(dataOf()).toBeUndefined();
  expect(queryClient.getQueryCache().getAll()).toHaveLength(1);
  delete connection.cache;
  await expect(prefetchFaunaQuery(client, query)).rejects.toMatchObject({
    code: "no_query_client",
    message: expect.stringContaining(
      "This client has no cache, as it is no FaunaProvider's. Pass queryClient.",
    ) as string,
  });
});

test("it waits until it is known who is signed in", async () => {
  const { fauna, client, connection, dataOf } = await setUp(nobodyYet);
  const prefetching = prefetchFaunaQuery(client, query);
  connection.identityStore.update(nobodyYet);
  await Promise.resolve();
  expect(fauna.requests).toEqual([]);
  connection.identityStore.update(signedIn("ada"));
  await prefetching;
  expect(dataOf()).toContain("ada");
});

test("it waits however long that takes", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const { client, connection, dataOf } = await setUp(nobodyYet);
  const prefetching = prefetchFaunaQuery(client, query);
  await untilIdle();
  vi.advanceTimersByTime(3_600_000);
  await untilIdle();
  connection.identityStore.update(signedIn("ada"));
  await prefetching;
  expect(dataOf()).toContain("ada");
});

test("a getter whose tokens name the user is asked for one, and that is who it is", async () => {
  const fauna = await startFakeFauna();
  const client = createFaunaClient({
    endpoint: fauna.url,
    getToken: async () => makeToken({ sub: "ada" }),
  });
  const queryClient = new QueryClient();
  await prefetchFaunaQuery(client, query, { queryClient });
  expect(fauna.requests.map(({ claims }) => claims["sub"])).toEqual(["ada"]);
  expect(connectionOf(client).cache).toBeUndefined();
});

test("nothing is asked for a skipped query, nor for nobody", async () => {
  const { fauna, client, connection, cache } = await setUp();
  for (const skipped of [null, undefined, false] as const)
    await prefetchFaunaQuery(client, skipped);
  connection.identityStore.update({
    ...signedIn("ada"),
    identity: { ...signedIn("x").identity, status: "signed-out", key: "out" },
  });
  await prefetchFaunaQuery(client, query);
  expect(fauna.requests).toEqual([]);
  expect(cache.getQueryCache().getAll()).toEqual([]);
});

test("a failure is the query's own: its component shows it", async () => {
  const { fauna, client, cache } = await setUp();
  fauna.respond = () => ({ status: 500 });
  await prefetchFaunaQuery(client, query, { retry: false });
  expect(cache.getQueryCache().getAll()[0]?.state.status).toBe("error");
});
