import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import type { ReadEvent } from "../../src/live/event-types";
import type { Place } from "../../src/live/position";
import type { Relay, RelayedLines, RelayListener, RelayMessage } from "../../src/live/relay";
import {
  ALIVE_EVERY_MS,
  BELIEVED_MS,
  INBOX_SIZE,
  newLines,
  RELAYED_POLL_MS,
  RelayLink,
} from "../../src/live/relay-link";
import { runs } from "../support/runs";

const line = (n: number, txn: number): string =>
  JSON.stringify({ type: "add", txn_ts: txn, cursor: `c${n}` });

describe("of relayed lines are new", () => {
  const relayed: RelayedLines = {
    lines: [line(5, 50), line(6, 60)],
    previous: "c4",
    cursor: "c6",
    since: 40,
  };

  test.each<[string, Place, readonly string[] | "gap"]>([
    ["all, at the cursor before them", { cursor: "c4" }, relayed.lines],
    ["all, where nothing is missing before them", { cursor: "other", txn: 45 }, relayed.lines],
    ["those after what is known", { cursor: "other", txn: 50 }, [relayed.lines[1]!]],
    ["none, at their end", { cursor: "c6" }, []],
    ["none, if later ones are known", { cursor: "other", txn: 70 }, []],
    ["perhaps not all that are missing, if more may have happened before", { txn: 30 }, "gap"],
    ["perhaps not all that are missing, if nothing is known", { cursor: "c1" }, "gap"],
  ])("%s", (_, place, expected) => {
    expect(newLines(place, relayed)).toEqual(expected);
  });
});

