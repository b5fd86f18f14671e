import { focusManager, onlineManager } from "@tanstack/react-query";
import { createFaunaClient, type FaunaLiveSettings } from "fauna-clerk";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { connectionOf } from "../../src/client/connection";
import { now } from "../../src/live/clock";
import { PAGE, type PageEvent } from "../../src/live/page-life";
import { slotsOf } from "../../src/live/page-slots";
import {
  type LiveScheduler,
  schedulerOf,
  type StreamSchedule,
  type TickListener,
} from "../../src/live/scheduler";
import { STARVED_MS } from "../../src/live/stream-slots";

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

  test("is free again once its stream has left, and all that leave with it", async () => {
    const [[one, two]] = joinAll(createScheduler({ maxStreams: 1 }), 2);
    one?.leave();
    expect(two?.mayStream()).toBe(false);
    await Promise.resolve();
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

/** Joins as a stream until the test ends. Returns it, and what it has heard since it was asked last. */
function join(live?: FaunaLiveSettings): [StreamSchedule, () => unknown[]] {
  const heard: unknown[] = [];
  const schedule = createScheduler(live).join((tick) => heard.push(tick));
  onTestFinished(schedule.leave);
  return [schedule, () => heard.splice(0)];
}

describe("a stream hears", () => {
  beforeEach(() =>
    onTestFinished(() => {
      focusManager.setFocused(undefined);
      onlineManager.setOnline(true);
    }),
  );

  test("ticks while there are any, and once it has left nothing", () => {
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
    expect([focusManager.hasListeners(), onlineManager.hasListeners()]).toEqual([false, false]);
  });

  test("that everything is resumed after the device has slept, and not after a tick that is late", () => {
    const [, heard] = join();
    vi.setSystemTime(Date.now() + 25_000);
    vi.advanceTimersByTime(500);
    expect(heard()).toEqual(["tick"]);
    vi.setSystemTime(Date.now() + 31_000);
    vi.advanceTimersByTime(500);
    expect(heard()).toEqual(["resumed"]);
  });

  test("no such thing while the page is hidden, whose ticks are rare, but that it is shown", () => {
    const [, heard] = join();
    focusManager.setFocused(false);
    expect(heard()).toEqual(["tick"]);
    vi.setSystemTime(Date.now() + 55_000);
    vi.advanceTimersByTime(500);
    expect(heard()).toEqual(["tick"]);
    focusManager.setFocused(true);
    expect(heard()).toEqual(["pageShown"]);
    vi.advanceTimersByTime(500);
    expect(heard()).toEqual(["tick"]);
  });

  test("that everything is resumed when the network has changed", () => {
    const [, heard] = join();
    onlineManager.setOnline(false);
    onlineManager.setOnline(true);
    expect(heard()).toEqual(["resumed", "resumed"]);
  });

  test("that it has lost its slot, when a request had to wait for long", () => {
    const [stream, heard] = join({ maxStreams: 1 });
    expect(stream.mayStream()).toBe(true);
    const answered = slotsOf(new URL(`http://localhost:${port}`)).watchRequest();
    onTestFinished(answered);
    vi.advanceTimersByTime(STARVED_MS);
    expect(heard()).toContain("slotLost");
  });
});

describe("a page pauses its streams", () => {
  beforeEach(() => onTestFinished(() => focusManager.setFocused(undefined)));

  test.each([
    ["a minute", undefined, 60_000],
    ["as long as the app says", 2000, 2000],
  ])("when it has been hidden for %s, and no longer than that", (_, pauseWhenHiddenFor, ms) => {
    const [{ isPaused }, heard] = join({ pauseWhenHiddenFor });
    focusManager.setFocused(false);
    vi.advanceTimersByTime(ms - 500);
    expect([isPaused(), heard().includes("resumed")]).toEqual([false, false]);
    vi.advanceTimersByTime(500);
    expect([isPaused(), heard()]).toEqual([true, ["resumed"]]);
    focusManager.setFocused(true);
    expect([isPaused(), heard()]).toEqual([false, ["resumed"]]);
  });

  test("also if it was hidden in the first moment that its clock knows", () => {
    const first = now();
    const time = performance.now.bind(performance);
    vi.setSystemTime(Date.now() - first);
    const clock = vi.spyOn(performance, "now").mockImplementation(() => time() - first);
    onTestFinished(() => clock.mockRestore());
    expect(now()).toBe(0);
    const [{ isPaused }] = join({ pauseWhenHiddenFor: 0 });
    focusManager.setFocused(false);
    expect(isPaused()).toBe(true);
  });

  test("while it is left, at once and without a tick", () => {
    const isLeft = vi.spyOn(PAGE, "isLeft").mockReturnValue(false);
    let tell!: (event: PageEvent) => void;
    const unwatch = vi.fn();
    const watch = vi.spyOn(PAGE, "watch").mockImplementation((listener) => {
      tell = listener;
      return unwatch;
    });
    onTestFinished(() => {
      isLeft.mockRestore();
      watch.mockRestore();
    });
    const [{ isPaused, leave }, heard] = join({ transport: "feed" });
    tell("hidden");
    tell("shown");
    expect(heard()).toEqual([]);
    isLeft.mockReturnValue(true);
    tell("left");
    expect([isPaused(), heard()]).toEqual([true, ["resumed"]]);
    isLeft.mockReturnValue(false);
    tell("restored");
    expect([isPaused(), heard()]).toEqual([false, ["resumed"]]);
    leave();
    expect(unwatch).toHaveBeenCalledOnce();
  });

  test("and counts anew for those that follow when nobody did", () => {
    const { join } = createScheduler({ pauseWhenHiddenFor: 1000 });
    focusManager.setFocused(false);
    join(() => {}).leave();
    vi.advanceTimersByTime(5000);
    const { isPaused, leave } = join(() => {});
    onTestFinished(leave);
    expect(isPaused()).toBe(false);
  });
});

test("there are no streams if the app wants none, or the platform has none", () => {
  const [[auto], [feed]] = [join(), join({ transport: "feed" })];
  expect([auto.canStream(), feed.canStream()]).toEqual([true, false]);
  vi.stubGlobal("TextDecoder", undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
  expect([auto.canStream(), auto.mayStream()]).toEqual([false, false]);
});

describe("polls of a feed", () => {
  const pauses = (live: FaunaLiveSettings): number[] => {
    const [{ pace }] = join(live);
    return Array.from({ length: 7 }, () => pace.next());
  };

  test("come later and later until something happens", () => {
    const [{ pace }] = join({ pollInterval: 1000, maxPollInterval: 2000 });
    expect([pace.next(), pace.next(), pace.next(), pace.next()]).toEqual([1000, 1500, 2000, 2000]);
    pace.reset();
    expect(pace.next()).toBe(1000);
  });

  test.each([undefined, 0, -1, NaN])(
    "come after 5 s up to 30 s if the app says %s",
    (pollInterval) => {
      expect(pauses({ pollInterval })).toEqual([
        5000, 7500, 11_250, 16_875, 25_312.5, 30_000, 30_000,
      ]);
    },
  );

  test("never come sooner than the app says", () => {
    expect(pauses({ pollInterval: 40_000 }).at(-1)).toBe(40_000);
  });
});
