import { QueryClient } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import { type Client, fql, type Page } from "fauna";
import {
  createFaunaClient,
  FaunaProvider,
  useFaunaLiveInfiniteQuery,
  useFaunaMutation,
} from "fauna-clerk";
import { type LocalFauna, startLocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, expect, test } from "vitest";

import { hurry } from "../support/hurry";

type Todo = { id: string; title: string; rank: number };
const byRank = fql<Page<Todo>>`Todo.byRank().pageSize(3)`;
const order = [["rank", "desc"], "title"] as const;

let fauna: LocalFauna;
let admin: Client;
beforeAll(async () => {
  fauna = await startLocalFauna({ record: true });
  admin = createFaunaClient({ endpoint: fauna.url, getToken: async () => fauna.secret });
  const index = `byRank: { values: [{ field: ".rank", order: "desc" }, { field: ".title" }] }`;
  await admin.query(fql([`Collection.create({ name: "Todo", indexes: { ${index} } })`]));
  await admin.query(
    fql`Set.sequence(1, 9).forEach(n => Todo.create({ id: ID(n * 10), title: "#" + (n * 10).toString(), rank: n }))`,
  );
});
afterAll(() => fauna.close());

const isOfPage = (body: unknown): boolean =>
  /byRank|Set\.paginate/.test(JSON.stringify(body) ?? "");

/** Shows two pages, and writes as the example does. */
async function setUp() {
  hurry();
  const queryClient = new QueryClient();
  const getToken = async () => fauna.secret;
  const { result } = renderHook(
    () => ({
      list: useFaunaLiveInfiniteQuery(byRank, { order }),
      edit: useFaunaMutation(
        ({ id, title }: Todo) => fql`Todo.byId(${id})!.update({ title: ${title} })`,
        {
          scope: { id: "todos" },
          optimistic: (cache, todo) =>
            cache.updatePages(byRank, ({ data, ...page }) => ({
              ...page,
              data: data.map((old) => (old.id === todo.id ? todo : old)),
            })),
        },
      ),
      plain: useFaunaMutation((id: string) => fql`Todo.byId(${id})!.update({ title: "plain" })`),
    }),
    {
      wrapper: ({ children }) => (
        <FaunaProvider endpoint={fauna.url} {...{ getToken, queryClient }} userId="ada">
          {children}
        </FaunaProvider>
      ),
    },
  );
  await waitFor(() => expect(result.current.list.live).toBe("live"));
  await act(async () => void (await result.current.list.fetchNextPage()));
  const titleOf = (wanted: string): string | undefined =>
    result.current.list.items.find(({ id }) => id === wanted)?.title;
  /** How many pages were asked for after something was done, until nothing more came of it. */
  const pagesAfter = async (action: () => Promise<unknown>): Promise<number> => {
    const first = fauna.requests.length;
    await act(async () => void (await action()));
    await act(() => new Promise((resolve) => setTimeout(resolve, 3000)));
    return fauna.requests.slice(first).filter(({ body }) => isOfPage(body)).length;
  };
  const edit = (id: string, title: string): Promise<unknown> =>
    result.current.edit.mutateAsync({ id, title, rank: Number(id) / 10 });
  return { edit, plain: (id: string) => result.current.plain.mutateAsync(id), titleOf, pagesAfter };
}

test("of a write of somebody else's a live list asks for no page", async () => {
  const { titleOf, pagesAfter } = await setUp();
  const write = () => admin.query(fql`Todo.byId("70")!.update({ title: "theirs" })`);
  expect(await pagesAfter(write)).toBe(0);
  expect(titleOf("70")).toBe("theirs");
});

test("of an own write a live list asks for each of its pages once, as every query does", async () => {
  const { edit, plain, titleOf, pagesAfter } = await setUp();
  expect(await pagesAfter(() => edit("60", "mine"))).toBe(2);
  expect(await pagesAfter(() => plain("50"))).toBe(2);
  expect([titleOf("60"), titleOf("50")]).toEqual(["mine", "plain"]);
});

test("of several own writes one after the other a live list asks for its pages after the last one", async () => {
  const { edit, titleOf, pagesAfter } = await setUp();
  const ids = ["80", "70", "60", "50"];
  expect(await pagesAfter(() => Promise.all(ids.map((id) => edit(id, "mine"))))).toBe(2);
  expect(ids.map(titleOf)).toEqual(ids.map(() => "mine"));
});
