import { createFaunaClient, type FaunaLiveSettings } from "fauna-clerk";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { connectionOf } from "../../src/client/connection";
import {
  type LiveScheduler,
  PollPace,
  schedulerOf,
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

describe("a place for a stream", () => {
  const [one, two, three] = [{}, {}, {}];

  test("goes to as many members as there are places, and stays theirs", () => {
    const { mayStream } = createScheduler({ maxStreams: 2 });
    expect([one, two, three, one].map(mayStream)).toEqual([true, true, false, true]);
  });

  test("is free again when its member releases it", () => {
    const { mayStream, release } = createScheduler({ maxStreams: 1 });
    mayStream(one);
    release(one);
    expect([two, one].map(mayStream)).toEqual([true, false]);
  });

  test("is free again when its member leaves", () => {
    const { mayStream, join } = createScheduler({ maxStreams: 1 });
    const leave = join(one, () => {});
    mayStream(one);
    leave();
    expect(mayStream(two)).toBe(true);
  });

  test("is one of the page's, whichever connection to the server has it", () => {
    const [first, second] = [
      createScheduler({ maxStreams: 2 }),
      createScheduler({ maxStreams: 2 }),
    ];
    expect([first.mayStream(one), second.mayStream(two), second.mayStream(three)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(createScheduler({}, "other").mayStream({})).toBe(true);
  });

  test("is told when it is free at last, to who has asked", () => {
    const [first, second] = [
      createScheduler({ maxStreams: 1 }),
      createScheduler({ maxStreams: 1 }),
    ];
    const onTick = vi.fn<TickListener>();
    first.mayStream(one);
    onTestFinished(second.join(two, onTick));
    expect(onTick).not.toHaveBeenCalled();
    first.release(one);
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
    const { mayStream } = createScheduler({ maxStreams });
    const members = Array.from({ length: 40 }, () => ({}));
    expect(members.filter(mayStream)).toHaveLength(count);
  });

  test.each([
    ["stream", true],
    ["feed", false],
  ] as const)("with the transport %s is there always or never", (transport, isThere) => {
    const { mayStream } = createScheduler({ transport, maxStreams: 1 });
    expect([one, two].map(mayStream)).toEqual([isThere, isThere]);
  });
});

test("members hear ticks while there are any, and one that has left hears nothing", () => {
  const { join } = createScheduler();
  const [first, second] = [vi.fn<TickListener>(), vi.fn<TickListener>()];
  const leaveFirst = join({}, first);
  const leaveSecond = join({}, second);
  vi.advanceTimersByTime(1000);
  expect(first.mock.calls).toEqual([["tick"], ["tick"]]);
  leaveFirst();
  vi.advanceTimersByTime(500);
  expect(first).toHaveBeenCalledTimes(2);
  expect(second).toHaveBeenCalledTimes(3);
  leaveSecond();
  expect(vi.getTimerCount()).toBe(0);
});

test("after the device has slept everything is resumed", () => {
  const { join } = createScheduler();
  const onTick = vi.fn<TickListener>();
  onTestFinished(join({}, onTick));
  vi.setSystemTime(Date.now() + 60_000);
  vi.advanceTimersByTime(500);
  expect(onTick.mock.lastCall).toEqual(["resumed"]);
});

test("polls of a feed come later and later until something happens", () => {
  const pace = new PollPace(createScheduler({ pollInterval: 1000, maxPollInterval: 2000 }));
  expect([pace.next(), pace.next(), pace.next(), pace.next()]).toEqual([1000, 1500, 2000, 2000]);
  pace.reset();
  expect(pace.next()).toBe(1000);
});
