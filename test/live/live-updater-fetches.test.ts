import { fql } from "fauna";
import { beforeEach, describe, expect, test, vi } from "vitest";

import type { QueryLayers } from "../../src/cache/query-record";
import { nextStatus } from "../../src/live/next-status";
import { LiveSource } from "../../src/live/live-source";
import { stopTime } from "../support/event-server";
import { eventAt, updateQuery } from "../support/updated-query";

// What fetches of the query, those who follow it, and its end do to what keeps it up to date.

let pass: (ms?: number) => Promise<void>;
beforeEach(() => void (pass = stopTime()));

const set = fql`User.all()`;

describe("a query", () => {
  test("that left the cache while the code was loaded has to be followed anew", () => {
    const { live, applies } = updateQuery({ isInCache: false });
    expect([live.onRemoved.mock.calls.length, applies.length]).toEqual([1, 0]);
  });

  test("that leaves the cache has to be followed anew", async () => {
    const { live, cache } = updateQuery();
    await pass();
    expect(live.onRemoved).not.toHaveBeenCalled();
    cache.clear();
    expect(live.onRemoved).toHaveBeenCalledOnce();
  });

  test("is told of no more when nobody follows it", async () => {
    const { live, cache, ending, bring } = updateQuery();
    await pass();
    ending.abort();
    bring("second", 20);
    cache.clear();
    expect([live.notify.mock.calls.length, live.onRemoved.mock.calls.length]).toEqual([0, 0]);
  });

  test("goes on from the sources that came with its data", async () => {
    const { live } = updateQuery({ on: [set, fql`Team.all()`], txn: 10 });
    expect(live.positions).toMatchObject([
      { token: "source 0", txn: 10 },
      { token: "source 1", txn: 10 },
    ]);
  });

  test("does not go on from sources of something else, nor from data that there is none of", () => {
    const { live, bring } = updateQuery({ txn: null });
    expect(live.positions).toEqual([]);
    bring("data", 9, null);
    bring("data", 10, "of something else");
    expect(live.positions).toEqual([]);
    bring("data", 11);
    expect(live.positions).toMatchObject([{ token: "source 0", txn: 11 }]);
  });
});

describe("fetched data", () => {
  test("is told to those who follow", async () => {
    const { live, bring } = updateQuery();
    await pass();
    bring("second", 20);
    expect(live.notify.mock.calls).toEqual([[]]);
  });

  test("that the app has set itself is none", async () => {
    const { live, cache } = updateQuery({ txn: null });
    await pass();
    cache.setQueryData(["all"], "set");
    expect([live.notify.mock.calls.length, live.positions]).toEqual([0, []]);
  });

  test("may lack what events have changed meanwhile: they are applied to it, and the position moves on then", async () => {
    const { come, data, cached, live, bring } = updateQuery();
    await pass();
    let answer!: (data: string) => void;
    const fetching = cached.fetch({
      queryKey: cached.queryKey,
      queryFn: () => new Promise<string>((resolve) => (answer = resolve)),
    });
    await come([eventAt(11), eventAt(21)]);
    expect([data(), live.positions[0]?.txn]).toEqual(["first c11,c21", 10]);
    // If it is cancelled, TanStack goes back to that data.
    void cached.cancel({ revert: true });
    await fetching.catch(() => {});
    expect(data()).toBe("first c11,c21");
    answer("late");
    bring("second", 20);
    await pass();
    expect([data(), live.positions[0]?.txn]).toEqual(["second c21", 21]);
  });

  test("that lacks events of before gets them", async () => {
    const applyHistory = vi.fn(() => ({ data: "with them", needsRefetch: true }));
    const { live, data, bring } = updateQuery({ rows: { applyHistory }, txn: null });
    await pass();
    expect(applyHistory).not.toHaveBeenCalled();
    bring("list", 20);
    await pass();
    expect(applyHistory).toHaveBeenCalledExactlyOnceWith("list", 20);
    expect(data()).toBe("with them");
    expect(live.notify).toHaveBeenCalledTimes(2);
    await pass(100);
    expect(live.scope.connection.getClient().lastTxnTs).toBe(21);
  });

  test("that lacks nothing of them but what a refetch can tell is refetched", async () => {
    const { live, bring } = updateQuery({
      rows: { applyHistory: (data) => ({ data, needsRefetch: true }) },
    });
    await pass();
    bring("list", 20);
    await pass(1000);
    expect(live.fetchSnapshot).toHaveBeenCalled();
  });

  test("that gets them below an optimistic update does not take the place of that", async () => {
    const applied = { data: "with them", needsRefetch: false };
    const { bring, record } = updateQuery({ rows: { applyHistory: () => applied } });
    await pass();
    const rebase = vi.fn<QueryLayers["rebase"]>();
    record.layers = { base: "base", whenDecided: () => undefined, rebase } as object as QueryLayers;
    bring("list", 20);
    await pass();
    const [[data, includes]] = rebase.mock.calls as [[unknown, (txn: number) => boolean]];
    expect([data, includes(20)]).toEqual(["with them", false]);
    applied.data = "base";
    bring("list", 30);
    await pass();
    expect(rebase).toHaveBeenCalledOnce();
  });

  test("counts no more when nobody follows", async () => {
    const applyHistory = vi.fn((data: unknown) => ({ data, needsRefetch: false }));
    const { bring, ending } = updateQuery({ rows: { applyHistory } });
    await pass();
    applyHistory.mockClear();
    bring("list", 20);
    ending.abort();
    await pass();
    expect(applyHistory).not.toHaveBeenCalled();
  });

  test("need not be there, nor be known where it comes from", async () => {
    const gone = updateQuery({ prepare: (cached) => cached.reset() });
    expect([gone.data(), gone.live.positions]).toEqual([undefined, []]);
    const { updater, live } = updateQuery({
      txn: null,
      prepare: (cached) => cached.setData("restored"),
    });
    expect(live.positions).toEqual([]);
    updater.onRightsChange();
    await pass(100);
    expect(live.scope.connection.getClient().lastTxnTs).toBe(1);
  });

  test("that lacks none stays as it is", async () => {
    const { live, bring, cached } = updateQuery({
      rows: { applyHistory: (data) => ({ data, needsRefetch: false }) },
    });
    await pass();
    bring("list", 20);
    const { dataUpdateCount } = cached.state;
    await pass(1000);
    expect([cached.state.dataUpdateCount, live.fetchSnapshot.mock.calls.length]).toEqual([
      dataUpdateCount,
      0,
    ]);
  });

  test("that has all events of a refetch that is due makes it needless", async () => {
    const { come, live, bring } = updateQuery({ on: set });
    await pass();
    await come([eventAt(15)]);
    bring("second", 15);
    await pass(1000);
    expect(live.fetchSnapshot).not.toHaveBeenCalled();
  });
});

