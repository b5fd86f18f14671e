import { QueryClient } from "@tanstack/react-query";
import { fql } from "fauna";
import { expect, onTestFinished, test, vi } from "vitest";

import { PAGES } from "../../src/cache/keys";
import { recordOf } from "../../src/cache/query-record";
import { buildQuery, fetchQuery } from "../../src/cache/tanstack";
import { attachCache } from "../../src/client/connection";
import { LIST } from "../../src/live/live-list";
import { createRows } from "../../src/live/live-pages";
import { onDemand } from "../../src/live/load-on-demand";
import { EventServer } from "../support/event-server";

// What is different about a list, as against one page.

/** A list in a cache, which nobody has fetched. */
function setUp(server: EventServer) {
  const [connection, cache] = [server.connect(), new QueryClient()];
  attachCache(connection, cache);
  const { identity } = connection.identityStore.current();
  const built = LIST.build(connection, identity, fql`Todo.all()`, {});
  return { cache, built, query: buildQuery(cache, built) };
}

test("a list is fetched page by page, under the key of its pages", async () => {
  const server = new EventServer();
  server.answer = () => {
    const data = { data: { "@set": { data: ["row"] } }, source: [{ "@stream": "source" }] };
    return Response.json({ data, static_type: "Any", summary: "", txn_ts: 5, stats: {} });
  };
  const { built, query } = setUp(server);
  await fetchQuery(query, built);
  expect(query.state.data).toMatchObject({ pages: [{ data: ["row"] }] });
  expect(recordOf(query.queryKey).fetched).toMatchObject({ source: { tokens: ["source"] } });
  expect([LIST.keyEnd, query.queryKey.slice(-PAGES.length)]).toEqual([PAGES, PAGES]);
});

test("the code of a list is that of all live queries, but for its rows", async () => {
  const LiveUpdater = vi.fn();
  const load = vi.spyOn(onDemand, "load").mockResolvedValue({ LiveUpdater } as never);
  onTestFinished(() => load.mockRestore());
  expect(await LIST.load?.()).toEqual({ LiveUpdater, createRows });
});

test("a refetch waits until there is room for all its pages, and each of them counts", async () => {
  const server = new EventServer();
  server.answer = ({ body }) => {
    const cursor = Number(/"value":"(\d)"/.exec(JSON.stringify(body))?.[1] ?? 0);
    const page = { data: [`row ${cursor}`], ...(cursor < 2 && { after: String(cursor + 1) }) };
    const first = { data: { "@set": page }, source: [{ "@stream": "source" }] };
    const data = cursor ? page : first;
    return Response.json({ data, static_type: "Any", summary: "", txn_ts: 5, stats: {} });
  };
  const { cache, built, query } = setUp(server);
  await cache.fetchInfiniteQuery({ ...built, pages: 3 } as never);
  const budget = { waitMs: vi.fn(() => 0), beforeSend: vi.fn(() => undefined) };
  recordOf(query.queryKey).budget = () => budget;
  await fetchQuery(query, built);
  expect(budget.waitMs.mock.calls).toEqual([[0], [undefined], [undefined]]);
  expect(budget.beforeSend).toHaveBeenCalledTimes(3);
  expect(query.state.data).toMatchObject({
    pages: [{ data: ["row 0"] }, { data: ["row 1"] }, { data: ["row 2"] }],
  });
});

test.each([
  [undefined, 1],
  [null, 1],
  [{ pages: [], pageParams: [] }, 0],
  [{ pages: [{ data: [] }, { data: [] }], pageParams: [null, null] }, 2],
])("a fetch of a list needs a request for each of its pages: %o", (data, count) => {
  expect(LIST.pageCount?.(data)).toBe(count);
});
