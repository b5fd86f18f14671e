import { screen, waitFor } from "@testing-library/react";
import { fql, type Page } from "fauna";
import { type FaunaPages, useFaunaInfiniteQuery } from "fauna-clerk";
import { useEffect, useState } from "react";
import { expect, test, vi } from "vitest";

import { success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { cursorIn, doc, invalidCursor, servePages } from "../support/fake-pages";
import { untilIdle } from "../support/idle";
import { type AnyList, List, nothingSeen, shown } from "../support/list";
import { renderFauna } from "../support/render-fauna";

type Select = (data: FaunaPages<any>) => any; // any: whatever the fake server sent
const query = fql<Page<any>>`Todo.all()`; // any: see above

async function setUp(select: Select, pages = [[doc(1)], [doc(2)], [doc(3)]]) {
  const [fauna, clerk, seen] = [await startFakeFauna(), createFakeClerk(ada), nothingSeen()];
  fauna.respond = servePages(pages);
  const children = () => <List query={query} seen={seen} options={{ select }} />;
  const app = renderFauna(children(), { clerk, fauna });
  return { fauna, seen, app, renderAgain: () => app.update(children()) };
}

const withDates = vi.fn<Select>(({ pages, ...rest }) => ({
  ...rest,
  pages: pages.map(({ data }) => ({ data: data.map(({ id }) => ({ id, due: new Date(0) })) })),
}));

test("a stable select that makes new objects runs once for the same data, and gives the same again", async () => {
  withDates.mockClear();
  const { seen, renderAgain } = await setUp(withDates);
  await shown("1");
  const { data, items } = seen.list;
  for (let times = 0; times < 3; times++) renderAgain();
  expect(withDates).toHaveBeenCalledOnce();
  expect(seen.list.data).toBe(data);
  expect(seen.list.items).toBe(items);
});

test("an effect that renders for new items comes to an end", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  fauna.respond = servePages([[doc(1)]]);
  let renders = 0;
  function Effect() {
    const { items } = useFaunaInfiniteQuery(query, { select: withDates });
    const [, render] = useState({});
    useEffect(() => render({}), [items]);
    renders++;
    return <p>{items.length}</p>;
  }
  renderFauna(<Effect />, { clerk, fauna });
  await screen.findByText("1");
  await untilIdle();
  expect(renders).toBeLessThan(10);
});

test("a refetch that brings only new cursors runs no select", async () => {
  withDates.mockClear();
  const { fauna, seen } = await setUp(withDates);
  await shown("1");
  fauna.respond = (request) => success(request, { "@set": { data: [doc(1)], after: "new" } });
  await seen.list.refetch();
  expect(withDates).toHaveBeenCalledOnce();
});

test("another select runs at once", async () => {
  const { app, seen } = await setUp((data) => data);
  await shown("1");
  const none: Select = ({ pages: _, ...rest }) => ({ ...rest, pages: [{ data: ["none"] }] });
  app.update(<List query={query} seen={seen} options={{ select: none }} />);
  await shown("none");
});

const reversed: Select = ({ pages, pageParams }) => ({
  pages: [...pages].reverse(),
  pageParams: [...pageParams].reverse(),
  total: pages.length,
});

test("after an expired cursor, what select returns stays as it is: its order, and fields beside pages", async () => {
  const { fauna, seen } = await setUp(reversed);
  await shown("1");
  let isExpired = true;
  const { respond } = fauna;
  fauna.respond = (request, index) =>
    isExpired && cursorIn(request) ? invalidCursor(request) : respond(request, index);
  await seen.list.fetchNextPage();
  isExpired = false;
  await seen.list.fetchNextPage();
  await seen.list.fetchNextPage();
  await shown("3 2 1");
  expect(seen.list.data).toMatchObject({ total: 3 });
  await seen.list.refetch();
  expect(seen.list.items).toHaveLength(3);
});

test.each<[string, Select]>([
  ["a number", ({ pages }) => pages.length],
  ["no pages", () => ({ count: 1 })],
  ["pages without rows", () => ({ pages: [1, null], pageParams: [] })],
])("a select that returns %s gives data, and no items", async (_name, select) => {
  const { seen } = await setUp(select);
  await waitFor(() => expect(seen.list.isSuccess).toBe(true));
  expect(seen.list.items).toEqual([]);
  expect({ ...seen.list }.data).toEqual(select({ pages: [{ data: [] }], pageParams: [null] }));
});

test.each<[string, (list: AnyList) => unknown, boolean]>([
  ["nothing", () => undefined, true],
  ["items", ({ items }) => items.length, false],
  ["fetchNextPage and items", ({ fetchNextPage, items }) => [fetchNextPage, items], false],
  ["isFetching", ({ isFetching }) => isFetching, true],
])(
  "a component that reads %s of a list is rendered for what TanStack would",
  async (_, read, is) => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    fauna.respond = servePages([[doc(1)]]);
    let renders = 0;
    function Reader() {
      renders++;
      read(useFaunaInfiniteQuery(query));
      return null;
    }
    const { cache } = renderFauna(<Reader />, { clerk, fauna });
    await waitFor(() => expect(cache.getQueriesData({})[0]?.[1]).toBeDefined());
    await untilIdle();
    const before = renders;
    await cache.refetchQueries();
    // TanStack tells by timers of no time, one after another.
    await new Promise((turn) => setTimeout(turn, 0));
    await untilIdle();
    expect(renders > before).toBe(is);
  },
);
