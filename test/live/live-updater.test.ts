import { fql } from "fauna";
import { beforeEach, describe, expect, test, vi } from "vitest";

import type { QueryLayers } from "../../src/cache/query-record";
import type { Applied } from "../../src/live/rows";
import { eventAt, updateQuery } from "../support/updated-query";
import { stopTime } from "../support/event-server";

let pass: (ms?: number) => Promise<void>;
beforeEach(() => void (pass = stopTime()));

const set = fql`User.all()`;

describe("events", () => {
  test("change the data, and who follows hears by which of them", async () => {
    const { come, data, rows, live, cached, record } = updateQuery();
    await pass(1000);
    await come([eventAt(11), { type: "status", cursor: "c12" }]);
    expect(rows.apply.mock.calls).toEqual([["first", [eventAt(11)]]]);
    expect(live.notify.mock.calls).toEqual([[[eventAt(11)]]]);
    expect([data(), cached.state.dataUpdatedAt]).toEqual(["first c11", Date.now()]);
    expect(live.positions).toMatchObject([{ token: "source 0", cursor: "c12", txn: 11 }]);
    expect(record.origin?.until).toBe(11);
    await pass(1000);
    expect(live.fetchSnapshot).not.toHaveBeenCalled();
  });

  test("that the data has already change nothing, and are not read again", async () => {
    const { come, data, rows, live, record } = updateQuery();
    await pass();
    await come([eventAt(10)]);
    expect(record.origin?.until).toBe(10);
    expect(rows.apply).not.toHaveBeenCalled();
    expect([data(), live.notify.mock.calls.length]).toEqual(["first", 0]);
    expect(live.positions).toMatchObject([{ cursor: "c10" }]);
  });

  test("that change nothing are no news", async () => {
    const { come, live, cached } = updateQuery({
      rows: { apply: (data) => ({ data, needsRefetch: false }) },
    });
    await pass();
    const { dataUpdateCount } = cached.state;
    await come([eventAt(11)]);
    expect(live.notify).not.toHaveBeenCalled();
    expect(cached.state.dataUpdateCount).toBe(dataUpdateCount);
  });

  test("are shown once a frame", async () => {
    const { come, data } = updateQuery();
    await pass(20);
    await come([eventAt(11)]);
    const second = come([eventAt(12)]);
    await pass(15);
    expect(data()).toBe("first c11");
    await pass(1);
    await second;
    expect(data()).toBe("first c11 c12");
    await pass(16);
    await come([eventAt(13)]);
    expect(data()).toBe("first c11 c12 c13");
  });

  test("whose connection ends before their frame are not shown: they come again", async () => {
    const { come, data, attempt } = updateQuery();
    await pass(20);
    await come([eventAt(11)]);
    const second = come([eventAt(12)]);
    attempt.abort(new Error("The connection has ended."));
    await expect(second).rejects.toThrow("The connection has ended.");
    expect(data()).toBe("first c11");
  });

  test("cannot be applied to what an app's order throws for: a refetch has to tell", async () => {
    const error = new Error("No such field.");
    const { come, live, applies } = updateQuery({
      rows: {
        apply: () => {
          throw error;
        },
      },
    });
    await pass();
    await come([eventAt(11)]);
    expect(applies).toHaveLength(1);
    await pass(100);
    expect(live.fetchSnapshot).toHaveBeenCalledOnce();
    expect(live.scope.connection.getClient().lastTxnTs).toBe(11);
  });

  test("that do not tell what the data is now cause a refetch, which has to see them", async () => {
    const { come, live, data, record } = updateQuery({
      rows: { apply: () => ({ data: "perhaps", needsRefetch: true }) },
    });
    await pass();
    await come([eventAt(12), eventAt(15)]);
    expect([data(), record.origin?.until]).toEqual(["perhaps", 15]);
    await pass(100);
    expect(live.fetchSnapshot).toHaveBeenCalledOnce();
    expect(live.scope.connection.getClient().lastTxnTs).toBe(15);
  });

  test("of other sets only say that something has changed", async () => {
    const { come, live, rows, applies, data } = updateQuery({ on: [set, fql`Team.all()`] });
    await pass();
    expect(applies).toHaveLength(2);
    await come([eventAt(11)], 1);
    expect([rows.apply.mock.calls.length, data()]).toEqual([0, "first"]);
    expect(live.positions).toMatchObject([
      { token: "source 0", txn: 10 },
      { token: "source 1", txn: 11 },
    ]);
    await pass(100);
    expect(live.fetchSnapshot).toHaveBeenCalledOnce();
  });
});

