import { onlineManager, QueryClient } from "@tanstack/react-query";
import { act, screen, waitFor } from "@testing-library/react";
import { fql, type Query } from "fauna";
import {
  useFaunaLiveInfiniteQuery,
  useFaunaLiveQuery,
  type UseFaunaLiveQueryOptions,
} from "fauna-clerk";
import { expect, onTestFinished, test, vi } from "vitest";

import { onDemand } from "../../src/live/load-on-demand";
// Loaded on demand, which takes time in which nothing seems to happen.
import "../../src/live/live-pages";
import "../../src/live/on-demand";
import { failure, success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { type FakeFauna, startFakeFauna } from "../support/fake-fauna";
import {
  event,
  type FakeLive,
  Live,
  type Result,
  send,
  serveLive,
  SNAPSHOT,
  todo,
} from "../support/fake-live";
import { untilIdle } from "../support/idle";
import { renderFauna, type RenderFaunaOptions } from "../support/render-fauna";

type Any = any; // Of what the queries of these tests return.

async function setUp(children = <Live />, options: Partial<RenderFaunaOptions> = {}) {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const server = serveLive(fauna);
  vi.spyOn(Math, "random").mockReturnValue(0);
  return { fauna, server, app: renderFauna(children, { clerk, fauna, ...options }) };
}

const shows = (text: string): Promise<HTMLElement> => screen.findByText(text);
const asked = (server: FakeLive): string[] => server.sent("/query/1").map(({ body }) => body);
const note = fql`Note.all()`;
const isOfNotes = (body: string): boolean => body.includes("Note.all()");

/** Gives each set a source of its own, whose name is in the requests of its streams. */
function nameSources(server: FakeLive): void {
  server.answer = (request) => {
    if (request.path !== "/query/1") return undefined;
    const source = { "@stream": isOfNotes(request.body) ? "notes" : "todos" };
    return success(request, { data: { "@set": { data: server.rows } }, source }, SNAPSHOT);
  };
}
const sources = (server: FakeLive): string[] =>
  server.sent("/stream/1").map(({ body }) => (JSON.parse(body) as { token: string }).token);

test.each(["clear", "removeQueries"] as const)(
  "after each queryClient.%s() the query is fetched and followed again",
  async (how) => {
    const { server, app } = await setUp();
    await shows("live: one, three");
    for (const times of [1, 2]) {
      app.cache[how]();
      await waitFor(() => expect(server.streams).toHaveLength(1 + times));
      await shows("live: one, three");
      send(server.streams[times], event("add", todo(2, "two", 5), 5));
      await shows("live: one, two, three");
      expect(asked(server)).toHaveLength(1 + times);
      await waitFor(() => expect(server.sent("/stream/1")[times - 1]?.aborted).toBe(true));
    }
  },
);

test("a query that left the cache before the code came that follows it is followed again", async () => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const { load } = onDemand;
  const spy = vi.spyOn(onDemand, "load").mockImplementation(() => held.then(load));
  onTestFinished(() => spy.mockRestore());
  const { server, app } = await setUp();
  await shows("connecting: one, three");
  app.cache.clear();
  release();
  await shows("live: one, three");
  expect([asked(server).length, server.streams.length]).toEqual([2, 1]);
  send(server.streams[0], event("add", todo(2, "two", 5), 5));
  await shows("live: one, two, three");
});

test("after queryClient.resetQueries() it is followed from the next answer on", async () => {
  const { server, app } = await setUp();
  await shows("live: one, three");
  await app.cache.resetQueries();
  send(server.streams[0], event("add", todo(2, "two", 5), 5));
  await shows("live: one, two, three");
});

test("with subscribed: false nothing is streamed and nothing rendered, and subscribed again it catches up", async () => {
  const seen: Result[] = [];
  const { server, app } = await setUp(<Live seen={seen} />);
  await shows("live: one, three");
  app.update(<Live seen={seen} options={{ subscribed: false }} />);
  await shows("off: one, three");
  await waitFor(() => expect(server.sent("/stream/1")[0]?.aborted).toBe(true));
  const renders = seen.length;
  send(server.streams[0], event("add", todo(2, "two", 5), 5));
  await untilIdle();
  expect(seen).toHaveLength(renders);
  expect(seen.at(-1)?.liveInfo).toMatchObject({ reason: "idle", error: null });
  server.missed.set("c0", [event("add", todo(2, "two", 5), 5)]);
  app.update(<Live seen={seen} />);
  await shows("live: one, two, three");
});

test("it is followed again after its data was collected as garbage under subscribed: false", async () => {
  const options = { gcTime: 1 };
  const { server, app } = await setUp(<Live options={options} />);
  await shows("live: one, three");
  app.update(<Live options={{ ...options, subscribed: false }} />);
  await waitFor(() => expect(app.cache.getQueryCache().getAll()).toEqual([]));
  app.update(<Live options={options} />);
  await waitFor(() => expect(server.streams).toHaveLength(2));
  send(server.streams[1], event("add", todo(2, "two", 5), 5));
  await shows("live: one, two, three");
});

