import { fql, Page, type QueryValue } from "fauna";
import { createFaunaClient, type FaunaLiveUpdate, subscribeFauna } from "fauna-clerk";
import { expect, onTestFinished, test } from "vitest";

import { startFastClock } from "../support/live-clock";
import { collectionOf, startLiveServers } from "../support/live-servers";

const NAME = collectionOf(0);

test("of ten live queries three stream and all follow; when some end, the others take over their streams", async () => {
  const servers = await startLiveServers(1);
  onTestFinished(() => servers.close());
  const clock = startFastClock();
  const { fauna, write } = servers;
  const client = createFaunaClient({
    endpoint: fauna.url,
    getToken: () => servers.token("ada", 3600),
  });
  const latest = new Map<number, FaunaLiveUpdate<QueryValue>>();
  let mostStreams = 0;
  const stops = Array.from({ length: 10 }, (_, list) =>
    subscribeFauna(client, fql([`${NAME}.where(.list == ${list})`]), (update) => {
      latest.set(list, update);
      mostStreams = Math.max(mostStreams, fauna.streams.length);
    }),
  );
  onTestFinished(() => stops.forEach((stop) => stop()));
  const rows = (list: number): number => {
    const { data, live } = latest.get(list) ?? {};
    return live === "live" && data instanceof Page ? data.data.length : -1;
  };
  const follow = async (first: number, count: number): Promise<void> => {
    await clock.until(
      () => stops.every((_, list) => list < first || rows(list) === count),
      () => `${count} rows each, but ${stops.map((_, list) => rows(list)).join()}`,
      10_000,
    );
  };
  const streamThree = (): Promise<void> =>
    clock.until(
      () => fauna.streams.length === 3,
      () => `three streams, but ${fauna.streams.length}`,
      10_000,
    );
  const create = (): Promise<unknown> =>
    write(`Set.sequence(0, 10).forEach(n => ${NAME}.create({ owner: "ada", list: n }))`);

  await follow(0, 0);
  await streamThree();
  await create();
  await follow(0, 1);
  expect(mostStreams).toBe(3);
  for (const stop of stops.slice(0, 5)) {
    stop();
    // Until the server has heard of it. Another one takes over when it would poll.
    await clock.pass(200);
    await streamThree();
  }
  await create();
  await follow(5, 2);
});

test("with the stream transport every live query has a stream", async () => {
  const servers = await startLiveServers(1);
  onTestFinished(() => servers.close());
  const clock = startFastClock();
  const client = createFaunaClient({
    endpoint: servers.fauna.url,
    live: { transport: "stream", maxStreams: 1 },
    getToken: () => servers.token("ada", 3600),
  });
  for (const list of [1, 2, 3, 4])
    onTestFinished(subscribeFauna(client, fql([`${NAME}.where(.list == ${list})`]), () => {}));
  await clock.until(
    () => servers.fauna.streams.length === 4,
    () => `four streams, but ${servers.fauna.streams.length}`,
    2000,
  );
});
