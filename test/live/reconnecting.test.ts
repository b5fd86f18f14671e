// @vitest-environment jsdom
import { fql, type Page } from "fauna";
import {
  createFaunaClient,
  type FaunaLiveSettings,
  type FaunaLiveUpdate,
  subscribeFauna,
  type SubscribeFaunaOptions,
} from "fauna-clerk";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";

import { success } from "../support/fake-answers";
import { type FakeFauna, startFakeFauna } from "../support/fake-fauna";
import {
  event,
  type FakeLive,
  send,
  serveLive,
  SNAPSHOT,
  type Todo,
  todo,
  todos,
} from "../support/fake-live";
import { type FastClock, startFastClock } from "../support/live-clock";
import { restorePage, showPage } from "../support/live-page";
import { makeToken } from "../support/token";

type Data = Page<Todo & any>; // any: as in the fake server's query

let fauna: FakeFauna;
let server: FakeLive;
let clock: FastClock;
let latest: FaunaLiveUpdate<Data> | undefined;

beforeEach(async () => {
  fauna = await startFakeFauna();
  server = serveLive(fauna);
  clock = startFastClock();
  restorePage();
});

/** Follows the fake server's list; resolves when it is live. */
async function follow(
  options: SubscribeFaunaOptions<Data> = {},
  live: FaunaLiveSettings = {},
): Promise<void> {
  const getToken = async (): Promise<string> => makeToken({ sub: "ada", exp: 2 ** 40 });
  const client = createFaunaClient({ endpoint: fauna.url, live, getToken });
  onTestFinished(subscribeFauna(client, todos, (update) => (latest = update), options));
  await is("live");
}

const is = (state: string, ms?: number): Promise<void> =>
  clock.until(
    () => latest?.live === state,
    () => `${state}, but ${latest?.live}`,
    ms,
  );

function fixRandom(value: number): void {
  const random = vi.spyOn(Math, "random").mockReturnValue(value);
  onTestFinished(() => random.mockRestore());
}

/** Ends the stream and fails every attempt to go on, until there were so many waits between them; in ms. */
async function waitsOf(count: number): Promise<number[]> {
  const times: number[] = [];
  server.answer = ({ path }) => {
    if (path === "/feed/1") times.push(Date.now());
    return path === "/query/1" ? undefined : { drop: true };
  };
  const waits = (): number[] => times.slice(1).map((time, index) => time - (times[index] ?? 0));
  server.streams.at(-1)?.end();
  await clock.until(
    () => waits().length === count,
    () => `${count} waits, but ${waits().join()}`,
    90_000,
  );
  return waits();
}

test("the delay before a retry is random, below a bound that doubles up to half a minute", async () => {
  await follow();
  fixRandom(0.5);
  const waits = await waitsOf(9);
  // The first attempt comes after a wait of its own.
  expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
});

test("a server that ends each stream at once gets no more requests than one that refuses them", async () => {
  await follow();
  fixRandom(0.5);
  server.answer = ({ path }) =>
    path === "/stream/1"
      ? { body: `${JSON.stringify({ type: "status", cursor: "c0" })}\n` }
      : undefined;
  server.streams[0]?.end();
  await clock.pass(30_000);
  expect(server.sent("/stream/1").length).toBeLessThan(10);
});

test.each<[string, FaunaLiveSettings, () => Promise<void> | void]>([
  ["a connection that lasted", {}, () => clock.pass(11_000)],
  ["an event", {}, () => send(server.streams.at(-1), event("remove", todo(1, "one"), 1))],
  ["a poll", { transport: "feed", pollInterval: 500 }, () => clock.pass(1000)],
])("after %s the retry delays start from the beginning", async (_what, live, work) => {
  await follow({}, live);
  fixRandom(0.999);
  await waitsOf(5);
  server.answer = () => undefined;
  await is("live");
  await work();
  // The first bound, or the second where the first wait came before the first of these attempts.
  expect((await waitsOf(1))[0]).toBeLessThan(1000);
});

test("a pending retry starts at once when the page is shown", async () => {
  await follow();
  fixRandom(0.999);
  await waitsOf(5);
  // By now it waits for half a minute.
  server.answer = () => undefined;
  showPage(false);
  await clock.pass(1000);
  expect(latest?.live).toBe("reconnecting");
  showPage(true);
  await is("live", 1000);
});

test("a burst of changes causes one refetch, and a long burst one per second", async () => {
  await follow({ on: fql`Todo.all()` });
  const asked = (): number => server.sent("/query/1").length;
  let at = 0;
  server.answer = (request) => {
    const data = { data: { "@set": { data: server.rows } }, source: { "@stream": "source" } };
    return request.path === "/query/1" ? success(request, data, SNAPSHOT + at) : undefined;
  };
  const change = (): void => send(server.streams[0], event("update", todo(1, "one", ++at), at));
  const changeFor = async (ms: number): Promise<void> => {
    for (const end = Date.now() + ms; Date.now() < end; await clock.pass(50)) change();
  };
  await changeFor(500);
  expect(asked()).toBe(1);
  await clock.pass(500);
  expect(asked()).toBe(2);
  // It has to see the last of them, from whichever server.
  const { headers } = server.sent("/query/1")[1] ?? {};
  expect(headers?.["x-last-txn-ts"]).toBe(String(SNAPSHOT + at));
  await changeFor(5000);
  expect(asked()).toBeGreaterThan(4);
  expect(asked()).toBeLessThan(9);
});