test("`on` that changes is followed, and the previous one no longer", async () => {
  const { server, app } = await setUp(<Live options={{ on: fql`Todo.all()` }} />);
  nameSources(server);
  await shows("live: one, three");
  app.update(<Live options={{ on: note }} />);
  await waitFor(() => expect(sources(server)).toEqual(["todos", "notes"]));
  await waitFor(() => expect(server.sent("/stream/1")[0]?.aborted).toBe(true));
  await shows("live: one, three");
  server.rows = [todo(1, "one")];
  send(server.streams[1], event("add", todo(9, "note", 5), 5));
  await shows("live: one");
});

test("each component's `on` counts, and the same one is followed once", async () => {
  const { server, app } = await setUp(<></>);
  nameSources(server);
  const ons: Query[] = [fql`Todo.all()`, note, fql`Note.all()`];
  app.update(<>{ons.map((on, index) => [<Live key={index} options={{ on }} />])}</>);
  await waitFor(() => expect(screen.getAllByText("live: one, three")).toHaveLength(3));
  expect(sources(server).sort()).toEqual(["notes", "todos"]);
  server.rows = [todo(1, "one")];
  send(server.streams[sources(server).indexOf("notes")], event("add", todo(9, "note", 5), 5));
  await waitFor(() => expect(screen.getAllByText("live: one")).toHaveLength(3));
});

const several = (source: unknown): object => ({ data: { "@set": { data: [] } }, source });

test("several sets of `on` are followed from one snapshot, and live only together", async () => {
  const { server, app } = await setUp(<></>);
  server.answer = (request) => {
    if (request.path === "/query/1")
      return success(request, several([{ "@stream": "todos" }, { "@stream": "notes" }]), SNAPSHOT);
    const isLost = request.path === "/stream/1" && request.body.includes("notes");
    return isLost ? { status: 503, body: {} } : undefined;
  };
  const seen: Result[] = [];
  app.update(<Live options={{ on: [fql`Todo.all()`, note] }} seen={seen} />);
  await waitFor(() => expect(new Set(sources(server))).toEqual(new Set(["todos", "notes"])));
  await waitFor(() => expect(sources(server).length).toBeGreaterThan(2));
  expect(seen.map(({ live }) => live)).not.toContain("live");
  const { answer } = server;
  server.answer = (request) => (request.path === "/query/1" ? answer(request) : undefined);
  await shows("live:");
  expect(asked(server)).toHaveLength(1);
});

test("one of several sets that Fauna cannot stream is the query's error", async () => {
  const { server, app } = await setUp(<></>);
  server.answer = (request) => success(request, several([{ "@stream": "todos" }, null]), SNAPSHOT);
  app.update(<Live options={{ on: [fql`Todo.all()`, fql`1`] }} />);
  await screen.findByText(/^off: Fauna cannot stream that/);
});

test("the order of the latest render counts, and so does that of another component", async () => {
  const byIndex = fql`Todo.byList("a")` as Query<never>;
  const by = (sign: number) => (a: { title: string }, b: { title: string }) =>
    sign * a.title.localeCompare(b.title);
  const { server, app } = await setUp(<Live query={byIndex} options={{ order: by(-1) }} />);
  server.rows = [todo(1, "one"), todo(3, "three")];
  await shows("live: one, three");
  app.update(<Live query={byIndex} options={{ order: by(1) }} />);
  send(server.streams[0], event("add", todo(2, "two", 5), 5));
  await shows("live: one, three, two");
  expect(asked(server)).toHaveLength(1);
  app.update(
    <>
      <Live query={byIndex} options={{ order: by(1) }} />
      <Live query={byIndex} options={{ order: by(-1) }} />
    </>,
  );
  server.rows = [todo(1, "one")];
  send(server.streams[0], event("add", todo(4, "two", 6), 6));
  // They do not agree where the row belongs.
  await waitFor(() => expect(screen.getAllByText("live: one")).toHaveLength(2));
});

/** Adds a third row to the query's data, and waits for what that renders. */
async function addThird(server: Awaited<ReturnType<typeof setUp>>["server"], cache: QueryClient) {
  send(server.streams[0], event("add", todo(2, "two", 1), 1));
  const rows = (): unknown[] =>
    (cache.getQueryCache().getAll()[0]?.state.data as { data: unknown[] }).data;
  await waitFor(() => expect(rows()).toHaveLength(3));
  await untilIdle();
}

test("notifyOnChangeProps says what of the data renders the component, as in TanStack Query", async () => {
  const seen: Result[] = [];
  const options = { notifyOnChangeProps: ["error"] as ["error"] };
  const { server, app } = await setUp(<Live seen={seen} options={options} />);
  await waitFor(() => expect(seen.at(-1)?.live).toBe("live"));
  const before = seen.length;
  await addThird(server, app.cache);
  expect(seen).toHaveLength(before);
});

