import { createFaunaClient, type FaunaLiveSettings } from "fauna-clerk";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { connectionOf } from "../../src/client/connection";
import {
  type LiveScheduler,
  schedulerOf,
  type StreamSchedule,
  type TickListener,
} from "../../src/live/scheduler";

/** Each test has a server of its own, so that none has the slots of another. */
let port = 1000;

beforeEach(() => {
  port++;
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

function createScheduler(live: FaunaLiveSettings = {}, path = ""): LiveScheduler {
  const client = createFaunaClient({
    endpoint: `http://localhost:${port}/${path}`,
    getToken: async () => null,
    live,
  });
  return schedulerOf(connectionOf(client));
}

/** Adds streams one after the other, and tells which of them may open. */
const joinAll = ({ join }: LiveScheduler, count: number): [StreamSchedule[], boolean[]] => {
  const streams = Array.from({ length: count }, () => join(() => {}));
  onTestFinished(() => streams.forEach(({ leave }) => leave()));
  return [streams, streams.map(({ mayStream }) => mayStream())];
};

describe("a place for a stream", () => {
  test("goes to as many streams as there are places, and stays theirs", () => {
    const [[one], places] = joinAll(createScheduler({ maxStreams: 2 }), 3);
    expect([...places, one?.mayStream()]).toEqual([true, true, false, true]);
  });

  test("is free again when its stream releases it", () => {
    const [[one, two]] = joinAll(createScheduler({ maxStreams: 1 }), 2);
    one?.release();
    expect([two?.mayStream(), one?.mayStream()]).toEqual([true, false]);
  });

  test("is free again when its stream leaves", () => {
    const [[one, two]] = joinAll(createScheduler({ maxStreams: 1 }), 2);
    one?.leave();
    expect(two?.mayStream()).toBe(true);
  });

  test("is one of the page's, whichever connection to the server has it", () => {
    const [, first] = joinAll(createScheduler({ maxStreams: 2 }), 1);
    const [, second] = joinAll(createScheduler({ maxStreams: 2 }), 2);
    expect([...first, ...second]).toEqual([true, true, false]);
    const [, other] = joinAll(createScheduler({}, "other"), 1);
    expect(other).toEqual([true]);
  });

  test("is told when it is free at last, to who has asked", () => {
    const [[one]] = joinAll(createScheduler({ maxStreams: 1 }), 1);
    const onTick = vi.fn<TickListener>();
    onTestFinished(createScheduler({ maxStreams: 1 }).join(onTick).leave);
    expect(onTick).not.toHaveBeenCalled();
    one?.release();
    expect(onTick.mock.calls).toEqual([["slotGained"]]);
  });

  test.each([
    ["HTTP/1.1", "http/1.1", undefined, 3],
    ["HTTP/2", "h2", undefined, 30],
    ["HTTP/3", "h3", undefined, 30],
    ["a protocol that is not told", "", undefined, 3],
    ["HTTP/2 and a limit of its own", "h2", 5, 5],
  ])("is one of as many as go with %s", (_, nextHopProtocol, maxStreams, count) => {
    const name = `http://localhost:${port}/query/1`;
    vi.stubGlobal("document", {});
    // Newer versions of Node have locks.
    vi.stubGlobal("navigator", {});
    vi.spyOn(performance, "getEntriesByType").mockReturnValue([
      { name: "http://localhost/", nextHopProtocol: "h2" },
      { name, nextHopProtocol },
    ] as never);
    onTestFinished(() => {
      vi.unstubAllGlobals();
      vi.restoreAllMocks();
    });
    const [, places] = joinAll(createScheduler({ maxStreams }), 40);
    expect(places.filter(Boolean)).toHaveLength(count);
  });

  test.each([
    ["stream", true],
    ["feed", false],
  ] as const)("with the transport %s is there always or never", (transport, isThere) => {
    const [, places] = joinAll(createScheduler({ transport, maxStreams: 1 }), 2);
    expect(places).toEqual([isThere, isThere]);
  });
});

test("streams hear ticks while there are any, and one that has left hears nothing", () => {
  const { join } = createScheduler();
  const [onFirst, onSecond] = [vi.fn<TickListener>(), vi.fn<TickListener>()];
  const [first, second] = [join(onFirst), join(onSecond)];
  vi.advanceTimersByTime(1000);
  expect(onFirst.mock.calls).toEqual([["tick"], ["tick"]]);
  first.leave();
  vi.advanceTimersByTime(500);
  expect(onFirst).toHaveBeenCalledTimes(2);
  expect(onSecond).toHaveBeenCalledTimes(3);
  second.leave();
  expect(vi.getTimerCount()).toBe(0);
});

test("after the device has slept everything is resumed", () => {
  const onTick = vi.fn<TickListener>();
  onTestFinished(createScheduler().join(onTick).leave);
  vi.setSystemTime(Date.now() + 60_000);
  vi.advanceTimersByTime(500);
  expect(onTick.mock.lastCall).toEqual(["resumed"]);
});

test("polls of a feed come later and later until something happens", () => {
  const { join } = createScheduler({ pollInterval: 1000, maxPollInterval: 2000 });
  const { pace, leave } = join(() => {});
  onTestFinished(leave);
  expect([pace.next(), pace.next(), pace.next(), pace.next()]).toEqual([1000, 1500, 2000, 2000]);
  pace.reset();
  expect(pace.next()).toBe(1000);
});
