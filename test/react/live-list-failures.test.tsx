import { act, screen, waitFor } from "@testing-library/react";
import { fql, type Page } from "fauna";
import { FaunaHydration, type FaunaHydrationState, useFaunaLiveInfiniteQuery } from "fauna-clerk";
import { createFaunaRequest } from "fauna-clerk/server";
import { expect, test } from "vitest";

import { failure, success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { event, send, serveLive, SNAPSHOT, todo } from "../support/fake-live";
import { cursorIn } from "../support/fake-pages";
import { untilIdle } from "../support/idle";
import { renderFauna } from "../support/render-fauna";
import { serverAuth } from "../support/server-auth";

type Todo = { title: string };
const list = fql<Page<Todo>>`Todo.all().pageSize(2)`;

/** A live list of two pages of three, and a refetch of it whose second page fails. */
async function startWithFailure() {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const server = serveLive(fauna);
  const pages = [
    [todo(10, "10"), todo(20, "20")],
    [todo(30, "30"), todo(40, "40")],
    [todo(50, "50"), todo(60, "60")],
  ];
  let [at, isFailing] = [0, false];
  server.answer = (request) => {
    if (request.path !== "/query/1") return undefined;
    const index = Number(cursorIn(request) ?? 0);
    if (index && isFailing) return failure(request, 400, "abort");
    const page = { data: pages[index], ...(index < 2 && { after: String(index + 1) }) };
    const data = index ? page : { "@set": page };
    const isSnapshot = request.body.includes("eventSource");
    const answer = isSnapshot ? { data, source: { "@stream": "source" } } : data;
    return success(request, answer, SNAPSHOT + at);
  };
  const read = async (time: number): Promise<FaunaHydrationState> => {
    at = time;
    const request = createFaunaRequest({ endpoint: fauna.url, auth: serverAuth("ada", null) });
    await request.prefetchInfinite(list);
    return request.dehydrate().state;
  };
  let shown!: ReturnType<typeof useFaunaLiveInfiniteQuery<Todo>>;
  function List() {
    shown = useFaunaLiveInfiniteQuery(list);
    return <p>{`${shown.live} ${shown.items.map(({ title }) => title).join(" ")}`}</p>;
  }
  const page = (state: FaunaHydrationState) => (
    <FaunaHydration state={state}>
      <List />
    </FaunaHydration>
  );
  const { update, cache } = renderFauna(page(await read(0)), { clerk, fauna });
  await screen.findByText("live 10 20");
  const more = () => act(async () => void (await shown.fetchNextPage()));
  await more();
  return {
    server,
    pages,
    more,
    /** The refetch is as of that time. */
    async failAt(time: number) {
      [at, isFailing] = [time, true];
      await act(() => cache.invalidateQueries());
      await waitFor(() => expect(cache.getQueryCache().getAll()[0]?.state.status).toBe("error"));
      isFailing = false;
    },
    /** The page's server has read the list once more. */
    renderAt: async (time: number) => update(page(await read(time))),
  };
}

const shows = (text: string): Promise<HTMLElement> => screen.findByText(text);

test("further pages have what has happened since the first one, although a refetch since has failed", async () => {
  const { server, more, failAt } = await startWithFailure();
  await shows("live 10 20 30 40");
  send(
    server.streams[0],
    event("add", todo(45, "45", 10), 10),
    event("update", todo(10, "ten", 11), 11),
  );
  await shows("live ten 20 30 40");
  await failAt(50);
  await more();
  await shows("live ten 20 30 40 45 50 60");
});

test("events show that are older than a refetch that has failed", async () => {
  const { server, more, failAt } = await startWithFailure();
  await failAt(50);
  await more();
  send(server.streams[0], event("add", todo(15, "15", 20), 20));
  await shows("live 10 15 20 30 40 50 60");
});

test("a server's answer replaces what is older, although a refetch that has failed was newer", async () => {
  const { pages, failAt, renderAt } = await startWithFailure();
  await failAt(50);
  pages[0] = [todo(10, "ten", 30), todo(20, "20")];
  await renderAt(30);
  await untilIdle();
  await shows("live ten 20");
});