describe("who follows", () => {
  test("may have other rights now: then the data is asked for", async () => {
    const { updater, live } = updateQuery();
    updater.onRightsChange();
    await pass(100);
    expect(live.fetchSnapshot).toHaveBeenCalledOnce();
    expect(live.scope.connection.getClient().lastTxnTs).toBe(11);
  });

  test("sees the worst of all sources, if it is news", async () => {
    const restart = vi.spyOn(LiveSource.prototype, "restart");
    const { updater, live } = updateQuery({ on: [set, fql`Team.all()`] });
    updater.onSourceStatus();
    expect(live.onStatus).not.toHaveBeenCalled();
    live.status = { live: "live", info: { ...live.status.info, reason: null } };
    updater.onSourceStatus();
    expect(live.onStatus.mock.calls).toMatchObject([[{ live: "connecting" }]]);
    restart.mockRestore();
  });
});

describe("requests for events", () => {
  /** A query that has to wait 100 ms for a request, and 300 for those of all pages. */
  const limited = (options?: Parameters<typeof updateQuery>[0]) => {
    const made = updateQuery(options);
    made.live.budget.waitMs.mockImplementation((requests) => (requests === 0 ? 300 : 100));
    return made;
  };

  test("wait as long as the budget says, which notes them", () => {
    const { updater, live } = limited();
    expect(updater.waitMs()).toBe(100);
    const refusal = new Response(null, { status: 429 });
    live.budget.beforeSend.mockReturnValue(refusal);
    expect(updater.beforeSend()).toBe(refusal);
  });

  test("come after a fetch of all data, from a refetch's reason to its answer", async () => {
    const { updater, live, bring } = limited();
    await pass();
    updater.onRightsChange();
    expect(updater.waitMs()).toBe(1300);
    live.budget.waitMs.mockReturnValueOnce(0);
    expect(updater.waitMs()).toBe(100);
    bring("second", 11);
    expect(updater.waitMs()).toBe(100);
  });

  test("come after a fetch of all data, while another source has no position", () => {
    const { updater, live } = limited({ on: [set, fql`Team.all()`] });
    expect(live.positions).toHaveLength(2);
    live.positions[1] = undefined;
    expect(updater.waitMs()).toBe(1300);
  });
});

describe("a refetch", () => {
  test("that has to wait is told while the query is live: its data lacks what has changed", async () => {
    const { come, live, sources, bring } = updateQuery({ on: set });
    await pass();
    sources[0]?.onStatus(nextStatus(undefined, { live: "live", transport: "stream" }));
    live.budget.waitMs.mockReturnValueOnce(5000);
    await come([eventAt(11)]);
    const retryAt = Date.now() + 5000;
    const waits = { transport: "stream", reason: "limited", retryAt };
    expect(live.status).toMatchObject({ live: "live", info: waits });
    bring("second", 11);
    const isDone = { transport: "stream", reason: null, retryAt: null };
    expect(live.status).toMatchObject({ live: "live", info: isDone });
  });

  test("that has to wait is not why a query is not live", async () => {
    const { come, live } = updateQuery({ on: set });
    await pass();
    live.budget.waitMs.mockReturnValueOnce(5000);
    await come([eventAt(11)]);
    expect(live.status).toMatchObject({ live: "connecting", info: { reason: "loading" } });
  });

  test("that fails lets the first source begin again, with a new snapshot", async () => {
    const { come, live } = updateQuery({ on: [set, fql`Team.all()`] });
    await pass();
    live.fetchSnapshot.mockRejectedValue(new Error("No."));
    await come([eventAt(11)]);
    await pass(100);
    expect(live.positions).toMatchObject([undefined, { token: "source 1" }]);
  });

  test("that is due when nobody follows any more is left to who follows next", async () => {
    const { come, live, ending } = updateQuery({ on: set });
    await pass();
    await come([eventAt(11)]);
    ending.abort();
    await pass(10_000);
    expect([live.positions, live.fetchSnapshot.mock.calls.length]).toEqual([[undefined], 0]);
    const calm = updateQuery({ on: set });
    await pass();
    calm.ending.abort();
    expect(calm.live.positions).toMatchObject([{ token: "source 0" }]);
  });
});
