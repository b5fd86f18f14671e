import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { loadLater } from "../../src/auth/load-later";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = (): Promise<string> => Promise.reject(new TypeError("Failed to fetch"));

test("what cannot be loaded is asked for again, after pauses that grow to half a minute", async () => {
  const start = vi.fn();
  const load = vi.fn(never);
  const loaded = loadLater(load, start, () => true);
  const pauses: number[] = [];
  for (let calls = 1; calls < 8; calls++) {
    const before = Date.now();
    while (load.mock.calls.length === calls) await vi.advanceTimersToNextTimerAsync();
    pauses.push((Date.now() - before) / 1000);
  }
  expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30]);
  expect(start).not.toHaveBeenCalled();
  load.mockResolvedValue("code");
  await vi.advanceTimersToNextTimerAsync();
  await loaded;
  expect(start).toHaveBeenCalledExactlyOnceWith("code");
});

test("who waits is told why it could not be loaded, and when it is asked for again", async () => {
  const onFailure = vi.fn();
  const load = vi.fn(never).mockRejectedValueOnce(new Error("First."));
  void loadLater(load, vi.fn(), () => true, onFailure);
  for (const _ of [1, 2]) await vi.advanceTimersToNextTimerAsync();
  const failure = new TypeError("Failed to fetch");
  expect(onFailure.mock.calls.slice(0, 2)).toEqual([
    [new Error("First."), 1000],
    [failure, 2000],
  ]);
});

test("what is not wanted any more is neither asked for again nor started", async () => {
  let isWanted = true;
  const [load, start] = [vi.fn(never), vi.fn()];
  const loaded = loadLater(load, start, () => isWanted);
  await vi.advanceTimersByTimeAsync(0);
  isWanted = false;
  await vi.advanceTimersToNextTimerAsync();
  await loaded;
  const late = loadLater(
    async () => "code",
    start,
    () => isWanted,
  );
  await late;
  expect([load.mock.calls.length, start.mock.calls.length]).toEqual([1, 0]);
});

test("what is not wanted any more when it has come, or failed, is not started and not told", async () => {
  let isWanted = true;
  const [start, onFailure] = [vi.fn(), vi.fn()];
  const leave = async (): Promise<string> => {
    isWanted = false;
    return "code";
  };
  await loadLater(leave, start, () => isWanted, onFailure);
  isWanted = true;
  const fail = (): Promise<string> => leave().then(never);
  await loadLater(fail, start, () => isWanted, onFailure);
  expect([start.mock.calls, onFailure.mock.calls, vi.getTimerCount()]).toEqual([[], [], 0]);
});
