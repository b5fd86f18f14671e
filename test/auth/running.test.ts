import { getEventListeners } from "node:events";

import { describe, expect, onTestFinished, test, vi } from "vitest";

import { type AuthState, createIdentity } from "../../src/auth/identity";
import { createIdentityStore } from "../../src/auth/identity-store";
import { runRequest, type Running, type TimeLimit } from "../../src/auth/running";
import { countHeld } from "../support/live-leaks";

const stateOf = (userId: string): AuthState => ({
  identity: createIdentity("signed-in", "fauna", { userId }),
  template: "fauna",
  getToken: async () => null,
});
const [ada, bob] = [stateOf("ada"), stateOf("bob")];
const never = new Promise<never>(() => {});
const reason = new Error("Enough.");
const changed = { code: "identity_changed" };

describe("a request", () => {
  test("of an identity that is not the current one does not begin", async () => {
    let hasBegun = false;
    const request = runRequest(createIdentityStore(ada), { identity: bob.identity }, async () => {
      hasBegun = true;
    });
    await expect(request).rejects.toMatchObject(changed);
    expect(hasBegun).toBe(false);
  });

  test("ends with its identity, in the same turn, and rejects with that reason, whatever its work rejects with", async () => {
    const store = createIdentityStore(ada);
    let running!: Running;
    const request = runRequest(store, {}, async (own) => {
      running = own;
      // As engines report an abort.
      const work = new Promise((_, reject) => {
        own.signal.addEventListener("abort", () => reject(new Error("Fetch is aborted")));
      });
      return own.until(work);
    });
    store.update(bob);
    expect(running.signal.aborted).toBe(true);
    await expect(running.until(Promise.resolve())).rejects.toMatchObject(changed);
    await expect(request).rejects.toMatchObject(changed);
  });

  test("ends with the caller's signal, of which it leaves no listener", async () => {
    const caller = new AbortController();
    const options = { signal: caller.signal };
    const request = runRequest(createIdentityStore(ada), options, ({ until }) => until(never));
    caller.abort(reason);
    await expect(request).rejects.toBe(reason);
    expect(getEventListeners(caller.signal, "abort")).toEqual([]);
  });

  test("does not wait for anything if the caller's signal has aborted before", async () => {
    const caller = new AbortController();
    caller.abort(reason);
    const options = { signal: caller.signal };
    const request = runRequest(createIdentityStore(ada), options, ({ until }) => until(never));
    await expect(request).rejects.toBe(reason);
  });

  test("gives nobody an answer that comes after its end", async () => {
    const store = createIdentityStore(ada);
    const request = runRequest(store, {}, async () => {
      store.update(bob);
      return "ada's";
    });
    await expect(request).rejects.toMatchObject(changed);
  });

  test.each([
    ["read", {}, true],
    ["write", { goesOn: true }, false],
  ])("that is a %s ends when the last provider leaves: %o", async (_, scope, isOver) => {
    const store = createIdentityStore(ada);
    let running!: Running;
    const request = runRequest(store, scope, async (own) => own.until((running = own) && never));
    request.catch(() => {});
    store.retain()();
    await Promise.resolve();
    expect(running.signal.aborted).toBe(isOver);
  });

  test("is kept alive by nobody once it is over", async () => {
    const store = createIdentityStore(ada);
    const answers: WeakRef<object>[] = [];
    for (let request = 0; request < 10; request++) {
      const answer = await runRequest(store, {}, ({ until }) => until(Promise.resolve({})));
      answers.push(new WeakRef(answer));
    }
    expect(await countHeld(answers)).toBeLessThan(3);
    store.update(bob);
  });
});

describe("a step", () => {
  const late = new Error("Too late.");
  const inOneSecond: TimeLimit = (end) => setTimeout(() => end(late), 1000);

  function setUp() {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const store = createIdentityStore(ada);
    let running!: Running;
    let answer!: (text: string) => void;
    const work = new Promise<string>((resolve) => (answer = resolve));
    const request = runRequest(store, {}, (own) => (running = own).until(work));
    request.catch(() => {});
    return { store, request, running, answer };
  }

  test("that takes too long ends the request", async () => {
    const { request, running } = setUp();
    running.step(inOneSecond);
    await vi.advanceTimersByTimeAsync(1000);
    await expect(request).rejects.toBe(late);
    expect(running.signal.aborted).toBe(true);
  });

  test("ends the one before with its time limit", async () => {
    const { request, running, answer } = setUp();
    running.step(inOneSecond);
    running.step();
    await vi.advanceTimersByTimeAsync(2000);
    answer("in the end");
    await expect(request).resolves.toBe("in the end");
  });

  test("leaves no timer when the request is over", async () => {
    const { request, running, answer } = setUp();
    running.step(inOneSecond);
    answer("in time");
    await request;
    expect(vi.getTimerCount()).toBe(0);
  });

  test("does not begin once the request has ended, and starts no timer", async () => {
    const { store, request, running } = setUp();
    store.update(bob);
    await expect(request).rejects.toMatchObject(changed);
    expect(() => running.step(inOneSecond)).toThrow(expect.objectContaining(changed));
    expect(vi.getTimerCount()).toBe(0);
  });
});
