import { QueryClient } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import { type Client, fql, type Page, type Query } from "fauna";
import {
  createFaunaClient,
  faunaLiveInfiniteQueryOptions,
  FaunaProvider,
  useFaunaLiveInfiniteQuery,
  type UseFaunaLiveInfiniteQueryOptions,
} from "fauna-clerk";
import { type LocalFauna, startLocalFauna } from "@fauna-clerk/local";
import type { ReactNode } from "react";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { modes } from "../support/modes";

type Todo = { id: string; title: string; rank: number };
type Todos = Query<Page<Todo>>;

let fauna: LocalFauna;
let admin: Client;

beforeAll(async () => {
  fauna = await startLocalFauna({ record: true });
  admin = createFaunaClient({ endpoint: fauna.url, getToken: async () => fauna.secret });
  const byRank = `byRank: { values: [{ field: ".rank", order: "desc" }, { field: ".title" }] }`;
  await admin.query(fql([`Collection.create({ name: "Todo", indexes: { ${byRank} } })`]));
});
beforeEach(async () => {
  await admin.query(fql`Todo.all().forEach(.delete())`);
  await admin.query(
    fql`Set.sequence(1, 9).forEach(n => Todo.create({ id: ID(n * 10), title: "#" + (n * 10).toString(), rank: n }))`,
  );
});
afterAll(() => fauna.close());

const write = (text: string): Promise<unknown> => admin.query(fql([text]));

const isOfPage = (body: unknown): boolean =>
  /eventSource|Set\.paginate/.test(JSON.stringify(body) ?? "");

/** Shows a list. */
async function show(
  query: Todos,
  options: UseFaunaLiveInfiniteQueryOptions<Todo> = {},
  wrap: (node: ReactNode) => ReactNode = (node) => node,
  queryClient = new QueryClient(),
) {
  const first = fauna.requests.length;
  const getToken = async () => fauna.secret;
  const { result, rerender } = renderHook(({ of }) => useFaunaLiveInfiniteQuery(of, options), {
    initialProps: { of: query as Todos | null },
    wrapper: ({ children }) =>
      wrap(
        <FaunaProvider endpoint={fauna.url} {...{ getToken, queryClient }} userId="ada">
          {children}
        </FaunaProvider>,
      ),
  });
  await waitFor(() => expect(result.current.live).toBe("live"));
  return {
    result,
    /** Shows another list, or none. */
    change: (of: Todos | null) => rerender({ of }),
    ids: () => result.current.items.map(({ id }) => id),
    more: () => act(async () => void (await result.current.fetchNextPage())),
    /** How often pages were asked for. */
    asked: () => fauna.requests.slice(first).filter(({ body }) => isOfPage(body)).length,
  };
}

const inThrees = fql<Page<Todo>>`Todo.all().pageSize(3)`;
const byRank: Todos = fql<Page<Todo>>`Todo.byRank().pageSize(3)`;
const order = [["rank", "desc"], "title"] as const;

describe.each(modes)("$mode", ({ wrap }) => {
  test("rows join, change and leave in all loaded pages, without a refetch", async () => {
    const { result, ids, more, asked } = await show(inThrees, {}, wrap);
    await more();
    expect(ids()).toEqual(["10", "20", "30", "40", "50", "60"]);
    await write(`Todo.create({ id: "15", title: "#15", rank: 0 })`);
    await write(`Todo.byId("40")!.delete()`);
    await write(`Todo.byId("50")!.update({ title: "fifty" })`);
    await waitFor(() => expect(result.current.items[4]?.title).toBe("fifty"));
    expect(ids()).toEqual(["10", "15", "20", "30", "50", "60"]);
    expect(result.current.data?.pages.map(({ data }) => data.length)).toEqual([4, 2]);
    expect(asked()).toBe(2);
  });
});

test("what has happened since the first page is in further pages as they come", async () => {
  const { result, ids, more, asked } = await show(inThrees);
  await write(`Todo.create({ id: "35", title: "#35", rank: 0 })`);
  await write(`Todo.byId("50")!.delete()`);
  await write(`Todo.byId("60")!.update({ title: "sixty" })`);
  await write(`Todo.create({ id: "5", title: "#5", rank: 0 })`);
  await waitFor(() => expect(ids()).toEqual(["5", "10", "20", "30"]));
  await more();
  expect(ids()).toEqual(["5", "10", "20", "30", "35", "40", "60"]);
  expect(result.current.items.at(-1)?.title).toBe("sixty");
  await write(`Todo.byId("70")!.delete()`);
  await more();
  await waitFor(() => expect(ids().at(-1)).toBe("80"));
  await waitFor(() => expect(ids()).toEqual(["5", "10", "20", "30", "35", "40", "60", "80"]));
  expect(result.current.hasNextPage).toBe(false);
  expect(asked()).toBe(3);
});

