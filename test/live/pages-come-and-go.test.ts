// @vitest-environment jsdom
import { fql } from "fauna";
import { createFaunaClient, subscribeFauna } from "fauna-clerk";
import { expect, onTestFinished, test } from "vitest";

import { type FastClock, startFastClock } from "../support/live-clock";
import { type Follower, followLive } from "../support/live-follower";
import { restorePage, showPage } from "../support/live-page";
import { collectionOf, type LiveServers, startLiveServers } from "../support/live-servers";

const all = `${collectionOf(0)}.all()`;

interface Started extends LiveServers {
  readonly clock: FastClock;
  readonly follower: Follower;
}

async function start(): Promise<Started> {
  const servers = await startLiveServers(1, { record: true });
  onTestFinished(() => servers.close());
  const clock = startFastClock();
  restorePage();
  const follower = await followLive(servers, clock, all, { user: "ada" });
  return { ...servers, clock, follower };
}

const create = ({ write }: Started): Promise<unknown> =>
  write(`${collectionOf(0)}.create({ owner: "ada", n: 1 })`);

const streams = ({ clock, fauna }: Started, count: number): Promise<void> =>
  clock.until(
    () => fauna.streams.length === count,
    () => `${count} streams, but ${fauna.streams.length}`,
    3000,
  );

const pageShow = (persisted: boolean): Event => Object.assign(new Event("pageshow"), { persisted });

/** How a page ends for a while, and how it begins again. */
const WAYS = {
  "kept for “back”": [
    () => window.dispatchEvent(new Event("pagehide")),
    () => window.dispatchEvent(pageShow(true)),
  ],
  frozen: [
    () => document.dispatchEvent(new Event("freeze")),
    () => document.dispatchEvent(new Event("resume")),
  ],
} as const;

test.each(Object.entries(WAYS))(
  "a page that is %s holds no stream and asks for nothing; back, it catches up at once",
  async (_, [leave, come]) => {
    const started = await start();
    const { clock, follower } = started;
    leave();
    await streams(started, 0);
    const before = follower.asked.length;
    await create(started);
    await clock.pass(30_000);
    expect(follower.asked).toHaveLength(before);
    come();
    await follower.agrees(500);
    await streams(started, 1);
    expect(follower.asked.filter((path) => path === "/query/1")).toHaveLength(1);
  },
);

test.each(Object.entries(WAYS))(
  "who follows while a page is %s holds nothing, and goes on once it is back, whether or not anybody followed then",
  async (_, [leave, come]) => {
    const { clock, fauna, token } = await start();
    const client = createFaunaClient({ endpoint: fauna.url, getToken: () => token("bob") });
    let state = "";
    const follow = (): (() => void) =>
      subscribeFauna(client, fql<any>([all]), ({ live }) => void (state = live));
    const is = (expected: string): Promise<void> =>
      clock.until(
        () => state === expected,
        () => `${expected}, but ${state}`,
      );
    let stop = follow();
    await is("live");
    leave();
    await is("paused");
    stop();
    stop = follow();
    onTestFinished(() => stop());
    await is("paused");
    expect(fauna.streams).toHaveLength(0);
    stop();
    come();
    stop = follow();
    await is("live");
  },
);

test("a page that is shown for the first time is not restored", async () => {
  const started = await start();
  const before = started.follower.asked.length;
  window.dispatchEvent(pageShow(false));
  await started.clock.pass(1000);
  expect(started.follower.asked).toHaveLength(before);
});

test("without locks a hidden page asks instead of streaming, and streams when it is in front again", async () => {
  const started = await start();
  const { clock, follower } = started;
  showPage(false);
  await clock.pass(400);
  expect(started.fauna.streams).toHaveLength(1);
  await streams(started, 0);
  await create(started);
  await follower.agrees(6000);
  showPage(true);
  await streams(started, 1);
});
