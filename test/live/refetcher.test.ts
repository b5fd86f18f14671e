import { QueryClient } from "@tanstack/react-query";
import { NetworkError } from "fauna";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { recordOf } from "../../src/cache/query-record";
import { fetchAgain } from "../../src/live/fetch-again";
import type { FollowedQuery } from "../../src/live/followed-query";
import { Refetcher } from "../../src/live/refetcher";
import { connect } from "../support/signed-in";

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

const passes = new NetworkError("No.", { cause: undefined });

/** A live query whose snapshots bring these times of transactions; of an error, a failure; of undefined, nothing. */
function setUp(...answers: (number | Error | undefined)[]) {
  const connection = connect();
  const cache = new QueryClient();
  const cached = cache.getQueryCache().build(cache, { queryKey: ["all"] });
  const ending = new AbortController();
  const [onFailure, onWait] = [vi.fn(), vi.fn()];
  const sawTxn: unknown[] = [];
  const live = {
    scope: { connection },
    cached,
    lifetime: ending.signal,
    budget: { waitMs: vi.fn(() => 0) },
    fetchSnapshot: vi.fn(async () => {
      const answer = answers.shift();
      sawTxn.push(connection.getClient().lastTxnTs);
      if (answer instanceof Error) throw answer;
      if (answer !== undefined) refetcher.onFetched(answer);
    }),
  };
  const refetcher: Refetcher = new Refetcher(live as unknown as FollowedQuery, onFailure, onWait);
  const asked = (): number => live.fetchSnapshot.mock.calls.length;
  return {
    live,
    refetcher,
    asked,
    onFailure,
    onWait,
    ending,
    sawTxn,
    record: recordOf(cached.queryKey),
    cached,
    cache,
  };
}