test("with `select` an event that changes nothing of what it selects renders nothing", async () => {
  const seen: Result[] = [];
  const select: UseFaunaLiveQueryOptions<Any>["select"] = ({ data }) => ({
    data: data.slice(0, 1),
  });
  const { server, app } = await setUp(<Live seen={seen} options={{ select }} />);
  await shows("live: one");
  await untilIdle();
  const before = seen.length;
  await addThird(server, app.cache);
  expect(seen).toHaveLength(before);
});

test("a refetch for events has the options of the latest render", async () => {
  const of = (tag: string) => ({ on: note, meta: { tag } });
  const { server, app } = await setUp(<Live options={of("first")} />);
  await shows("live: one, three");
  const [query] = app.cache.getQueryCache().getAll();
  expect(query?.meta).toMatchObject({ tag: "first" });
  app.update(<Live options={of("second")} />);
  send(server.streams[0], event("add", todo(2, "two", 1), 1));
  await waitFor(() => expect(query?.meta).toMatchObject({ tag: "second" }));
});

test("`enabled` as a function: one request, and never off", async () => {
  const seen: Result[] = [];
  const { server } = await setUp(<Live options={{ enabled: () => true }} seen={seen} />);
  await shows("live: one, three");
  expect(asked(server)).toHaveLength(1);
  expect([...new Set(seen.map(({ live }) => live))]).toEqual(["connecting", "live"]);
});

test.each([
  { reason: "auth", who: undefined, enabled: true },
  { reason: "signed_out", who: null, enabled: true },
  { reason: "idle", who: ada, enabled: false },
])(
  "with `enabled` as a function it is not followed because of $reason",
  async ({ reason, who, enabled }) => {
    const [fauna, seen]: [FakeFauna, Result[]] = [await startFakeFauna(), []];
    const live = <Live options={{ enabled: () => enabled }} seen={seen} />;
    renderFauna(live, { clerk: createFakeClerk(who), fauna });
    expect(seen.at(-1)?.liveInfo.reason).toBe(reason);
    await untilIdle();
    expect(fauna.requests).toEqual([]);
  },
);

test.each([
  ["defaultOptions", new QueryClient({ defaultOptions: { queries: { enabled: false } } })],
  ["a function", new QueryClient({ defaultOptions: { queries: { enabled: () => false } } })],
])("`enabled: false` of %s sends nothing", async (_what, queryClient) => {
  const { fauna } = await setUp(<Live />, { queryClient });
  await shows("off: nothing");
  await untilIdle();
  expect(fauna.requests).toEqual([]);
});

test("no event is lost by refetches that are cancelled", async () => {
  const { fauna, server, app } = await setUp(<Live options={{ on: fql`Todo.all()` }} />);
  await shows("live: one, three");
  const hold = fauna.hold(({ path }) => path === "/query/1");
  server.rows = [todo(1, "one"), todo(2, "two", 5), todo(3, "three")];
  send(server.streams[0], event("add", todo(2, "two", 5), 5));
  await hold.reached();
  await app.cache.cancelQueries();
  await untilIdle();
  await app.cache.cancelQueries();
  hold.release();
  await shows("live: one, two, three");
});

test("an order that throws is told, and the data is right all the same", async () => {
  const seen: Result[] = [];
  const order = (): number => {
    throw new Error("no order");
  };
  const { server } = await setUp(<Live seen={seen} options={{ order }} />);
  await shows("live: one, three");
  server.rows = [todo(1, "one"), todo(2, "two", 5), todo(3, "three")];
  server.answer = (request) =>
    request.path === "/query/1"
      ? success(
          request,
          { data: { "@set": { data: server.rows } }, source: { "@stream": "next" } },
          SNAPSHOT + 5,
        )
      : undefined;
  server.missed.set("c0", [event("add", todo(2, "two", 5), 5)]);
  send(server.streams[0], event("add", todo(2, "two", 5), 5));
  await waitFor(() =>
    expect(seen.map(({ liveInfo }) => liveInfo.error?.message)).toContain("no order"),
  );
  await shows("live: one, two, three");
});

test.each([useFaunaLiveQuery, useFaunaLiveInfiniteQuery as typeof useFaunaLiveQuery])(
  "a query that has failed asks no oftener than its bounds when the network returns again and again: %o",
  async (useHook) => {
    onTestFinished(() => onlineManager.setOnline(true));
    const fauna = await startFakeFauna();
    fauna.respond = (request) => failure(request, 400, "abort");
    function Failed() {
      return <p>{String(useHook(fql`Todo.all()`).error)}</p>;
    }
    renderFauna(<Failed />, { clerk: createFakeClerk(ada), fauna });
    await screen.findByText(/abort/);
    for (let times = 0; times < 60; times++) {
      await act(async () => [false, true].forEach((isOnline) => onlineManager.setOnline(isOnline)));
      await untilIdle();
    }
    expect(fauna.requests.length).toBeGreaterThan(2);
    expect(fauna.requests.length).toBeLessThanOrEqual(30);
  },
);
