import { fql } from "fauna";
import { createFaunaClient, subscribeFauna } from "fauna-clerk";
import { expect, onTestFinished, test } from "vitest";

import { eventually } from "../support/eventually";
import { heapUsed } from "../support/live-leaks";
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
