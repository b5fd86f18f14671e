import type { Page } from "fauna";
import { createFaunaClient, type FaunaLiveUpdate, subscribeFauna } from "fauna-clerk";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { readAuth } from "../../src/auth/identity";
import { connectionOf } from "../../src/client/connection";
import type { LiveStatus } from "../../src/live/live-info";
import { nextStatus } from "../../src/live/next-status";
import { loadOnDemand, onDemand } from "../../src/live/load-on-demand";
import type * as OnDemand from "../../src/live/on-demand";
import { schedulerOf } from "../../src/live/scheduler";
import { eventually } from "../support/eventually";
import { startFakeFauna } from "../support/fake-fauna";
import { serveLive, type Todo, todos } from "../support/fake-live";
import { untilIdle } from "../support/idle";
import { makeToken } from "../support/token";

const CODE = {} as typeof OnDemand;

/** Until the test ends, the code is loaded like this. */
function replaceLoad(load: () => Promise<typeof OnDemand>): void {
  const spy = vi.spyOn(onDemand, "load").mockImplementation(load);
  onTestFinished(() => spy.mockRestore());
}

function setUp(load: () => Promise<typeof OnDemand>) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const leaving = new AbortController();
  const start = vi.fn();
  const attempts: number[] = [];
  const told: LiveStatus[] = [];
  const sink = {
    status: nextStatus(undefined, { live: "connecting", reason: "loading" }),
    onStatus: (status: LiveStatus) => void told.push((sink.status = status)),
  };
  replaceLoad(() => {
    attempts.push(Date.now());
    return load();
  });
  void loadOnDemand(sink, leaving.signal, start);
  return { leaving, start, attempts, told };
}

const fail = (): Promise<never> => Promise.reject(new Error("No such file."));

test("code that has come in time is no failure later", async () => {
  const { start, told } = setUp(async () => CODE);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([start.mock.calls, told]).toEqual([[[CODE]], []]);
});

describe("code that cannot be loaded", () => {
  test("is told of: why, and when it is tried again", async () => {
    const { attempts, told } = setUp(fail);
    await vi.advanceTimersByTimeAsync(0);
    const error = new Error("No such file.");
    const info = { reason: "failed", error, retryAt: (attempts[0] ?? 0) + 1000 };
    expect(told).toMatchObject([{ live: "connecting", info }]);
  });

  test("is asked for again after delays that double up to half a minute", async () => {
    const { attempts } = setUp(fail);
    await vi.advanceTimersByTimeAsync(91_000);
    const delays = attempts.slice(1).map((time, index) => time - (attempts[index] ?? 0));
    expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  test("is started when it comes after all", async () => {
    let failures = 2;
    const { start } = setUp(() => (failures-- > 0 ? fail() : Promise.resolve(CODE)));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(start).toHaveBeenCalledExactlyOnceWith(CODE);
  });

  test("is not asked for again when nobody needs it any more", async () => {
    const { leaving, attempts, told } = setUp(fail);
    await vi.advanceTimersByTimeAsync(0);
    leaving.abort();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(attempts).toHaveLength(1);
    expect(told).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is not told of when nobody needs it any more", async () => {
    const { leaving, told } = setUp(fail);
    leaving.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toEqual([]);
  });
});

test("code that neither comes nor fails is told of after half a minute", async () => {
  const { told } = setUp(() => new Promise(() => {}));
  await vi.advanceTimersByTimeAsync(29_999);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  const error = new Error("The code of live queries has not loaded.");
  expect(told).toMatchObject([{ live: "connecting", info: { reason: "failed", error } }]);
});

type Update = FaunaLiveUpdate<Page<Todo & any>>; // any: as in the fake server's query

const getToken = async (): Promise<string> => makeToken({ sub: "ada" });

async function follow() {
  const fauna = await startFakeFauna();
  serveLive(fauna);
  const client = createFaunaClient({ endpoint: fauna.url, userId: "ada", getToken });
  const connection = connectionOf(client);
  const join = vi.spyOn(schedulerOf(connection), "join");
  const updates: Update[] = [];
  const stop = subscribeFauna(client, todos, (update) => updates.push(update));
  onTestFinished(stop);
  const told = (what: object): Promise<void> =>
    eventually(() => expect(updates.at(-1)).toMatchObject(what));
  return { fauna, connection, updates, stop, told, join };
}

/** Loads nothing until the returned function is called. */
function holdCode(): () => void {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { load } = onDemand;
  replaceLoad(() => held.then(load));
  return release;
}

const data = { data: [{ title: "one" }, { title: "three" }] };

test("the first data does not wait for the code, and is asked for once", async () => {
  const release = holdCode();
  const { fauna, told } = await follow();
  await told({ data, live: "connecting", error: null });
  release();
  await told({ data, live: "live" });
  expect(fauna.requests.map(({ path }) => path)).toEqual(["/query/1", "/stream/1"]);
});

type Followed = Awaited<ReturnType<typeof follow>>;

test.each<{ who: string; leave: (followed: Followed) => void }>([
  { who: "unsubscribes", leave: ({ stop }) => stop() },
  {
    who: "signs out",
    leave: ({ connection: { identityStore } }) =>
      identityStore.update(readAuth({ getToken, userId: null })),
  },
])("who $who while the code is being loaded is not followed", async ({ leave }) => {
  const release = holdCode();
  const followed = await follow();
  const { fauna, updates, told, join } = followed;
  await told({ data });
  leave(followed);
  const count = updates.length;
  release();
  await untilIdle();
  expect(join).not.toHaveBeenCalled();
  expect(fauna.requests).toHaveLength(1);
  expect(updates).toHaveLength(count);
});