describe("below an optimistic update", () => {
  /** Layers with a write that is on its way until it is decided. */
  function createLayers() {
    let decide!: () => void;
    const decided = new Promise<void>((resolve) => (decide = resolve));
    const layers = {
      base: "base" as unknown,
      hasPending: () => true,
      whenDecided: vi.fn((): Promise<unknown> | undefined => decided),
      withUndecided: () => "with the write",
      rebase: vi.fn<QueryLayers["rebase"]>((data) => void (layers.base = data)),
    };
    return { layers, decide };
  }

  test("events change what the server says, and the update stays on top of it", async () => {
    const { come, record, live } = updateQuery();
    await pass();
    const { layers } = createLayers();
    record.layers = layers;
    await come([eventAt(12)]);
    const [[data, includes]] = layers.rebase.mock.calls as [[unknown, (txn: number) => boolean]];
    expect([data, includes(11), includes(12), includes(13)]).toEqual([
      "base c12",
      true,
      true,
      false,
    ]);
    expect(live.notify.mock.calls).toEqual([[[eventAt(12)]]]);
  });

  test("events that may be of the write wait until it is answered, and the others do not", async () => {
    const own = eventAt(12);
    const changesIn = vi.fn(() => (event: unknown) => event === own);
    const { come, record, live } = updateQuery({ rows: { changesIn } });
    await pass();
    const { layers, decide } = createLayers();
    record.layers = layers;
    await come([eventAt(11), own, eventAt(13)]);
    expect(changesIn).toHaveBeenCalledWith("base", "with the write");
    const [[, includes]] = layers.rebase.mock.calls as [[unknown, (txn: number) => boolean]];
    expect(layers.base).toBe("base c11,c13");
    expect([includes(11), includes(12), includes(13)]).toEqual([true, false, true]);
    expect(live.positions).toMatchObject([{ txn: 10 }]);
    layers.whenDecided.mockReturnValue(undefined);
    decide();
    await pass();
    expect(layers.base).toBe("base c11,c13 c11,c12,c13");
    expect(live.positions).toMatchObject([{ txn: 13, cursor: "c13" }]);
  });

  test.each<[string, Applied, boolean]>([
    [
      "stays until a refetch, if the rows do not show them",
      { data: "base", needsRefetch: true },
      false,
    ],
    ["goes, if the rows show them", { data: "perhaps", needsRefetch: true }, true],
    ["goes, if they change nothing", { data: "base", needsRefetch: false }, true],
  ])("the update of the write that events are of %s", async (_, applied, isIncluded) => {
    const { come, record } = updateQuery({ rows: { apply: () => applied } });
    await pass();
    const { layers } = createLayers();
    record.layers = layers;
    await come([eventAt(12)]);
    const [[, includes]] = layers.rebase.mock.calls as [[unknown, (txn: number) => boolean]];
    expect([includes(12), record.origin?.until === 12]).toEqual([isIncluded, isIncluded]);
  });

  test("an order that throws when the write is answered causes a refetch, too", async () => {
    const own = eventAt(12);
    const { come, record, rows, live } = updateQuery({
      rows: { changesIn: () => (event) => event === own },
    });
    await pass();
    const { layers, decide } = createLayers();
    record.layers = layers;
    await come([own]);
    layers.whenDecided.mockReturnValue(undefined);
    rows.apply.mockImplementation(() => {
      throw new Error("No such field.");
    });
    decide();
    await pass(100);
    expect(live.fetchSnapshot).toHaveBeenCalledOnce();
  });
});
