// @vitest-environment jsdom
import type { Page } from "fauna";
import {
  createFaunaClient,
  type FaunaLiveSettings,
  type FaunaLiveUpdate,
  subscribeFauna,
} from "fauna-clerk";
import { expect, onTestFinished, test } from "vitest";

import { startFakeFauna } from "../support/fake-fauna";
import { event, serveLive, type Todo, todo, todos } from "../support/fake-live";
import { type FastClock, startFastClock } from "../support/live-clock";
import { type Follower, followLive } from "../support/live-follower";
import { restorePage, showPage } from "../support/live-page";
import { collectionOf, type LiveServers, startLiveServers } from "../support/live-servers";
import { makeToken } from "../support/token";

interface Started extends LiveServers {
  readonly clock: FastClock;
  readonly follower: Follower;
  /** How often something was asked for. */
  readonly count: (path: string) => number;
}

async function start(live: FaunaLiveSettings = {}): Promise<Started> {
  const servers = await startLiveServers(1, { record: true });
  onTestFinished(() => servers.close());
  const clock = startFastClock();
  restorePage();
  const all = `${collectionOf(0)}.all()`;
  const follower = await followLive(servers, clock, all, { user: "ada", live });
  const count = (path: string): number => follower.asked.filter((each) => each === path).length;
  return { ...servers, clock, follower, count };
}

const create = ({ write }: Started): Promise<unknown> =>
  write(`${collectionOf(0)}.create({ owner: "ada", n: 1 })`);

test("a stream that sends neither events nor status is replaced, and nothing is lost", async () => {
  const fauna = await startFakeFauna();
  const server = serveLive(fauna);
  const clock = startFastClock();
  const getToken = async (): Promise<string> => makeToken({ sub: "ada", exp: 2 ** 40 });
  const client = createFaunaClient({ endpoint: fauna.url, getToken });
  let latest: FaunaLiveUpdate<Page<Todo & any>> | undefined; // any: as in the fake server's query
  onTestFinished(subscribeFauna(client, todos, (update) => (latest = update)));
  const shows = (titles: string): Promise<void> => {
    const shown = () => `${latest?.live}: ${latest?.data?.data.map(({ title }) => title).join()}`;
    return clock.until(() => shown() === `live: ${titles}`, shown, 5000);
  };
  await shows("one,three");
  for (let time = 0; time < 3; time++) {
    // Bytes alone are no event. Without any, Node's own fetch would end the answer after 300 s.
    clock.skip(100_000);
    server.streams[0]?.write("\n");
    await clock.pass(1000);
  }
  expect(server.streams).toHaveLength(1);
  server.missed.set("c0", [event("remove", todo(1, "one"), 1)]);
  clock.skip(40_000);
  await shows("three");
  await clock.until(
    () => server.streams.length === 2,
    () => "another stream",
  );
  expect(server.sent("/stream/1")[0]?.aborted).toBe(true);
  expect(server.sent("/query/1")).toHaveLength(1);
});

test("a quiet stream is kept as long as it sends status events", async () => {
  const { fauna, clock, count } = await start();
  const [stream] = fauna.streams;
  for (let time = 0; time < 3; time++) {
    clock.skip(290_000);
    stream?.status();
    await clock.pass(1000);
  }
  expect(count("/stream/1")).toBe(1);
});

test("a connection that gets no response is replaced", async () => {
  const started = await start();
  const { fauna, clock, follower } = started;
  const hold = fauna.faults.hold({ match: "/feed/1", when: "before" });
  for (const stream of fauna.streams) stream.drop();
  await hold.reached();
  await create(started);
  clock.skip(31_000);
  await follower.agrees(5000);
});

test("after the device's sleep a lost stream is replaced at once", async () => {
  const started = await start();
  const { fauna, clock, follower, count } = started;
  for (const stream of fauna.streams) stream.silence();
  await create(started);
  clock.sleep(60_000);
  await follower.agrees(2000);
  expect(count("/query/1")).toBe(1);
});

test("after the device's sleep a feed is polled at once", async () => {
  const started = await start({ transport: "feed", pollInterval: 600_000 });
  const { clock, follower } = started;
  await create(started);
  clock.sleep(60_000);
  await follower.agrees(2000);
});

test("the device's sleep does not wake a page that is hidden", async () => {
  const started = await start({ pauseWhenHiddenFor: 100 });
  const { clock, follower } = started;
  showPage(false);
  await follower.is("paused");
  await create(started);
  const before = follower.asked.length;
  clock.sleep(60_000);
  await clock.pass(2000);
  expect(follower.latest?.live).toBe("paused");
  expect(follower.asked).toHaveLength(before);
  showPage(true);
  await follower.agrees(2000);
});
