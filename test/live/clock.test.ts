import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { now } from "../../src/live/clock";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const passed = (action: () => void): number => {
  const before = now();
  action();
  return now() - before;
};

test("time goes on as timers do", () => {
  expect(passed(() => vi.advanceTimersByTime(1500))).toBeCloseTo(1500);
  expect(passed(() => vi.advanceTimersByTime(1))).toBeCloseTo(1);
});

test("it does not go back with the clock, and goes on from there", () => {
  expect(passed(() => vi.setSystemTime(Date.now() - 3_600_000))).toBeCloseTo(0);
  expect(passed(() => vi.advanceTimersByTime(20))).toBeCloseTo(20);
});

test("it goes on while the device sleeps, when timers stand still", () => {
  expect(passed(() => vi.setSystemTime(Date.now() + 10_000))).toBeCloseTo(10_000);
  expect(passed(() => vi.advanceTimersByTime(20))).toBeCloseTo(20);
});

test("small corrections of the clock are not taken for sleep", () => {
  expect(passed(() => vi.setSystemTime(Date.now() + 500))).toBeCloseTo(0);
});