test("whoever joins a stream, at whatever position, gets each event exactly once", () => {
  const steps = fc.array(
    fc.record({
      /** How many events a transaction has. */
      events: fc.integer({ min: 1, max: 3 }),
      /** Whether the stream brings the last of them by itself. */
      isSplit: fc.boolean(),
      /** Whether who listens hears it. */
      isHeard: fc.boolean(),
      /** Whether who listens has asked the server before it hears it. */
      hasAsked: fc.boolean(),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(steps, fc.nat(3), (transactions, start) => {
      const history: string[] = [];
      const had: string[] = [];
      let place: Place = { txn: start * 10 };
      let [previous, since]: [string | undefined, number | undefined] = [undefined, 0];
      const place10 = (text: string): number => (JSON.parse(text) as { txn_ts: number }).txn_ts;
      const take = (lines: readonly string[]): void => {
        had.push(...lines);
        const last = lines.at(-1);
        if (last)
          place = { txn: place10(last), cursor: (JSON.parse(last) as { cursor: string }).cursor };
      };
      const ask = (): void => {
        take(history.slice(had.length + skipped()));
        // A feed ends at a place of its own.
        place = { ...place, cursor: `feed${history.length}` };
      };
      /** Those that were in the snapshot. */
      const skipped = (): number => history.filter((text) => place10(text) <= start * 10).length;
      transactions.forEach(({ events, isSplit, isHeard, hasAsked }, index) => {
        const txn = (index + 1) * 10;
        const lines = Array.from({ length: events }, (_, n) => line(history.length + n, txn));
        const batches = isSplit ? [lines.slice(0, -1), lines.slice(-1)] : [lines];
        history.push(...lines);
        if (hasAsked && txn > start * 10) ask();
        for (const batch of batches.filter(({ length }) => length)) {
          const cursor = (JSON.parse(batch.at(-1)!) as { cursor: string }).cursor;
          const relayed = { lines: batch, previous, cursor, since };
          [previous, since] = [cursor, txn];
          if (!isHeard) continue;
          const added = newLines(place, relayed);
          if (added === "gap") ask();
          else take(added);
        }
      });
      ask();
      expect(had).toEqual(history.slice(skipped()));
    }),
    runs(300),
  );
});

describe("a tab", () => {
  let listeners: RelayListener[];
  let posted: RelayMessage[];

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("document", {});
    [listeners, posted] = [[], []];
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  /** Ties a stream of a source to all others. */
  async function link(source: string, rights = "ada"): Promise<RelayLink & { heard: number }> {
    const relay: Pick<Relay, "post" | "join"> = {
      post(message) {
        posted.push(message);
        for (const listener of listeners) if (listener !== own) listener(message);
      },
      join(listener) {
        listeners.push((own = listener));
        return () => (listeners = listeners.filter((each) => each !== listener));
      },
    };
    let own: RelayListener | undefined;
    const created = Object.assign(
      new RelayLink(relay as Relay, source, () => void created.heard++),
      { heard: 0 },
    );
    created.join();
    created.useRights(rights);
    onTestFinished(() => created.leave());
    // Until it has a name.
    await vi.waitFor(() => expect(posted.some(({ type }) => type === "hello")).toBe(true));
    posted = [];
    return created;
  }

  const one: RelayedLines = { lines: [line(1, 10)], previous: undefined, cursor: "c1", since: 0 };

  test("takes what another one has heard of the same source, and asks for nothing", async () => {
    const [sender, receiver] = [await link("todos"), await link("todos")];
    receiver.takeNewLines({});
    sender.keepAlive();
    sender.tell(one);
    expect([receiver.hasLines, receiver.isFollowing, receiver.heard]).toEqual([true, true, 1]);
    expect(receiver.takeNewLines({ txn: 5 })).toEqual(one.lines);
  });

  test.each([
    ["another source", "others", "ada"],
    ["a token with other claims", "todos", "bob"],
  ])("hears nothing of %s", async (_, source, rights) => {
    const [sender, receiver] = [await link("todos"), await link(source, rights)];
    sender.keepAlive();
    sender.tell(one);
    expect([receiver.hasLines, receiver.isFollowing, receiver.heard]).toEqual([false, false, 0]);
  });

  test("tells how far it had read before, and whether it was by a stream", async () => {
    const [sender, receiver] = [await link("todos"), await link("todos")];
    const add = { type: "add", cursor: "c1", txn_ts: 10 } as ReadEvent;
    sender.takeNewLines({ cursor: "c0", txn: 5 });
    sender.passOn([add]);
    expect(posted).toEqual([]);
    const lines = [line(2, 20)];
    sender.passOn([{ ...add, cursor: "c2", txn_ts: 20 } as ReadEvent], lines);
    sender.passOn([{ type: "status", cursor: "c3" }], ["{}"]);
    const events = posted.filter(({ type }) => type === "events");
    expect(events).toMatchObject([{ lines, previous: "c1", cursor: "c2", since: 10 }]);
    expect(receiver.isFollowing).toBe(true);
  });

  test.each([
    ["at the cursor before them", { cursor: "c0", txn: 5 }],
    ["that has read up to there from a feed", { cursor: "feed", txn: 5 }],
  ])("%s takes both parts of an update", async (_, place) => {
    const [sender, receiver] = [await link("todos"), await link("todos")];
    receiver.takeNewLines({});
    sender.takeNewLines({ cursor: "c0", txn: 5 });
    const parts = ["remove", "update"].map((type) => ({ type, cursor: "c1", txn_ts: 10 }));
    const lines = parts.map((part) => JSON.stringify(part));
    const pass = (index: number): void =>
      sender.passOn([parts[index] as ReadEvent], [lines[index]!]);
    pass(0);
    expect(receiver.takeNewLines(place)).toEqual([lines[0]]);
    pass(1);
    expect(receiver.takeNewLines(place)).toEqual([lines[1]]);
    sender.takeNewLines({ cursor: "c0", txn: 5 });
    [0, 1].forEach(pass);
    expect(receiver.takeNewLines(place)).toEqual(lines);
  });

  test("asks the server when something may be missing", async () => {
    const [sender, receiver] = [await link("todos"), await link("todos")];
    sender.tell({ ...one, since: 8 });
    expect(receiver.takeNewLines({ txn: 5 })).toBeUndefined();
  });

  test("asks the server from time to time nevertheless", async () => {
    const [sender, receiver] = [await link("todos"), await link("todos")];
    receiver.takeNewLines({});
    vi.advanceTimersByTime(RELAYED_POLL_MS);
    sender.tell(one);
    expect(receiver.takeNewLines({ txn: 5 })).toBeUndefined();
  });

  test("that is new is told at once that another one streams", async () => {
    const sender = await link("todos");
    sender.keepAlive();
    const receiver = await link("todos");
    expect(receiver.isFollowing).toBe(true);
  });

  test("says that it streams every 15 s, which is believed for 40 s", async () => {
    const [sender, receiver] = [await link("todos"), await link("todos")];
    for (let time = 0; time < ALIVE_EVERY_MS; time += 500) {
      sender.keepAlive();
      vi.advanceTimersByTime(500);
    }
    expect(posted).toHaveLength(1);
    sender.keepAlive();
    vi.advanceTimersByTime(BELIEVED_MS - 1);
    expect(receiver.isFollowing).toBe(true);
    vi.advanceTimersByTime(1);
    expect(receiver.isFollowing).toBe(false);
  });

  test("asks the server when the stream that it heard has ended", async () => {
    const [sender, receiver] = [await link("todos"), await link("todos")];
    sender.keepAlive();
    sender.endStream();
    expect([receiver.isFollowing, receiver.hasToAsk, receiver.heard]).toEqual([false, true, 1]);
    expect(receiver.takeNewLines({ txn: 5 })).toBeUndefined();
    expect(receiver.hasToAsk).toBe(false);
  });

  test("asks the server after a write of another one, unless somebody streams for it", async () => {
    const [sender, receiver] = [await link("todos"), await link("todos")];
    for (const listener of listeners) listener({ type: "changed" });
    expect([receiver.hasToAsk, receiver.heard]).toEqual([true, 1]);
    receiver.takeNewLines({});
    sender.keepAlive();
    for (const listener of listeners) listener({ type: "changed" });
    expect([receiver.hasToAsk, receiver.heard]).toEqual([false, 1]);
  });

  test("keeps no more than it can take, and asks the server instead", async () => {
    const [sender, receiver] = [await link("todos"), await link("todos")];
    receiver.takeNewLines({});
    for (let count = 0; count <= INBOX_SIZE; count++) sender.tell(one);
    expect([receiver.hasLines, receiver.hasToAsk]).toEqual([false, true]);
    expect(receiver.takeNewLines({ txn: 5 })).toBeUndefined();
  });

  test("that has left hears nothing more", async () => {
    const [sender, receiver] = [await link("todos"), await link("todos")];
    receiver.leave();
    sender.tell(one);
    expect(receiver.hasLines).toBe(false);
  });
});
