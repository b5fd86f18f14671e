// @vitest-environment node
import { QueryClient } from "@tanstack/react-query";
import { fql } from "fauna";
import { createFaunaClient, prefetchFaunaQuery, subscribeFauna } from "fauna-clerk";
import { expect, onTestFinished, test } from "vitest";

import { eventually } from "../support/eventually";
import { countAlive, countHeld, heapUsed } from "../support/live-leaks";
import { collectionOf, type LiveServers, startLiveServers } from "../support/live-servers";

const all = fql([`${collectionOf(0)}.all()`]);
const source = fql([`${collectionOf(0)}.all().eventSource()`]);

async function start(): Promise<{
  servers: LiveServers;
  client: ReturnType<typeof createFaunaClient>;
}> {
  const servers = await startLiveServers(1);
  onTestFinished(() => servers.close());
  const client = createFaunaClient({
    endpoint: servers.fauna.url,
    getToken: () => servers.token("ada"),
  });
  return { servers, client };
}

const untilOpen = ({ fauna }: LiveServers, count: number): Promise<void> =>
  eventually(() => expect(fauna.streams).toHaveLength(count));

// Node's fetch forgets the signal of an answer that is still being read when its request has become garbage.
test("a subscription closes its stream even after a garbage collection", async () => {
  const { servers, client } = await start();
  const stop = subscribeFauna(client, all, () => {});
  await untilOpen(servers, 1);
  await heapUsed();
  stop();
  await untilOpen(servers, 0);
});

test("close() of the client's own stream does so, too", async () => {
  const { servers, client } = await start();
  const stream = client.stream(source as never);
  stream.start(() => {});
  await untilOpen(servers, 1);
  await heapUsed();
  stream.close();
  await untilOpen(servers, 0);
});

test("a client keeps no cache of a subscription that has ended", async () => {
  const { servers, client } = await start();
  for (let round = 0; round < 10; round++) {
    const stop = subscribeFauna(client, all, () => {});
    await untilOpen(servers, 1);
    stop();
    await untilOpen(servers, 0);
  }
  expect((await countAlive({ QueryClient })).QueryClient).toBeLessThan(3);
});

test("a client keeps no cache that it was used with once, as for a request of a server", async () => {
  const { client } = await start();
  const caches: WeakRef<QueryClient>[] = [];
  for (let request = 0; request < 10; request++) {
    const queryClient = new QueryClient({ defaultOptions: { queries: { gcTime: Infinity } } });
    await prefetchFaunaQuery(client, all, { queryClient });
    caches.push(new WeakRef(queryClient));
  }
  expect(await countHeld(caches)).toBeLessThan(3);
});
