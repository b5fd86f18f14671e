import { describe, expect, test } from "vitest";

import type { ReadEvent } from "../../src/live/event-types";
import { advancePlace, type Place } from "../../src/live/position";

/** An event of a type, and the cursor `c` and the time of its number. */
const event = (type: string, n: number): ReadEvent =>
  ({ type, cursor: `c${n}`, txn_ts: n }) as ReadEvent;

describe("a place", () => {
  test.each<[string, readonly ReadEvent[], Place]>([
    [
      "moves over what has been read",
      [event("add", 1), event("update", 2)],
      { cursor: "c2", txn: 2 },
    ],
    ["is as of the last change", [event("add", 1), event("status", 2)], { cursor: "c2", txn: 1 }],
    [
      "stays before a `remove` that is the last",
      [event("add", 1), event("remove", 2)],
      { cursor: "c1", txn: 1 },
    ],
    ["stays where it began before the first event", [event("remove", 1)], {}],
    [
      "moves over a `remove` that something follows",
      [event("remove", 1), event("add", 2)],
      { cursor: "c2", txn: 2 },
    ],
    [
      "moves over one that another one follows",
      [event("remove", 1), event("remove", 2)],
      { cursor: "c1", txn: 1 },
    ],
    [
      "moves over one that a status follows",
      [event("remove", 1), event("status", 2)],
      { cursor: "c2", txn: 1 },
    ],
    [
      "moves over both parts of an update",
      [event("remove", 1), event("update", 1)],
      { cursor: "c1", txn: 1 },
    ],
    ["stays before a `remove` that is read again", [event("remove", 1), event("remove", 1)], {}],
  ])("%s", (_, events, expected) => {
    const [atOnce, oneByOne]: [Place, Place] = [{}, {}];
    advancePlace(atOnce, events);
    for (const each of events) advancePlace(oneByOne, [each]);
    for (const { removed, ...place } of [atOnce, oneByOne]) {
      const last = events.at(-1);
      expect(removed).toBe(last?.type === "remove" ? last : undefined);
      expect(place).toEqual(expected);
    }
  });
});
