// @vitest-environment node
import { fql, type Page } from "fauna";
import { createFaunaClient, type FaunaLiveUpdate, subscribeFauna } from "fauna-clerk";
import { expect, onTestFinished, test, vi } from "vitest";

import { startFastClock } from "../support/live-clock";
import { countAlive, heapUsed } from "../support/live-leaks";
import { collectionOf, startLiveServers } from "../support/live-servers";
import { runs } from "../support/runs";

const CUTS = runs(50).numRuns;

/** Bytes that a leak would exceed: what a heap differs by from time to time, and what each cut may leave. */
const LEFT = 200_000 + 6000 * CUTS;

/** Of what a connection needs some, and what somebody who forgets to clean up has more and more of. To count them is slow. */
const KINDS = { AbortSignal };

type Row = { readonly id: string; readonly n: number };

test("a subscription whose stream is cut repeatedly stays live, loses no event and leaks nothing", async () => {
  const servers = await startLiveServers(1);
  onTestFinished(() => servers.close());
  const clock = startFastClock();
  const { fauna, write } = servers;
  const all = collectionOf(0);
  const client = createFaunaClient({
    endpoint: fauna.url,
    getToken: () => servers.token("ada", 3600),
  });
  let latest: FaunaLiveUpdate<Page<Row>> | undefined;
  const seen: number[] = [];
  const stop = subscribeFauna(client, fql<Page<Row>>([`${all}.all()`]), (update) => {
    latest = update;
    seen.push(...update.events.map(({ data }) => (data as unknown as Row).n));
  });
  await write(`${all}.create({ id: "1", owner: "ada", n: 0 })`);

  let n = 0;
  const writeOften = async (times: number, cut: () => Promise<void>): Promise<void> => {
    for (let time = 0; time < times; time++) {
      await cut();
      await write(`${all}.byId("1")!.update({ n: ${++n} })`);
    }
    await clock.until(
      () => latest?.live === "live" && latest.data?.data[0]?.n === n,
      () => `live with the last write, not ${latest?.live} with ${latest?.data?.data[0]?.n}`,
    );
    // Until the time limits of requests are over, their signals are alive.
    await clock.pass(20_000);
  };
  const cut = async (): Promise<void> => {
    await clock.until(
      () => fauna.streams.length === 1,
      () => "the stream is open",
    );
    for (const stream of fauna.streams) stream.drop();
  };

  await writeOften(Math.ceil(CUTS / 5), cut);
  const [timers, objects, first] = [vi.getTimerCount(), await countAlive(KINDS), await heapUsed()];
  // The database itself keeps every version.
  await writeOften(CUTS, () => Promise.resolve());
  const second = await heapUsed();
  await writeOften(CUTS, cut);
  const third = await heapUsed();

  expect(seen.slice(-n)).toEqual(Array.from({ length: n }, (_, index) => index + 1));
  expect(vi.getTimerCount(), "timers").toBeLessThanOrEqual(timers + 2);
  for (const [kind, count] of Object.entries(await countAlive(KINDS)))
    expect(count, kind).toBeLessThanOrEqual(objects[kind as keyof typeof KINDS] + 5);
  expect(third - second - (second - first), "bytes").toBeLessThan(LEFT);
  stop();
  await clock.until(
    () => fauna.streams.length === 0,
    () => "no stream is open after the last left",
  );
});
