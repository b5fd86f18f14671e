import { expect, test, vi } from "vitest";

import { doubtsOf } from "../../src/auth/doubts";

test("doubts are those of a cache, and tell of their changes until nobody listens", () => {
  const cache = {};
  expect(doubtsOf(cache)).toBe(doubtsOf(cache));
  expect(doubtsOf({})).not.toBe(doubtsOf(cache));
  const { listeners, subscribe } = doubtsOf(cache);
  const listener = vi.fn();
  const stop = subscribe(listener);
  expect([...listeners]).toEqual([listener]);
  stop();
  expect(listeners.size).toBe(0);
});
