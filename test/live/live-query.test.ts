import { QueryClient } from "@tanstack/react-query";
import { fql } from "fauna";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { recordOf } from "../../src/cache/query-record";
import type { Connection } from "../../src/client/connection";
import type { FollowedQuery } from "../../src/live/followed-query";
import { firstStatus } from "../../src/live/live-info";
import { type Follower, followQuery, liveStatusOf, PLAIN } from "../../src/live/live-query";
import { sourceKey } from "../../src/live/live-query-options";
import { onDemand } from "../../src/live/load-on-demand";
import { EventServer, stopTime } from "../support/event-server";

const todos = fql`Todo.all()`;
const set = fql`User.all()`;

let pass: (ms?: number) => Promise<void>;
let server: EventServer;
let cache: QueryClient;
/** The live queries whose code has started. */
let followed: FollowedQuery[];

beforeEach(() => {
  pass = stopTime();
  [server, cache, followed] = [new EventServer(), new QueryClient(), []];
  server.answer = () => {
    const data = { data: "rows", source: [{ "@stream": "source" }] };
    return Response.json({ data, static_type: "Any", summary: "", txn_ts: 5, stats: {} });
  };
  function LiveUpdater(query: FollowedQuery): void {
    followed.push(query);
  }
  const load = vi.spyOn(onDemand, "load").mockResolvedValue({ LiveUpdater } as never);
  onTestFinished(() => load.mockRestore());
});

/** Follows a query until the test ends. */
function follow(given: Partial<Follower> & { connection?: Connection } = {}) {
  const { connection = server.connect(), ...more } = given;
  const { identity } = connection.identityStore.current();
  const listener = vi.fn<Follower["listener"]>();
  const onRemoved = vi.fn();
  const options = more.options ?? {};
  const scope = { connection, identity, cache };
  const base = { kind: PLAIN, scope, query: todos, options, latest: () => options };
  const leave = followQuery({ ...base, listener, onRemoved, ...more });
  onTestFinished(leave);
  return { connection, listener, onRemoved, leave };
}

const cachedQuery = () => cache.getQueryCache().getAll()[0]!;

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
    record.budget = other;
    await snapshot;
    expect(record.budget).toBe(other);
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
