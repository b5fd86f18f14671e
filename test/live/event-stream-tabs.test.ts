import { focusManager } from "@tanstack/react-query";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { relayOf, type RelayListener, type RelayMessage } from "../../src/live/relay";
import { slotsOf } from "../../src/live/page-slots";
import { STARVED_MS } from "../../src/live/stream-slots";
import { change, EventServer, feedPage, stopTime } from "../support/event-server";
import { followSource, type FollowSourceOptions } from "../support/source-follower";

let pass: (ms?: number) => Promise<void>;
let server: EventServer;

beforeEach(() => {
  pass = stopTime();
  server = new EventServer();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  onTestFinished(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    focusManager.setFocused(undefined);
  });
});

describe("the user's other tabs", () => {
  const key = "todos of ada";
  let posted: RelayMessage[];
  let hear: RelayListener;
  let isOpen: boolean;

  /** Follows a source whose relay is the test. */
  async function followWithTabs(options?: FollowSourceOptions) {
    // For digests, which are for pages alone.
    vi.stubGlobal("document", {});
    vi.stubGlobal("navigator", {});
    vi.spyOn(crypto.subtle, "digest").mockImplementation(
      async () => new TextEncoder().encode(key).buffer,
    );
    [posted, isOpen] = [[], false];
    const original = server.connect.bind(server);
    vi.spyOn(server, "connect").mockImplementation((...args) => {
      const connection = original(...args);
      const relay = relayOf({ connection, identity: connection.identityStore.current().identity });
      vi.spyOn(relay, "post").mockImplementation((message) => void posted.push(message));
      vi.spyOn(relay, "join").mockImplementation((listener) => {
        [hear, isOpen] = [listener, true];
        return () => (isOpen = false);
      });
      return connection;
    });
    return followSource(server, options);
  }

  const names = (): string[] => posted.map(({ type }) => type);
  const keyOf = (): string => (posted.find((message) => "key" in message) as { key: string }).key;
  const lines = (...txns: number[]): string[] => txns.map((txn) => JSON.stringify(change(txn)));
  const tell = (previous: string, ...txns: number[]): void =>
    hear({
      ...{ type: "events", key: keyOf(), lines: lines(...txns) },
      ...{ previous, cursor: `c${txns.at(-1)}`, since: undefined },
    });

  test("hear what its stream brings, that it goes on, and that it has ended", async () => {
    const { stream, apply } = await followWithTabs();
    await server.send();
    await server.send(change(1));
    apply.mockImplementationOnce(() => {
      throw new Error("Cannot be applied here.");
    });
    await server.send(change(2));
    expect(names()).toEqual(["hello", "alive", "events", "events", "ended"]);
    expect(posted[2]).toMatchObject({ lines: lines(1), previous: "c0", cursor: "c1" });
    posted = [];
    await pass(125);
    await server.send();
    await pass(16_000);
    expect(names()).toEqual(["alive", "alive"]);
    posted = [];
    stream.fail(new Error("No."));
    expect(names()).toEqual(["ended"]);
  });

  test("are left while the page is paused", async () => {
    await followWithTabs({ live: { pauseWhenHiddenFor: 0 } });
    expect(isOpen).toBe(true);
    focusManager.setFocused(false);
    await pass();
    expect(isOpen).toBe(false);
    focusManager.setFocused(true);
    await pass();
    expect(isOpen).toBe(true);
  });

  test("tell it what happens: then it asks the server once a minute only", async () => {
    const live = { transport: "feed", pollInterval: 1000, maxPollInterval: 1000 } as const;
    const { cursors, shown } = await followWithTabs({ live });
    expect(shown()).toBe("live no_stream");
    hear({ type: "alive", key: keyOf() });
    await pass(1000);
    const { length } = server.asked;
    tell("c0", 1, 2);
    await pass();
    tell("c2", 3);
    await pass();
    expect([cursors().slice(-3), server.asked.length]).toEqual([["c1", "c2", "c3"], length]);
    for (let second = 0; second < 59; second++) {
      if (second % 15 === 0) hear({ type: "alive", key: keyOf() });
      await pass(1000);
    }
    expect(server.asked).toHaveLength(length);
    await pass(2000);
    expect(server.asked).toHaveLength(length + 1);
  });

  test("may tell more at any time before it has read what they told: it is live all the while", async () => {
    const { shown, sink, apply } = await followWithTabs({ live: { maxStreams: 0 } });
    const applyNow = apply.getMockImplementation();
    apply.mockImplementation(async (events) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      applyNow?.(events);
    });
    sink.onStatus.mockClear();
    for (let txn = 1; txn < 100; txn++) {
      tell(`c${txn - 1}`, txn);
      await pass(400);
    }
    expect(shown()).toBe("live relayed");
    expect(sink.onStatus.mock.calls.filter(([{ live }]) => live !== "live")).toEqual([]);
    expect(server.asked).toHaveLength(1);
  });

  test("are why it has no stream, if one of them has it", async () => {
    const live = { maxStreams: 0 };
    const { shown } = await followWithTabs({ live });
    expect(shown()).toBe("live no_slot");
    hear({ type: "alive", key: keyOf() });
    await pass(500);
    expect(shown()).toBe("live relayed");
    await pass(60_000);
    expect(shown()).toBe("live no_slot");
  });

  test("let it ask at once when one of them has written, or may miss something, but no oftener than the budget allows", async () => {
    const live = { transport: "feed", pollInterval: 30_000 } as const;
    const { sink } = await followWithTabs({ live });
    const { length } = server.asked;
    hear({ type: "changed" });
    await pass();
    expect(server.asked).toHaveLength(length + 1);
    sink.budget.waitMs.mockReturnValue(5000);
    hear({ type: "changed" });
    await pass();
    expect(server.asked).toHaveLength(length + 1);
    tell("unknown", 5);
    await pass();
    expect(server.asked).toHaveLength(length + 2);
  });

  test("hear that its stream has ended when it has to poll instead, but not when it only begins again", async () => {
    const { stream } = await followWithTabs({ live: { maxStreams: 1 } });
    await server.send();
    await server.send();
    posted = [];
    stream.resume();
    await pass();
    await server.send();
    expect(names()).toEqual([]);
    const answered = slotsOf(new URL(server.url)).watchRequest();
    onTestFinished(answered);
    await pass(STARVED_MS);
    expect([names(), server.open]).toEqual([["ended"], []]);
  });

  test("may tell what it knows: that is no news", async () => {
    const live = { transport: "feed", pollInterval: 30_000 } as const;
    const { apply, shown, sink } = await followWithTabs({ live });
    tell("c0", 1);
    await pass();
    apply.mockClear();
    tell("c0", 1);
    await pass();
    expect(apply).not.toHaveBeenCalled();
    sink.budget.waitMs.mockReturnValue(5000);
    hear({ type: "changed" });
    hear({ type: "ended", key: keyOf() });
    await pass();
    expect(shown()).toBe("live no_stream");
  });

  test("are read on, if they have told of more while it was asking", async () => {
    const live = { transport: "feed", pollInterval: 30_000 } as const;
    const { cursors } = await followWithTabs({ live });
    const { length } = server.asked;
    server.answer = () => {
      server.answer = () => undefined;
      tell("c7", 8);
      return feedPage([change(7)], "c7");
    };
    hear({ type: "changed" });
    await pass();
    expect([cursors().slice(-3), server.asked.length]).toEqual([["c7", "c7", "c8"], length + 1]);
  });
});
