import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";

// Loaded on demand, which takes time in which nothing seems to happen.
import "../../src/auth/token-errors";
import { endClerkWait, waitForClerk } from "../../src/react/clerk-wait";

const TIMEOUT_MS = 1000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
});

const isOver = async (wait: Promise<void>): Promise<boolean> => {
  let over = false;
  void wait.then(() => (over = true));
  await Promise.resolve();
  return over;
};

test("components that wait over one cache wait for the same, and then get the same error", async () => {
  const cache = new QueryClient();
  const wait = waitForClerk(cache, TIMEOUT_MS);
  expect(waitForClerk(cache, TIMEOUT_MS)).toBe(wait);
  expect(waitForClerk(new QueryClient(), TIMEOUT_MS)).not.toBe(wait);
  vi.advanceTimersByTime(TIMEOUT_MS - 1);
  expect(await isOver(wait)).toBe(false);
  vi.advanceTimersByTime(1);
  await wait;
  expect(() => waitForClerk(cache, TIMEOUT_MS)).toThrow(
    expect.objectContaining({ code: "token_timeout" }) as Error,
  );
});

test("once Clerk has loaded nothing waits, and the next wait takes its own time", async () => {
  const cache = new QueryClient();
  const wait = waitForClerk(cache, TIMEOUT_MS);
  vi.advanceTimersByTime(TIMEOUT_MS - 1);
  endClerkWait(cache);
  expect(vi.getTimerCount()).toBe(0);
  const next = waitForClerk(cache, TIMEOUT_MS);
  expect(next).not.toBe(wait);
  vi.advanceTimersByTime(TIMEOUT_MS - 1);
  expect(await isOver(next)).toBe(false);
});

test("nothing has to be waiting for that", () => {
  expect(() => endClerkWait(new QueryClient())).not.toThrow();
});