describe("events that do not tell what the data is now", () => {
  test("cause one refetch when it has been quiet for a tenth of a second", async () => {
    const { refetcher, asked, sawTxn } = setUp(7);
    expect(refetcher.isDue).toBe(false);
    refetcher.refetchSoon(5);
    await vi.advanceTimersByTimeAsync(99);
    refetcher.refetchSoon(7);
    refetcher.refetchSoon(6);
    await vi.advanceTimersByTimeAsync(99);
    expect([asked(), refetcher.isDue]).toEqual([0, true]);
    await vi.advanceTimersByTimeAsync(1);
    expect([asked(), refetcher.isDue]).toEqual([1, false]);
    // It has to see the last of them.
    expect(sawTxn).toEqual([7]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked()).toBe(1);
  });

  test("delay it by a second at most, each burst of them", async () => {
    const { refetcher, asked } = setUp(100, 200);
    for (let time = 0; time < 1000; time += 50) {
      refetcher.refetchSoon(time / 50 + 1);
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(asked()).toBe(1);
    refetcher.refetchSoon(150);
    await vi.advanceTimersByTimeAsync(99);
    refetcher.refetchSoon(150);
    await vi.advanceTimersByTimeAsync(99);
    expect(asked()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked()).toBe(2);
  });

  test("wait as long as the budget says", async () => {
    const { live, refetcher, asked } = setUp(5);
    live.budget.waitMs.mockReturnValue(5000);
    refetcher.refetchSoon(5);
    await vi.advanceTimersByTimeAsync(4999);
    expect(asked()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked()).toBe(1);
    // Until there is room for all of a list's pages.
    expect(live.budget.waitMs).toHaveBeenCalledExactlyOnceWith(0);
  });

  test("tell until when they wait, if that is long, and no longer than they do", async () => {
    const { live, refetcher, onWait } = setUp();
    vi.setSystemTime(0);
    live.budget.waitMs.mockReturnValueOnce(1000);
    refetcher.refetchSoon(5);
    expect([refetcher.retryAt, onWait.mock.calls.length]).toEqual([null, 0]);
    live.budget.waitMs.mockReturnValueOnce(5000);
    refetcher.refetchSoon(5);
    expect([refetcher.retryAt, onWait.mock.calls.length]).toEqual([5000, 1]);
    // Further events change nothing of that.
    await vi.advanceTimersByTimeAsync(2000);
    live.budget.waitMs.mockReturnValueOnce(3001);
    refetcher.refetchSoon(6);
    expect(refetcher.retryAt).toBe(5000);
    await vi.advanceTimersByTimeAsync(3001);
    expect([refetcher.retryAt, onWait.mock.calls.length]).toEqual([null, 3]);
  });

  test("wait no longer once somebody else's fetch has brought what they are for", () => {
    const { live, refetcher } = setUp();
    live.budget.waitMs.mockReturnValueOnce(5000);
    refetcher.refetchSoon(5);
    refetcher.onFetched(4);
    expect(refetcher.retryAt).toBeGreaterThan(0);
    refetcher.onFetched(5);
    expect(refetcher.retryAt).toBeNull();
    refetcher.stop();
  });

  test("cause none when it has stopped, or nobody follows any more", async () => {
    const [stopped, ended, early] = [setUp(5), setUp(5), setUp(5)];
    stopped.refetcher.refetchSoon(5);
    stopped.refetcher.stop();
    ended.ending.abort();
    ended.refetcher.refetchSoon(5);
    early.refetcher.refetchSoon(5);
    early.refetcher.onFetched(5);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([stopped.asked(), ended.asked(), early.asked()]).toEqual([0, 0, 0]);
  });
});

describe("a refetch", () => {
  test("that began too early is repeated once", async () => {
    const { refetcher, asked } = setUp(4, 5);
    refetcher.refetchSoon(5);
    await vi.advanceTimersByTimeAsync(100);
    expect([asked(), refetcher.isDue]).toEqual([2, false]);
    const never = setUp(4, 4, 4);
    never.refetcher.refetchSoon(5);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([never.asked(), never.refetcher.isDue]).toEqual([2, false]);
  });

  test("that was cancelled is repeated a second later", async () => {
    const { refetcher, asked } = setUp(undefined, 5);
    refetcher.refetchSoon(5);
    await vi.advanceTimersByTimeAsync(100);
    expect([asked(), refetcher.isDue]).toEqual([1, true]);
    await vi.advanceTimersByTimeAsync(999);
    expect(asked()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect([asked(), refetcher.isDue]).toEqual([2, false]);
  });

  test("that fails is not repeated here, and is told of, unless nobody follows any more", async () => {
    const { refetcher, asked, onFailure } = setUp(passes);
    refetcher.refetchSoon(5);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([asked(), onFailure.mock.calls.length]).toEqual([1, 1]);
    const ended = setUp(passes);
    ended.refetcher.refetchSoon(5);
    ended.live.fetchSnapshot.mockImplementationOnce(async () => {
      ended.ending.abort();
      throw passes;
    });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(ended.onFailure).not.toHaveBeenCalled();
  });

  test("whose query nobody follows any more is not repeated", async () => {
    const { live, refetcher, ending, asked } = setUp();
    live.fetchSnapshot.mockImplementationOnce(async () => ending.abort());
    refetcher.refetchSoon(5);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked()).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
    const early = setUp(4, 5);
    early.live.fetchSnapshot.mockImplementationOnce(async () => {
      early.refetcher.onFetched(4);
      early.ending.abort();
    });
    early.refetcher.refetchSoon(5);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(early.asked()).toBe(1);
  });
});

describe("data that includes the events", () => {
  test("says for which of them it was refetched, so that an own write of before is left alone", () => {
    const { refetcher, record } = setUp();
    refetcher.onFetched(9);
    expect(record.refetchedFor).toBeUndefined();
    refetcher.refetchSoon(5);
    refetcher.onFetched(4);
    expect([record.refetchedFor, refetcher.isDue]).toEqual([undefined, true]);
    refetcher.onFetched(6);
    expect([record.refetchedFor, refetcher.isDue]).toEqual([5, false]);
    refetcher.stop();
  });

  test("does not say so below optimistic updates, which go with the answer after their own write's", () => {
    const { refetcher, record } = setUp();
    record.layers = {} as never;
    refetcher.refetchSoon(5);
    refetcher.onFetched(5);
    expect([record.refetchedFor, refetcher.isDue]).toEqual([undefined, false]);
    refetcher.stop();
  });
});

describe("a live query that is asked once more", () => {
  test("keeps good data if the failure passes, and has no error", async () => {
    const { live, cached } = setUp(passes);
    cached.setState({ data: "good", status: "error", error: passes });
    await expect(fetchAgain(live as never)).rejects.toBe(passes);
    expect(cached.state).toMatchObject({ status: "success", error: null, data: "good" });
  });

  test.each<[string, Error, boolean]>([
    ["does not pass", new Error("No."), true],
    ["leaves nothing to show", passes, false],
  ])("has the error of a failure that %s", async (_, error, hasData) => {
    const { live, cached } = setUp(error);
    cached.setState({ data: hasData ? "good" : undefined, status: "error", error });
    await expect(fetchAgain(live as never)).rejects.toBe(error);
    expect(cached.state).toMatchObject({ status: "error", error });
  });

  test("has the error of a fetch that it has joined: that was somebody else's", async () => {
    const { live, cached, asked } = setUp(5);
    cached.setState({ data: "good" });
    const { queryKey } = cached;
    const fetching = cached.fetch({ queryKey, queryFn: () => Promise.reject(passes) });
    await expect(fetchAgain(live as never)).rejects.toBe(passes);
    await expect(fetching).rejects.toBe(passes);
    expect([asked(), cached.state.error]).toEqual([0, passes]);
  });

  test("joins a fetch that has failed, but has not said so yet", async () => {
    const { live, cached, asked } = setUp(5);
    cached.setState({ data: "good" });
    let joined: Promise<unknown> | undefined;
    const retry = (): boolean => {
      queueMicrotask(() => (joined = fetchAgain(live as never)));
      return false;
    };
    const queryFn = () => Promise.reject(passes);
    const fetching = cached.fetch({ queryKey: cached.queryKey, queryFn, retry });
    await expect(fetching).rejects.toBe(passes);
    await expect(joined).rejects.toBe(passes);
    expect([asked(), cached.state.fetchStatus]).toEqual([0, "idle"]);
  });

  test("waits for a page that is being fetched: to join it would bring no snapshot", async () => {
    const { live, cached, asked } = setUp(5);
    const { queryKey } = cached;
    let answer!: () => void;
    const queryFn = () => new Promise<string>((resolve) => (answer = () => resolve("page")));
    void cached.fetch({ queryKey, queryFn }, {
      meta: { fetchMore: { direction: "forward" } },
    } as never);
    const done = fetchAgain(live as never);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked()).toBe(0);
    answer();
    await done;
    expect(asked()).toBe(1);
  });
});
