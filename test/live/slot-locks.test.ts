import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import type { Channel } from "../../src/auth/channels";
import type { PageEvent } from "../../src/live/page-life";
import {
  GRACE_MS,
  type Locks,
  REPEAT_MS,
  SETTLE_MS,
  SlotLocks,
  type SlotLocksOptions,
} from "../../src/live/slot-locks";
import { stopTime } from "../support/event-server";

// One page, whose browser is the test. What several tabs do together is in stream-slots.test.ts.

/** A lock that the page has asked for. */
interface AskedLock {
  readonly name: string;
  readonly isWithdrawn: boolean;
  /** Gives it. Returns whether the page keeps it. */
  readonly grant: () => boolean;
  /** Ends the request, as a browser does when it takes the lock or refuses it. */
  readonly fail: () => void;
  /** Tells that the lock has been given back. */
  readonly end: () => void;
}

let pass: (ms?: number) => Promise<void>;
beforeEach(() => void (pass = stopTime()));

function open(isHidden = false) {
  const page = { isHidden, isLeft: false, tell: (_event: PageEvent): void => {} };
  const asked: AskedLock[] = [];
  const posted: unknown[] = [];
  const channel: Channel = {
    onmessage: null,
    postMessage: (message: unknown) => void posted.push(message),
    close: vi.fn(),
  };
  const query = vi.fn(async (): Promise<never> => {
    throw new Error("No.");
  });
  const request = (name: string, { signal }: LockOptions, onGrant: LockGrantedCallback<unknown>) =>
    new Promise<void>((resolve, reject) => {
      asked.push({
        name,
        get isWithdrawn() {
          return !!signal?.aborted;
        },
        grant: () => onGrant(null) !== undefined,
        fail: () => reject(new DOMException("", "AbortError")),
        end: resolve,
      });
    });
  const options = {
    name: "test",
    locks: { request, query } as object as Locks,
    openChannel: vi.fn<SlotLocksOptions["openChannel"]>(() => channel),
    page: {
      isHidden: () => page.isHidden,
      isLeft: () => page.isLeft,
      watch: (listener: (event: PageEvent) => void) => {
        page.tell = (event) => {
          if (event === "hidden" || event === "shown") page.isHidden = event === "hidden";
          else page.isLeft = event === "left";
          listener(event);
        };
        return () => {};
      },
    },
    onGain: vi.fn(),
    onLoss: vi.fn(),
  };
  const slots = new SlotLocks(options);
  onTestFinished(() => slots.close());
  const hear = (data: unknown): void =>
    channel.onmessage?.call(channel as never, { data } as MessageEvent);
  return { ...options, slots, page, asked, posted, query, hear };
}

const stateOf = (asked: readonly AskedLock[]): string[] =>
  asked.map(({ name, isWithdrawn }) => (isWithdrawn ? `no ${name}` : name));

describe("a page that needs slots", () => {
  test("asks for all locks, and for no more than it needs once it has them", () => {
    const { slots, asked, onGain } = open();
    slots.need(2, 3);
    asked[0]?.grant();
    expect([stateOf(asked), slots.held]).toEqual([["test:0", "test:1", "test:2"], 1]);
    asked[2]?.grant();
    expect([stateOf(asked), slots.held]).toEqual([["test:0", "no test:1", "test:2"], 2]);
    expect(onGain).toHaveBeenCalledTimes(2);
  });

  test("asks for no lock twice, and tells the others of new requests alone", () => {
    const { slots, asked, posted } = open();
    slots.need(2, 3);
    asked[1]?.grant();
    slots.need(2, 3);
    slots.need(3, 3);
    expect([stateOf(asked), posted]).toEqual([["test:0", "test:1", "test:2"], ["want"]]);
    slots.need(3, 4);
    expect([stateOf(asked).at(-1), posted]).toEqual(["test:3", ["want", "want"]]);
  });

  test("gives back what is too much, and withdraws its requests", () => {
    const { slots, asked, onLoss } = open();
    slots.need(3, 3);
    asked[0]?.grant();
    asked[1]?.grant();
    slots.need(1, 3);
    expect([slots.held, onLoss.mock.calls, stateOf(asked)]).toEqual([
      1,
      [[1]],
      ["test:0", "test:1", "no test:2"],
    ]);
    slots.need(1, 3);
    expect(asked).toHaveLength(3);
  });

  test("does not keep a lock that it gets after it has withdrawn its request", async () => {
    const { slots, asked, onGain } = open();
    slots.need(1, 1);
    slots.need(0, 1);
    slots.need(1, 1);
    expect([asked[0]?.grant(), slots.held, onGain.mock.calls.length]).toEqual([false, 0, 0]);
    asked[0]?.fail();
    await pass();
    expect([asked[1]?.grant(), slots.held, asked.length]).toEqual([true, 1, 2]);
  });

  test("says so again and again until it has them", async () => {
    const { slots, asked, posted, query } = open();
    slots.need(2, 2);
    await pass(2 * REPEAT_MS);
    expect([posted.length, query.mock.calls.length]).toEqual([3, 2]);
    asked[0]?.grant();
    // The browser takes it.
    asked[0]?.fail();
    await pass();
    asked[1]?.grant();
    await pass(3 * REPEAT_MS);
    expect(posted).toHaveLength(3);
  });
});

