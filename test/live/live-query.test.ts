import { fql } from "fauna";
import { beforeEach, describe, expect, test, vi } from "vitest";

import { recordOf } from "../../src/cache/query-record";
import { onQueryEvent } from "../../src/cache/tanstack";
import type { FollowedQuery } from "../../src/live/followed-query";
import { firstStatus } from "../../src/live/live-info";
import { liveStatusOf, PLAIN } from "../../src/live/live-query";
import { sourceKey } from "../../src/live/live-query-options";
import { setUpFollowing, todos } from "../support/query-follower";

const set = fql`User.all()`;

type Following = ReturnType<typeof setUpFollowing>;
let { pass, server, cache, followed, follow, cachedQuery } = {} as Following;
beforeEach(() => {
  ({ pass, server, cache, followed, follow, cachedQuery } = setUpFollowing());
});

describe("a query that somebody follows", () => {
  test("is fetched at once, and who follows hears of its data", async () => {
    const { listener } = follow();
    await pass();
    expect([server.paths, cachedQuery().state.data]).toEqual([["/query/1"], "rows"]);
    expect(listener.mock.calls).toEqual([[cachedQuery(), undefined]]);
    expect(recordOf(cachedQuery().queryKey)).toMatchObject({
      origin: { txn: 5, source: { tokens: ["source"] } },
    });
  });

  test("is not fetched if there are data", async () => {
    const { leave } = follow();
    await pass();
    leave();
    await pass();
    follow();
    await pass();
    expect(server.paths).toHaveLength(1);
  });

  test("says nothing of a fetch that fails: TanStack has the error", async () => {
    server.answer = () => Response.json({ error: { code: "forbidden" } }, { status: 403 });
    const { listener } = follow();
    await pass();
    expect(listener).not.toHaveBeenCalled();
    expect(cachedQuery().state.error).toMatchObject({ httpStatus: 403 });
  });

  test("counts its requests in its own budget, and as long as it fetches alone", async () => {
    follow();
    const record = recordOf(cachedQuery().queryKey);
    expect(record.budget).toBeDefined();
    await pass();
    expect([record.budget, followed[0]?.budget.waitMs()]).toEqual([undefined, 0]);
    const snapshot = followed[0]?.fetchSnapshot();
    const other = { waitMs: () => 0, beforeSend: () => undefined };
    record.budget = () => other;
    await snapshot;
    expect(record.budget()).toBe(other);
  });

  test("counts a fetch that begins before the end of the last one is told", async () => {
    follow();
    await pass();
    const [live] = followed as [FollowedQuery];
    const beforeSend = vi.spyOn(live.budget, "beforeSend");
    server.answer = () => Response.json({ error: { code: "forbidden" } }, { status: 403 });
    const stop = onQueryEvent(cache, (_, event) => {
      if (event !== "error") return;
      stop();
      // Before the other one goes on.
      queueMicrotask(() => void live.fetchSnapshot().catch(() => {}));
    });
    void live.fetchSnapshot().catch(() => {});
    await pass();
    expect([server.paths.length, beforeSend.mock.calls.length]).toEqual([3, 2]);
  });

  test("is connected once for all who follow it, each with its order, and once more for other sets", async () => {
    const order = (): number => 0;
    const { connection } = follow({ options: { order } });
    follow({ connection });
    follow({ connection, options: { on: set } });
    await pass();
    expect(followed.map(({ options }) => options.on)).toEqual([undefined, set]);
    expect(followed[0]?.positions).toEqual([]);
    expect(followed[0]?.orders()).toEqual([order, undefined]);
  });

  test("is loaded and built as its kind wants it", async () => {
    const started: unknown[] = [];
    function LiveUpdater(query: unknown, createRows: unknown): void {
      started.push([query, createRows]);
    }
    const load = vi.fn(async () => ({ LiveUpdater, createRows: "rows of a list" }) as never);
    const build = vi.fn(PLAIN.build);
    follow({ kind: { keyEnd: [], build, load } });
    await pass();
    expect(started).toMatchObject([[{ query: todos }, "rows of a list"]]);
    expect([followed, build.mock.calls[0]?.[2]]).toEqual([[], todos]);
  });

  test("is built with the options that the first who follows has now, of the same sets", async () => {
    const build = vi.fn(PLAIN.build);
    let retry = 1;
    const { leave, connection } = follow({
      kind: { ...PLAIN, build },
      options: { on: set },
      latest: () => ({ retry }),
    });
    follow({ connection, options: { on: set }, latest: () => ({ retry: 7, on: set }) });
    await pass();
    retry = 2;
    await followed[0]?.fetchSnapshot();
    expect(build.mock.lastCall?.[3]).toEqual({ retry: 2, on: set });
    leave();
    await followed[0]?.fetchSnapshot();
    expect(build.mock.lastCall?.[3]).toEqual({ retry: 7, on: set });
  });
});

describe("who follows", () => {
  test("hears of each status, which others can ask for, and of each change", async () => {
    const [one, two] = [follow(), follow()];
    await pass();
    const first = followed[0]!;
    expect(liveStatusOf(cachedQuery(), "")).toMatchObject({
      live: "connecting",
      info: { reason: "loading", since: Date.now() },
    });
    expect(liveStatusOf(cachedQuery(), sourceKey(set))).toBeUndefined();
    expect(liveStatusOf(undefined, "")).toBeUndefined();
    const status = firstStatus("idle");
    first.onStatus(status);
    expect([liveStatusOf(cachedQuery(), ""), one.listener.mock.lastCall]).toEqual([
      status,
      [cachedQuery(), undefined],
    ]);
    const events = [{ type: "add" }] as never;
    first.notify(events);
    expect(two.listener.mock.lastCall).toEqual([cachedQuery(), events]);
  });

  test("hears that the query has left the cache, once it is followed no more", async () => {
    const { onRemoved } = follow();
    follow({ onRemoved: undefined as never });
    await pass();
    followed[0]?.onRemoved();
    expect([onRemoved.mock.calls.length, followed[0]?.lifetime.aborted]).toEqual([1, true]);
  });

  test("may leave and come again in one go, as in StrictMode", async () => {
    const { leave } = follow();
    await pass();
    leave();
    follow();
    await pass();
    expect([followed.length, followed[0]?.lifetime.aborted]).toEqual([1, false]);
  });

  test("ends it by leaving last", async () => {
    const [one, two] = [follow(), follow()];
    await pass();
    one.leave();
    await pass();
    expect(followed[0]?.lifetime.aborted).toBe(false);
    two.leave();
    await pass();
    expect(followed[0]?.lifetime.aborted).toBe(true);
  });

  test("later goes on where it was left", async () => {
    const { leave } = follow();
    await pass();
    followed[0]!.positions[0] = { token: "source", cursor: "c7" };
    leave();
    await pass();
    follow();
    await pass();
    expect(followed[1]?.positions).toEqual([{ token: "source", cursor: "c7" }]);
  });
});
