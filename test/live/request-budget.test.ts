import { beforeEach, expect, onTestFinished, test, vi } from "vitest";

import { RequestBudget } from "../../src/live/request-budget";

const MINUTE_MS = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
});

/** Asks as often, and returns how many requests were sent. */
const ask = (budget: RequestBudget, times: number): number =>
  Array.from({ length: times }, () => budget.beforeSend()).filter((answer) => !answer).length;

test("in its first minute a live query asks 30 times at most, in each later one 12 times", () => {
  const budget = new RequestBudget();
  expect(ask(budget, 100)).toBe(30);
  for (let minute = 1; minute < 4; minute++) {
    vi.advanceTimersByTime(MINUTE_MS);
    expect(ask(budget, 100)).toBe(12);
  }
});

test("what it has not used in the first minute is not added later", () => {
  const budget = new RequestBudget();
  expect(ask(budget, 1)).toBe(1);
  vi.advanceTimersByTime(MINUTE_MS);
  expect(ask(budget, 100)).toBe(12);
});

test("the next request waits until the twelfth before it is a minute old", () => {
  const budget = new RequestBudget();
  vi.advanceTimersByTime(MINUTE_MS);
  for (let count = 1; count <= 12; count++) {
    expect(budget.waitMs()).toBe(0);
    ask(budget, 1);
    vi.advanceTimersByTime(1000);
  }
  expect(budget.waitMs()).toBe(MINUTE_MS - 12_000);
  vi.advanceTimersByTime(MINUTE_MS - 12_000 - 1);
  expect([budget.waitMs(), ask(budget, 1)]).toEqual([1, 0]);
  vi.advanceTimersByTime(1);
  expect([budget.waitMs(), ask(budget, 1)]).toEqual([0, 1]);
  // The second of them is a second younger.
  expect(budget.waitMs()).toBe(1000);
  vi.advanceTimersByTime(10 * MINUTE_MS);
  expect(budget.waitMs()).toBe(0);
});

test("a fetch waits until there is room for all its pages", () => {
  const budget = new RequestBudget(() => 5);
  expect([budget.waitMs(0), ask(budget, 26), budget.waitMs(), budget.waitMs(0)]).toEqual([
    ...[0, 26, 0, MINUTE_MS],
  ]);
  vi.advanceTimersByTime(MINUTE_MS);
  expect([budget.waitMs(0), ask(budget, 7), budget.waitMs(0)]).toEqual([0, 7, 0]);
  vi.advanceTimersByTime(1000);
  expect([ask(budget, 1), budget.waitMs(), budget.waitMs(0)]).toEqual([1, 0, MINUTE_MS - 1000]);
  // Those that had waited for it find room one after the other.
  vi.advanceTimersByTime(MINUTE_MS - 1000);
  expect([ask(budget, 100), budget.waitMs(0)]).toEqual([11, MINUTE_MS]);
});

test("two that follow each other wait until there is room for both", () => {
  const budget = new RequestBudget();
  ask(budget, 28);
  expect([budget.waitMs(2), ask(budget, 1), budget.waitMs(), budget.waitMs(2)]).toEqual([
    ...[0, 1, 0, MINUTE_MS],
  ]);
});

test("a list of more than 12 pages asks as often as it has pages, once it has been quiet for a minute", () => {
  let pages = 20;
  const budget = new RequestBudget(() => pages);
  expect(ask(budget, 100)).toBe(18 + 20);
  for (let minute = 1; minute < 4; minute++) {
    vi.advanceTimersByTime(MINUTE_MS);
    expect([budget.waitMs(0), ask(budget, 1), budget.waitMs(0)]).toEqual([0, 1, MINUTE_MS]);
    expect(ask(budget, 100)).toBe(19);
    pages++;
    expect(ask(budget, 100)).toBe(1);
    pages--;
  }
});

test("a request that has to wait is answered as Fauna does when somebody asks too often", async () => {
  const budget = new RequestBudget();
  ask(budget, 30);
  const answer = budget.beforeSend();
  expect(answer?.status).toBe(429);
  expect(await answer?.json()).toEqual({
    error: { code: "limit_exceeded", message: "Asked too often." },
  });
});
