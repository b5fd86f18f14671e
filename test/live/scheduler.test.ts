import { createFaunaClient, type FaunaLiveSettings } from "fauna-clerk";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { connectionOf } from "../../src/client/connection";
import { type LiveScheduler, schedulerOf, type TickListener } from "../../src/live/scheduler";

function createScheduler(live: FaunaLiveSettings = {}): LiveScheduler {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const client = createFaunaClient({
    endpoint: "http://localhost",
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
