import { getEventListeners } from "node:events";

import { beforeEach, describe, expect, test, vi } from "vitest";

import { type AuthState, createIdentity } from "../../src/auth/identity";
import { createIdentityStore } from "../../src/auth/identity-store";
import {
  abort,
  anySignal,
  forFetch,
  identitySignal,
  reasonOf,
  throwIfAborted,
  untilAborted,
} from "../../src/auth/signals";
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

  test("rejects with the reason of a signal that has aborted before", async () => {
    await expect(untilAborted(AbortSignal.abort(reason), never)).rejects.toBe(reason);
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

describe.each(["combines signals", "does not"])("where the engine %s", (engine) => {
  beforeEach(() => {
    if (engine === "does not") lackWhatLacks("the oldest browsers");
  });

  test("a combined signal has aborted when one of its parts has, with that reason", () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const signal = anySignal(first.signal, second.signal);
    expect(signal.aborted).toBe(false);
    expect(signal.reason).toBeUndefined();
    abort(second, reason);
    expect(signal.aborted).toBe(true);
    expect(reasonOf(signal)).toBe(reason);
  });

  test("who listens no longer to a combined signal hears nothing of it, the others hear it once", () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const signal = anySignal(first.signal, second.signal);
    const [gone, heard] = [vi.fn(), vi.fn()];
    signal.addEventListener("abort", gone);
    signal.addEventListener("abort", heard);
    signal.removeEventListener("abort", gone);
    abort(first, reason);
    abort(second, reason);
    expect(gone).not.toHaveBeenCalled();
    expect(heard).toHaveBeenCalledOnce();
  });

  test("`fetch` gets a signal of the engine's own", () => {
    const own = new AbortController().signal;
    const signal = anySignal(own, new AbortController().signal);
    const given = forFetch(signal, own);
    expect(given).toBe(engine === "does not" ? own : signal);
    expect(given).toBeInstanceOf(AbortSignal);
  });
});

test("a signal that cannot say why has an AbortError as its reason", () => {
  expect(reasonOf({ aborted: true } as AbortSignal)).toMatchObject({
    name: "AbortError",
    message: "It was aborted.",
  });
});

test("an abort has a reason also where signals have none", () => {
  const controller = new AbortController();
  Object.defineProperty(controller.signal, "reason", { value: undefined, configurable: true });
  const signal = abort(controller, reason);
  expect(signal).toBe(controller.signal);
  expect([signal.aborted, signal.reason]).toEqual([true, reason]);
  // Another time, as when two of its owners end it.
  expect(() => abort(controller, new Error("Again."))).not.toThrow();
});

test("only a signal that has aborted throws its reason", () => {
  const controller = new AbortController();
  expect(() => throwIfAborted(controller.signal)).not.toThrow();
  controller.abort(reason);
  expect(() => throwIfAborted(controller.signal)).toThrow(reason);
});

test("all signals of an identity cost it one entry, and those of the next another one", () => {
  const state = (userId: string): AuthState => ({
    identity: createIdentity("signed-in", "fauna", { userId }),
    template: "fauna",
    getToken: async () => null,
  });
  const store = createIdentityStore(state("ada"));
  const track = vi.spyOn(store, "track");
  const [one, other] = [identitySignal(store), identitySignal(store)];
  expect(track).toHaveBeenCalledOnce();
  store.update(state("bob"));
  expect([one.aborted, other.aborted]).toEqual([true, true]);
  expect(identitySignal(store).aborted).toBe(false);
  expect(track).toHaveBeenCalledTimes(2);
});
