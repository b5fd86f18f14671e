import { getEventListeners } from "node:events";

import { describe, expect, test, vi } from "vitest";

import { abort, anySignal, untilAborted } from "../../src/auth/signals";
import { lackWhatLacks } from "../support/lesser-engine";
import { heapUsed } from "../support/live-leaks";

const reason = new Error("Enough.");
/** What an engine says of an abort, whatever its reason. */
const plain = new DOMException("Fetch is aborted", "AbortError");
const never = new Promise<never>(() => {});
const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

describe("untilAborted", () => {
  test.each([
    ["resolves", () => Promise.resolve(1), { resolved: 1 }],
    ["rejects", () => Promise.reject(reason), { rejected: reason }],
  ])("%s as the work does", async (_, work, outcome) => {
    const settled = untilAborted(new AbortController().signal, work());
    const told = settled.then(
      (resolved) => ({ resolved }),
      (rejected: unknown) => ({ rejected }),
    );
    expect(await told).toEqual(outcome);
  });

  test("rejects with the signal's reason though the work misses the abort", async () => {
    const caller = new AbortController();
    const settled = untilAborted(caller.signal, never);
    caller.abort(reason);
    await expect(settled).rejects.toBe(reason);
  });

  test("rejects with the signal's reason though the work has another one", async () => {
    const caller = new AbortController();
    const work = new Promise((_, reject) => {
      // Listens first, and a turn of the microtasks passes before the next listener is called.
      caller.signal.addEventListener("abort", () => reject(plain));
    });
    const settled = untilAborted(caller.signal, work);
    caller.abort(reason);
    await expect(settled).rejects.toBe(reason);
    await expect(untilAborted(caller.signal, work)).rejects.toBe(reason);
  });

  test("listens as long as the work goes on, and no longer", async () => {
    const { signal } = new AbortController();
    let finish!: () => void;
    const settled = untilAborted(signal, new Promise<void>((resolve) => (finish = resolve)));
    expect(listeners(signal)).toBe(1);
    finish();
    await settled;
    await Promise.resolve();
    expect(listeners(signal)).toBe(0);
  });

  test("keeps a combined signal alive that nobody else holds", async () => {
    const caller = new AbortController();
    const settled = untilAborted(anySignal(caller.signal, new AbortController().signal), never);
    await heapUsed();
    caller.abort(reason);
    await expect(settled).rejects.toBe(reason);
  });
});

test("a signal combined without AbortSignal.any ends with its first part, and leaves no listener on the others", async () => {
  lackWhatLacks("the oldest browsers");
  const [first, second] = [new AbortController(), new AbortController()];
  const signal = anySignal(first.signal, second.signal);
  await untilAborted(signal, Promise.resolve());
  await Promise.resolve();
  expect([listeners(first.signal), listeners(second.signal)]).toEqual([0, 0]);
  const onAbort = vi.fn<() => void>();
  signal.addEventListener("abort", onAbort);
  const settled = untilAborted(signal, never);
  abort(second, reason);
  await expect(settled).rejects.toBe(reason);
  await Promise.resolve();
  expect(onAbort).toHaveBeenCalledOnce();
  expect(listeners(first.signal)).toBe(0);
});
