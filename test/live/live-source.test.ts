import { expect, test } from "vitest";

import { recordOf } from "../../src/cache/query-record";
import type { FaunaEvent } from "../../src/live/event-types";
import type { FollowedQuery } from "../../src/live/followed-query";
import { LiveSource, type SourceOwner } from "../../src/live/live-source";
import type { Position } from "../../src/live/position";

const event = (txn_ts: number, cursor = `c${txn_ts}`): FaunaEvent =>
  ({ type: "update", txn_ts, cursor }) as FaunaEvent;

/** A source at a position, and the signal of its connection. */
function setUp() {
  const position: Position = { token: "source", cursor: "c0", txn: 0 };
  const cached = { queryKey: ["a list"] as const };
  const record = recordOf(cached.queryKey);
  record.origin = { txn: 1, writes: 0 };
  const live = { cached, positions: [position] } as object as FollowedQuery;
  const source = new LiveSource(live, 0, {} as SourceOwner);
  const connection = new AbortController();
  return { source, position, record, connection, signal: connection.signal };
}

/** The times of the transactions whose events are to be applied, and of those that wait. */
function splitOf(...[source, ...args]: [LiveSource, ...Parameters<LiveSource["split"]>]) {
  const [certain, waiting] = source.split(...args);
  return [certain.map(({ txn_ts }) => txn_ts), [...waiting]];
}

test("events are applied once, also if they come in several batches", () => {
  const { source, signal } = setUp();
  source.add([event(1)], signal);
  expect(splitOf(source, 0)).toEqual([[1], []]);
  source.add([event(2)], signal);
  expect(splitOf(source, 0)).toEqual([[2], []]);
});

test("fetched data may lack what was applied, but not what is older", () => {
  const { source, signal } = setUp();
  source.add([event(1), event(2), event(3)], signal);
  source.split(0);
  source.rewind();
  expect(splitOf(source, 1)).toEqual([[2, 3], []]);
});

test("events that may be of an own write wait, and with them all of their transaction", () => {
  const { source, signal } = setUp();
  const own = event(2);
  source.add([event(1), event(2, "other"), own, event(3)], signal);
  expect(splitOf(source, 0, (each) => each === own)).toEqual([[1, 3], [2]]);
  expect(splitOf(source, 0)).toEqual([[1, 2, 2, 3], []]);
});

test("the position moves on to the last event, and nothing is pending any more", () => {
  const { source, position, signal } = setUp();
  source.add([event(1), { type: "status", cursor: "c9" }], signal);
  source.advance(true);
  expect(position).toMatchObject({ cursor: "c9", txn: 1 });
  source.rewind();
  expect(splitOf(source, 0)).toEqual([[], []]);
});

test("what a refetch has still to bring is not in the data, but later data has to include it", () => {
  const { source, position, record, signal } = setUp();
  source.add([event(2)], signal);
  source.advance(false);
  expect(position).toMatchObject({ txn: 2 });
  expect(record).toMatchObject({ origin: { txn: 1 }, floor: { txn: 2 } });
  expect(record.origin).not.toHaveProperty("until");
});

test("what an aborted connection has read counts for nothing, because the next one reads it again", () => {
  const { source, position, connection, signal } = setUp();
  source.add([event(1)], signal);
  connection.abort();
  expect(splitOf(source, 0)).toEqual([[], []]);
  source.advance(true);
  expect(position).toMatchObject({ cursor: "c0", txn: 0 });
});

test("a new connection begins at the position", () => {
  const { source, signal } = setUp();
  source.add([event(1), event(2)], signal);
  source.split(0);
  source.add([event(1)], new AbortController().signal);
  expect(splitOf(source, 0)).toEqual([[1], []]);
});