test("rows of an index move by `order`, also onto pages that are loaded later", async () => {
  const { ids, more, asked } = await show(byRank, { order });
  expect(ids()).toEqual(["80", "70", "60"]);
  await write(`Todo.byId("70")!.update({ rank: 3 })`);
  await write(`Todo.byId("20")!.update({ rank: 7 })`);
  await waitFor(() => expect(ids()).toEqual(["80", "20", "60"]));
  await more();
  expect(ids()).toEqual(["80", "20", "60", "50", "40", "30", "70"].slice(0, ids().length));
  await more();
  await waitFor(() => expect(ids()).toEqual(["80", "20", "60", "50", "40", "30", "70", "10"]));
  expect(asked()).toBe(3);
});

test("where an order throws, the rows come by a refetch, and go on changing", async () => {
  const byRankButOne = (a: Todo, b: Todo): number => {
    if ([a, b].some(({ title }) => title === "#40")) throw new Error("It has no rank.");
    return b.rank - a.rank;
  };
  const { result, ids, more } = await show(byRank, { order: byRankButOne });
  await write(`Todo.create({ id: "35", title: "#35", rank: 3.5 })`);
  await write(`Todo.byId("80")!.update({ title: "eighty" })`);
  await waitFor(() => expect(result.current.items[0]?.title).toBe("eighty"));
  await more();
  await waitFor(() => expect(ids()).toEqual(["80", "70", "60", "50", "40", "35"]));
  await waitFor(() => expect(result.current.live).toBe("live"));
  await write(`Todo.byId("70")!.delete()`);
  await waitFor(() => expect(ids()).toEqual(["80", "60", "50", "40", "35"]));
});

test("without a known order a row that joins is one refetch of the loaded pages", async () => {
  const { ids, more, asked } = await show(byRank);
  await more();
  await write(`Set.sequence(1, 4).forEach(n => Todo.create({ id: ID(n), title: "new", rank: 7 }))`);
  await waitFor(() => expect(ids()).toEqual(["80", "70", "1", "2", "3", "60"]));
  expect(asked()).toBe(4);
});

test("a list that cannot be streamed follows `on`, with one refetch of its pages per burst", async () => {
  const ordered = fql<Page<Todo>>`Todo.all().order(.title).pageSize(3)`;
  const { ids, more, asked } = await show(ordered, { on: [fql`Todo.all()`] });
  await more();
  await write(`Todo.all().forEach(t => t.update({ title: "#" + (100 - t.rank).toString() }))`);
  await waitFor(() => expect(ids()).toEqual(["80", "70", "60", "50", "40", "30"]));
  expect(asked()).toBe(4);
});

test("a list that was left goes on where it was, and further pages have what was missed", async () => {
  const { result, change, ids, more, asked } = await show(inThrees);
  await write(`Todo.create({ id: "35", title: "#35", rank: 0 })`);
  await write(`Todo.create({ id: "5", title: "#5", rank: 0 })`);
  await waitFor(() => expect(ids()[0]).toBe("5"));
  change(null);
  await write(`Todo.byId("50")!.delete()`);
  change(inThrees);
  await waitFor(() => expect(result.current.live).toBe("live"));
  await more();
  await waitFor(() => expect(ids()).toEqual(["5", "10", "20", "30", "35", "40", "60"]));
  expect(asked()).toBe(2);
});

test("what was prefetched for it is followed without another request", async () => {
  const queryClient = new QueryClient();
  const getToken = async () => fauna.secret;
  const client = createFaunaClient({ endpoint: fauna.url, getToken, userId: "ada" });
  await queryClient.prefetchInfiniteQuery(faunaLiveInfiniteQueryOptions({ client }, inThrees));
  const { ids, asked } = await show(inThrees, {}, undefined, queryClient);
  await write(`Todo.create({ id: "15", title: "#15", rank: 0 })`);
  await waitFor(() => expect(ids()).toEqual(["10", "15", "20", "30"]));
  expect(asked()).toBe(0);
});