describe("a lock", () => {
  test("that the browser takes is lost", async () => {
    const { slots, asked, onLoss } = open();
    slots.need(1, 1);
    asked[0]?.grant();
    asked[0]?.fail();
    await pass();
    expect([slots.held, onLoss.mock.calls]).toEqual([0, [[0]]]);
  });

  test("that is had again is not given back when the end of the first time is told", async () => {
    const { slots, asked, onLoss } = open();
    slots.need(1, 1);
    asked[0]?.grant();
    slots.need(0, 1);
    slots.need(1, 1);
    asked[1]?.grant();
    asked[0]?.end();
    await pass();
    expect([slots.held, onLoss.mock.calls.length]).toEqual([1, 1]);
  });

  test("is given back once, also if who loses it gives back the others", () => {
    const { slots, page, asked, onLoss } = open();
    slots.need(3, 3);
    for (const { grant } of asked) grant();
    onLoss.mockImplementation((left: number) => slots.need(left - 1, 3));
    page.tell("left");
    expect([slots.held, onLoss.mock.calls]).toEqual([0, [[2], [1], [0]]]);
  });
});

describe("a page", () => {
  test.each(["hidden", "left"] as const)("that is %s asks for nothing", (event) => {
    const { slots, page, asked } = open();
    page.tell(event);
    slots.need(1, 1);
    expect(asked).toEqual([]);
  });

  test("that was hidden asks once it has been in front for a moment", async () => {
    const { slots, page, asked } = open(true);
    slots.need(1, 1);
    page.tell("shown");
    await pass(SETTLE_MS - 1);
    expect(asked).toEqual([]);
    await pass(1);
    expect(stateOf(asked)).toEqual(["test:0"]);
  });

  test("that is hidden gives to who wants, and for nothing else that is said", async () => {
    const { slots, page, asked, hear } = open();
    slots.need(1, 1);
    asked[0]?.grant();
    hear("want");
    page.tell("hidden");
    hear("something else");
    await pass(GRACE_MS);
    expect(slots.held).toBe(1);
    hear("want");
    expect(slots.held).toBe(0);
  });

  test("has one channel, none while it is left, and hears on it again when it is back", () => {
    const { page, openChannel } = open();
    page.tell("hidden");
    page.tell("shown");
    expect(openChannel).toHaveBeenCalledExactlyOnceWith("test");
    page.tell("left");
    page.tell("shown");
    expect(openChannel).toHaveBeenCalledTimes(1);
    page.tell("restored");
    expect(openChannel).toHaveBeenCalledTimes(2);
  });

  test("goes on without a channel where there is none", () => {
    const { slots, page, asked, openChannel } = open();
    openChannel.mockReturnValue(undefined);
    page.tell("left");
    page.tell("restored");
    slots.need(1, 1);
    expect([asked, openChannel.mock.calls.length]).toEqual([[], 2]);
  });
});

test("where locks are refused a page has all that it needs, and no more", async () => {
  const { slots, asked, openChannel } = open();
  slots.need(2, 3);
  asked[0]?.fail();
  await pass();
  expect([slots.held, stateOf(asked)]).toEqual([2, ["no test:0", "no test:1", "no test:2"]]);
  expect(openChannel).toHaveBeenCalledOnce();
});
