import { QueryClient } from "@tanstack/react-query";
import { render, waitFor } from "@testing-library/react";
import { type Client, fql, type Page } from "fauna";
import { createFaunaClient, FaunaProvider, type FaunaPages } from "fauna-clerk";
import { type LocalFauna, startLocalFauna } from "@fauna-clerk/local";
import faunadb from "faunadb";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { drivers } from "../support/drivers";
import { List, nothingSeen, type Seen, shown } from "../support/list";

const COUNT = 1000;
const PAGE = 100;
const todos = fql<Page<any>>`Todo.all().pageSize(${PAGE})`; // any: of what the test seeds

let fauna: LocalFauna;
let admin: Client;

beforeAll(async () => {
  fauna = await startLocalFauna();
  admin = createFaunaClient({ endpoint: fauna.url, getToken: async () => fauna.secret });
  await admin.query(fql`Collection.create({ name: "Todo" })`);
});
beforeEach(async () => {
  await admin.query(fql`Todo.all().forEach(.delete())`);
  await admin.query(
    fql`Array.sequence(0, ${COUNT}).forEach(n => Todo.create({ id: ID(n + 1), n: n }))`,
  );
});
afterAll(() => fauna.close());

function show(query = todos, queryClient?: QueryClient): Seen {
  const seen = nothingSeen();
  render(
    <FaunaProvider
      endpoint={fauna.url}
      getToken={async () => fauna.secret}
      userId="ada"
      drivers={drivers}
      queryClient={queryClient}
    >
      <List query={query} seen={seen} />
    </FaunaProvider>,
  );
  return seen;
}

const firstPage = (seen: Seen): Promise<void> =>
  waitFor(() => expect(seen.list.items).toHaveLength(PAGE));

/** Fetches the next page, and waits until it has been rendered. */
async function fetchNext(seen: Seen): Promise<void> {
  const { list } = seen;
  const pages = list.data?.pages.length ?? 0;
  await list.fetchNextPage();
  await waitFor(() => expect(seen.list.data?.pages).toHaveLength(pages + 1));
}

const numbers = (seen: Seen): number[] => seen.list.items.map(({ n }) => n);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

test("1,000 documents are paged in order, each once", async () => {
  const seen = show();
  await firstPage(seen);
  for (let page = 2; page <= COUNT / PAGE; page++) await fetchNext(seen);
  expect(numbers(seen)).toEqual(upTo(COUNT));
  expect(seen.list.hasNextPage).toBe(false);
});

test("a document that is deleted between two pages is left out", async () => {
  const seen = show();
  await firstPage(seen);
  await admin.query(fql`Todo.byId("151")!.delete()`);
  await fetchNext(seen);
  expect(seen.list.data?.pages[1]?.data).toHaveLength(PAGE);
  expect(numbers(seen)).toEqual(upTo(2 * PAGE).filter((n) => n !== 150));
});

test("until a refetch the list is as of its first page, but its documents are current", async () => {
  const seen = show(fql<Page<any>>`Todo.where(.n < 150).pageSize(${PAGE})`);
  await firstPage(seen);
  await admin.query(fql`Todo.create({ n: 120, late: true })`);
  await admin.query(fql`Todo.byId("141")!.update({ n: 999 })`);
  await fetchNext(seen);
  expect(numbers(seen)).toEqual(upTo(150).map((n) => (n === 140 ? 999 : n)));
  await seen.list.refetch();
  await waitFor(() => expect(seen.list.items.filter(({ late }) => late)).toHaveLength(1));
  expect(numbers(seen)).not.toContain(999);
});

test("a list whose cursor the server no longer accepts starts again at its first page", async () => {
  const cache = new QueryClient();
  const seen = show(todos, cache);
  await firstPage(seen);
  await fetchNext(seen);
  await admin.query(fql`Todo.byId("1")!.delete()`);
  const [query] = cache.getQueryCache().getAll();
  const data = query?.state.data as FaunaPages<unknown>;
  const [first, second] = data.pages;
  query?.setData({ ...data, pages: [first, { ...second, after: "expired" }] });
  await seen.list.fetchNextPage();
  await waitFor(() => expect(numbers(seen)).toEqual(upTo(PAGE + 1).slice(1)));
  expect(seen.list.error).toBeNull();
});

test("a Set inside an object's field does not count as a Set", async () => {
  show(fql<Page<any>>`{ todos: Todo.all() }`);
  await shown("not_a_set");
});

test("an FQL v4 Paginate is followed too", async () => {
  const { query: q } = faunadb;
  const documents = q.Paginate(q.Documents(q.Collection("Todo")), { size: PAGE });
  const seen = show(documents as never);
  await firstPage(seen);
  await fetchNext(seen);
  const ids = seen.list.items.map(({ id }) => Number(id));
  expect(ids).toEqual(upTo(2 * PAGE).map((n) => n + 1));
});
