import { fql } from "fauna";
import { describe, expect, test } from "vitest";

import type { FaunaEvent } from "../../src/live/event-types";
import type { LiveSource } from "../../src/live/live-source";
import { createSource } from "../support/live-source";

const event = (txn_ts: number, cursor = `c${txn_ts}`): FaunaEvent =>
  ({ type: "update", txn_ts, cursor }) as FaunaEvent;

/** The times of the transactions whose events are to be applied, and of those that wait. */
function splitOf(...[source, ...args]: [LiveSource, ...Parameters<LiveSource["split"]>]) {
  const [certain, waiting] = source.split(...args);
  return [certain.map(({ txn_ts }) => txn_ts), [...waiting]];
}

describe("events", () => {
  test("are applied once, also if they come in several batches", () => {
    const { source, signal } = createSource();
    source.add([event(1)], signal);
    expect(splitOf(source, 0)).toEqual([[1], []]);
    source.add([event(2)], signal);
    expect(splitOf(source, 0)).toEqual([[2], []]);
    source.rewind();
    expect(splitOf(source, 0)).toEqual([[1, 2], []]);
  });

  test("that were applied fetched data may lack, but not those that are older", () => {
    const { source, signal } = createSource();
    source.add([event(1), event(2), event(3)], signal);
    source.split(0);
    source.rewind();
    expect(splitOf(source, 1)).toEqual([[2, 3], []]);
  });

  test("that may be of an own write wait, and with them all of their transaction", () => {
    const { source, signal } = createSource();
    const own = event(2);
    source.add([event(1), event(2, "other"), own, event(3)], signal);
    expect(splitOf(source, 0, (each) => each === own)).toEqual([[1, 3], [2]]);
    expect(splitOf(source, 0)).toEqual([[1, 2, 2, 3], []]);
  });

  test("that an aborted connection has read count for nothing, because the next one reads them again", () => {
    const { source, position, connection, signal } = createSource();
    source.add([event(1)], signal);
    connection.abort();
    expect(splitOf(source, 0)).toEqual([[], []]);
    source.advance(true);
    expect(position).toMatchObject({ cursor: "c0", txn: 0 });
  });

  test("of another connection begin at the position", () => {
    const { source, signal } = createSource();
    source.add([event(1), event(2)], signal);
    source.split(0);
    source.add([event(1)], new AbortController().signal);
    expect(splitOf(source, 0)).toEqual([[1], []]);
    source.rewind();
    expect(splitOf(source, 0)).toEqual([[1], []]);
  });
});

describe("the position", () => {
  test("moves on to the last event, and nothing is pending any more", () => {
    const { source, position, record, signal } = createSource();
    source.add([event(1), event(2), { type: "status", cursor: "c9" }], signal);
    source.advance(true);
    expect(position).toMatchObject({ cursor: "c9", txn: 2 });
    expect(record).toMatchObject({ origin: { until: 2 }, floor: { txn: 2 } });
    source.rewind();
    expect(splitOf(source, 0)).toEqual([[], []]);
  });

  test("moves on without what a refetch has still to bring, but later data has to include it", () => {
    const { source, position, record, signal } = createSource();
    source.add([event(2)], signal);
    source.advance(false);
    expect(position).toMatchObject({ txn: 2 });
    expect(record).toMatchObject({ origin: { txn: 1 }, floor: { txn: 2 } });
    expect(record.origin).not.toHaveProperty("until");
  });

  test("stays where nothing has been read, or while there is none", () => {
    const { source, live, record, signal } = createSource();
    source.advance(true);
    expect(record.floor).toBeUndefined();
    live.positions[0] = undefined;
    source.add([event(2)], signal);
    source.advance(true);
    expect([record.floor, record.origin?.until]).toEqual([undefined, undefined]);
  });

  test("moves on also where it is not known where the data comes from", () => {
    const { source, position, record, signal } = createSource();
    record.origin = undefined;
    source.add([event(2)], signal);
    source.advance(true);
    expect([position.txn, record.floor?.txn]).toEqual([2, 2]);
    source.restart();
    record.origin = { txn: 1, writes: 0 };
    source.restart();
    expect(source.position).toBeUndefined();
  });

  test("is that of the source's place among those of the query", () => {
    const { source, position, live } = createSource({ index: 1 });
    expect(source.position).toBe(position);
    source.position = undefined;
    expect(live.positions).toEqual([undefined, undefined]);
  });

  test("that is dropped takes the source of the last snapshot with it, unless that is of something else", () => {
    const { source, record, position } = createSource();
    source.position = position;
    expect(record.origin?.source).toBeDefined();
    source.restart();
    expect([source.position, record.origin?.source]).toEqual([undefined, undefined]);
    const other = createSource();
    other.record.origin = { txn: 1, writes: 0, source: { tokens: [], of: "something else" } };
    other.source.restart();
    expect(other.record.origin.source).toBeDefined();
  });
});

test("a source is named after the query, what its events are of, and its place", () => {
  const on = [fql`User.all()`, fql`Team.all()`];
  const names = [createSource(), createSource({ on }), createSource({ on, index: 1 })].map(
    ({ source }) => source.source,
  );
  expect(new Set(names).size).toBe(3);
  expect([names[0], names[2]]).toEqual(['["a list"]', `${names[1]}1`]);
  expect(names[1]).toContain("User.all()");
});

test("a source asks for snapshots as its query does, no oftener than that may, and tells of other rights", async () => {
  const { source, owner } = createSource();
  expect(source.budget).toBe(owner);
  expect(await source.fetchSnapshot()).toBe("snapshot");
  source.onRightsChange();
  expect(owner.onRightsChange).toHaveBeenCalledOnce();
});
