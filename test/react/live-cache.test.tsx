import { hashKey, QueryClient } from "@tanstack/react-query";
import { screen, waitFor } from "@testing-library/react";
import { fql } from "fauna";
import {
  type FaunaCache,
  faunaLiveQueryOptions,
  useFaunaClient,
  useFaunaMutation,
  useFaunaQuery,
} from "fauna-clerk";
import { describe, expect, test } from "vitest";

import { success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { type ReceivedRequest, startFakeFauna } from "../support/fake-fauna";
import {
  event,
  Live,
  type Result,
  send,
  serveLive,
  SNAPSHOT,
  todo,
  todos,
} from "../support/fake-live";
import { GiveCache } from "../support/give-cache";
import { untilIdle } from "../support/idle";
import { modes } from "../support/modes";
import { renderFauna, type RenderFaunaOptions } from "../support/render-fauna";

async function setUp(children: React.ReactNode, options: Partial<RenderFaunaOptions> = {}) {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const server = serveLive(fauna);
  return { fauna, server, app: renderFauna(children, { clerk, fauna, ...options }) };
}

function Plain() {
  const { data } = useFaunaQuery(todos);
  return <p>{`plain: ${data?.data.map(({ title }) => title).join(", ") ?? "nothing"}`}</p>;
}

/** A live list, and the cache that it is in. */
function liveWithCache() {
  const caches: FaunaCache[] = [];
  const give = <GiveCache key="cache" to={(cache) => void caches.push(cache)} />;
  return { children: [<Live key="live" />, give], cache: () => caches.at(-1)! };
}

/** A live list of which a refetch is held back. */
async function refetchHeld() {
  const { children, cache } = liveWithCache();
  const { server, fauna } = await setUp(children);
  await shows("live: one, three");
  const hold = fauna.hold(({ path }) => path === "/query/1");
  const refetched = cache().invalidateFauna(todos);
  await hold.reached();
  return { server, cache, hold, refetched };
}

/** A snapshot of these rows at that time. */
function answerAt(request: ReceivedRequest, rows: readonly object[], at: number) {
  if (request.path !== "/query/1") return undefined;
  const data = { "@set": { data: rows } };
  const isLive = request.body.includes("eventSource");
  return success(request, isLive ? { data, source: { "@stream": "other" } } : data, at);
}

const shows = (text: string): Promise<HTMLElement> => screen.findByText(text);

describe.each(modes)("$mode", ({ wrap }) => {
  test("a component that only reads the query sees the live data, and sends nothing", async () => {
    const { server, app, fauna } = await setUp(<Live />, { wrap } as object);
    await shows("live: one, three");
    send(server.streams[0], event("add", todo(2, "two", 1), 1));
    await shows("live: one, two, three");
    app.update([<Live key="live" />, <Plain key="plain" />]);
    await shows("plain: one, two, three");
    send(server.streams[0], event("remove", todo(1, "one"), 2));
    await shows("plain: two, three");
    window.dispatchEvent(new Event("visibilitychange"));
    expect(fauna.requests.map(({ path }) => path)).toEqual(["/query/1", "/stream/1"]);
  });

  test("an optimistic write and its own event show no row twice, and no row flickers", async () => {
    const shown: string[] = [];
    let add!: (title: string) => Promise<unknown>;
    function Writer() {
      const { mutateAsync } = useFaunaMutation(
        (title: string) => fql`Todo.create({ title: ${title} })`,
        {
          optimistic: (cache, title) =>
            cache.update(todos, (page) => ({
              ...page,
              data: [...page.data, { id: "new", title }],
            })),
        },
      );
      add = mutateAsync;
      return null;
    }
    const seen: Result[] = [];
    const { server, fauna } = await setUp(
      [<Live key="live" seen={seen} />, <Writer key="writer" />],
      {
        wrap,
      } as object,
    );
    await shows("live: one, three");
    const hold = fauna.hold(({ body }) => body.includes("Todo.create"));
    const answer = add("four");
    await shows("live: one, three, four");
    // The event comes before the write is answered.
    send(server.streams[0], event("add", todo(4, "four", 5), 5));
    send(server.streams[0], event("update", todo(1, "ONE", 6), 6));
    await hold.reached();
    const rows = [todo(1, "one"), todo(3, "three"), todo(4, "four", 5)];
    server.answer = (request) => answerAt(request, rows, SNAPSHOT + 5);
    hold.release();
    await answer;
    await shows("live: ONE, three, four");
    for (const { data } of seen)
      shown.push(data?.data.map(({ title }: { title: string }) => title).join(", ") ?? "");
    expect([...new Set(shown)]).toEqual(["", "one, three", "one, three, four", "ONE, three, four"]);
    expect(server.sent("/stream/1")).toHaveLength(1);
  });
});

test("an event that comes while the query is fetched is not lost, and none is applied twice", async () => {
  const { server, hold, refetched } = await refetchHeld();
  // The answer was made before.
  send(server.streams[0], event("add", todo(2, "two", 5), 5));
  send(server.streams[0], event("remove", todo(1, "one"), 6));
  hold.release();
  await refetched;
  send(server.streams[0], event("update", todo(3, "THREE", 7), 7));
  await shows("live: two, THREE");
});

test("an event that waits for a fetch when its stream is cut is delivered again", async () => {
  const { server, hold, refetched } = await refetchHeld();
  const added = event("add", todo(2, "two", 5), 5);
  server.missed.set("c0", [added]);
  send(server.streams[0], added);
  await untilIdle();
  for (const what of ["offline", "online"]) window.dispatchEvent(new Event(what));
  await waitFor(() => expect(server.sent("/feed/1").length).toBeGreaterThan(0));
  expect(JSON.parse(server.sent("/feed/1")[0]?.body ?? "")).toMatchObject({ cursor: "c0" });
  hold.release();
  await refetched;
  await shows("live: one, two, three");
});

test("a refetch asks for data that includes the events that are shown", async () => {
  const { children, cache } = liveWithCache();
  const { server } = await setUp(children);
  await shows("live: one, three");
  send(server.streams[0], event("add", todo(2, "two", 10), 10));
  await shows("live: one, two, three");
  // A replica that lags answers as of the time that it is asked for, or of before the event.
  server.answer = (request) => {
    const asked = Number(request.headers["x-last-txn-ts"]);
    const rows = [todo(1, "one"), ...(asked < SNAPSHOT + 10 ? [] : [todo(2, "two", 10)])];
    return answerAt(request, rows, Math.max(asked, SNAPSHOT + 5));
  };
  await cache().invalidateFauna(todos);
  await shows("live: one, two");
});

test("events that a refetch lacks, although it was asked for them, come again", async () => {
  const { children, cache } = liveWithCache();
  const { server, app } = await setUp(children);
  await shows("live: one, three");
  const added = event("add", todo(2, "two", 10), 10);
  send(server.streams[0], added);
  await shows("live: one, two, three");
  server.answer = (request) => answerAt(request, server.rows, SNAPSHOT + 5);
  await cache().invalidateFauna(todos);
  await waitFor(() => expect(server.streams).toHaveLength(2));
  expect(JSON.parse(server.sent("/stream/1")[1]?.body ?? "")).toEqual({ token: "other" });
  expect(app.cache.getQueryCache().getAll()[0]?.state.isInvalidated).toBe(true);
  send(server.streams[1], added);
  await shows("live: one, two, three");
});

test("data prefetched with faunaLiveQueryOptions is followed from there", async () => {
  const queryClient = new QueryClient();
  let prefetch!: () => Promise<void>;
  function Prefetch() {
    const client = useFaunaClient();
    prefetch = () => queryClient.prefetchQuery(faunaLiveQueryOptions({ client }, todos));
    return null;
  }
  const { server, app } = await setUp(<Prefetch />, { queryClient });
  await prefetch();
  app.update(<Live />);
  await shows("live: one, three");
  send(server.streams[0], event("add", todo(2, "two", 1), 1));
  await shows("live: one, two, three");
  expect(server.sent("/query/1")).toHaveLength(1);
  expect(JSON.parse(server.sent("/stream/1")[0]?.body ?? "")).toEqual({ token: "source" });
});

test("cancelling a fetch keeps the events that came meanwhile", async () => {
  const { server, cache, hold, refetched } = await refetchHeld();
  send(server.streams[0], event("add", todo(2, "two", 5), 5));
  await cache().cancelFauna(todos);
  await shows("live: one, two, three");
  hold.release();
  await refetched;
});

test("cancelling the first fetch is no error, and the next fetch makes the query live", async () => {
  const { children, cache } = liveWithCache();
  const { server, app, fauna } = await setUp(null);
  const hold = fauna.hold(({ path }) => path === "/query/1");
  app.update(children);
  await hold.reached();
  await cache().cancelFauna(todos);
  await shows("off: nothing");
  hold.release();
  await cache().invalidateFauna(todos);
  await shows("live: one, three");
  expect(server.streams).toHaveLength(1);
});

test("after a component leaves during a refetch, the next one starts from a new snapshot", async () => {
  const on = <Live options={{ on: fql`Todo.all()` }} />;
  const { server, app, fauna } = await setUp(on);
  await shows("live: one, three");
  const hold = fauna.hold(({ path }) => path === "/query/1");
  const events = [event("remove", todo(1, "one"), 1), event("add", todo(2, "two", 2), 2)];
  send(server.streams[0], ...events);
  await hold.reached();
  app.update(null);
  await waitFor(() => expect(server.sent("/stream/1")[0]?.aborted).toBe(true));
  hold.release();
  app.update(on);
  await waitFor(() => expect(server.streams).toHaveLength(2));
  // From the beginning, and not from the events that were told.
  expect(JSON.parse(server.sent("/stream/1")[1]?.body ?? "")).toEqual({ token: "source" });
  server.rows = [todo(2, "two", 2), todo(3, "three")];
  send(server.streams[1], ...events);
  await shows("live: two, three");
});

test("an event that is not newer than the row changes nothing", async () => {
  const { children, cache } = liveWithCache();
  const { server } = await setUp(children);
  await shows("live: one, three");
  // Such as the answer of a write, which somebody puts into the cache.
  const rows = [todo(1, "newest", 9), todo(3, "three")];
  server.answer = (request) => answerAt(request, rows, SNAPSHOT + 1);
  await cache().invalidateFauna(todos);
  await shows("live: newest, three");
  send(
    server.streams[0],
    event("update", todo(1, "older", 5), 5),
    event("add", todo(2, "two", 6), 6),
  );
  await shows("live: newest, two, three");
});

test("an event that is older than the snapshot changes nothing, even in rows without a time", async () => {
  const { children, cache } = liveWithCache();
  const { server } = await setUp(children);
  await shows("live: one, three");
  const rows = [{ id: "1", title: "newest" }];
  server.answer = (request) => answerAt(request, rows, SNAPSHOT + 9);
  await cache().invalidateFauna(todos);
  await shows("live: newest");
  send(
    server.streams[0],
    event("update", { id: "1", title: "older" }, 9),
    event("add", { id: "2", title: "two" }, 10),
  );
  await shows("live: newest, two");
});

test("an event is on the screen before the cache's listeners hear of it", async () => {
  const queryClient = new QueryClient();
  const { server } = await setUp(<Live />, { queryClient });
  await shows("live: one, three");
  await untilIdle();
  const seen: boolean[] = [];
  queryClient.getQueryCache().subscribe(({ type }) => {
    if (type === "updated") seen.push(screen.queryByText("live: one, two, three") !== null);
  });
  send(server.streams[0], event("add", todo(2, "two", 1), 1));
  await shows("live: one, two, three");
  await untilIdle();
  expect(seen).toEqual([true]);
});

test("a burst of 10,000 events renders in batches and loses nothing", async () => {
  const seen: Result[] = [];
  const { server } = await setUp(<Live seen={seen} />);
  await shows("live: one, three");
  const before = seen.length;
  const events = Array.from({ length: 10_000 }, (_, n) =>
    event("update", todo(1, `n${n}`, n + 1), n + 1),
  );
  send(server.streams[0], ...events);
  await shows("live: n9999, three");
  expect(seen.length - before).toBeLessThan(200);
});

test("a query is live even if the app hashes keys in its own way", async () => {
  const queryKeyHashFn = (key: readonly unknown[]): string => `app:${hashKey(key)}`;
  const queryClient = new QueryClient({ defaultOptions: { queries: { queryKeyHashFn } } });
  const { server } = await setUp(<Live />, { queryClient });
  await shows("live: one, three");
  send(server.streams[0], event("remove", todo(1, "one"), 1));
  await shows("live: three");
});

describe("while a write is in flight", () => {
  type Update = (data: { id: string; title: string; n?: number }[]) => unknown[];

  /** A live list with a write on its way, whose optimistic update is on the screen. */
  async function writing(update: Update, options: Partial<RenderFaunaOptions> = {}) {
    let mutate!: () => Promise<unknown>;
    function Writer() {
      const { mutateAsync } = useFaunaMutation(() => fql`write()`, {
        optimistic: (cache) =>
          cache.update(todos, (page) => ({ ...page, data: update(page.data as never) as never })),
      });
      mutate = mutateAsync;
      return null;
    }
    const seen: Result[] = [];
    const give: FaunaCache[] = [];
    const set = await setUp(
      [
        <Live key="live" seen={seen} />,
        <Writer key="writer" />,
        <GiveCache key="cache" to={(cache) => void give.push(cache)} />,
      ],
      options,
    );
    await shows("live: one, three");
    const hold = set.fauna.hold(({ body }) => body.includes("write()"));
    const written = mutate();
    await hold.reached();
    const frames = () => [
      ...new Set(
        seen.map(({ data }) => data?.data.map(({ title }: Titled) => title).join(", ") ?? ""),
      ),
    ];
    const answer = (rows: readonly object[], at: number): void => {
      set.server.answer = (request) => answerAt(request, rows, SNAPSHOT + at);
    };
    return { ...set, hold, written, frames, answer, cache: () => give.at(-1)! };
  }
  type Titled = { title: string };
  const add: Update = (rows) => [...rows, { id: "new", title: "four" }];

  test("others' changes of rows show at once, and its own row never twice", async () => {
    const { server, hold, written, frames, answer } = await writing(add);
    await shows("live: one, three, four");
    const [stream] = server.streams;
    // Its own, which cannot be told from another's.
    send(stream, event("add", todo(4, "four", 1), 1));
    await untilIdle();
    send(stream, event("update", todo(1, "ONE", 2), 2));
    await shows("live: ONE, three, four");
    send(stream, event("remove", todo(3, "three"), 3));
    await shows("live: ONE, four");
    answer([todo(1, "ONE", 2), todo(4, "four", 1)], 3);
    hold.release();
    await written;
    send(stream, event("add", todo(5, "five", 4), 4));
    await shows("live: ONE, four, five");
    expect(frames()).toEqual([
      "",
      "one, three",
      "one, three, four",
      "ONE, three, four",
      "ONE, four",
      "ONE, four, five",
    ]);
  });

  test("a row that another adds shows when it is answered, and a cut stream begins before that row", async () => {
    const { server, hold, written, answer } = await writing(add);
    const added = event("add", todo(2, "two", 1), 1);
    const updated = event("update", todo(1, "ONE", 2), 2);
    send(server.streams[0], added, updated);
    await shows("live: ONE, three, four");
    server.missed.set("c0", [added, updated]);
    for (const what of ["offline", "online"]) window.dispatchEvent(new Event(what));
    await waitFor(() => expect(server.sent("/feed/1").length).toBeGreaterThan(0));
    expect(JSON.parse(server.sent("/feed/1")[0]?.body ?? "")).toMatchObject({ cursor: "c0" });
    answer([todo(1, "ONE", 2), todo(2, "two", 1), todo(3, "three"), todo(4, "four", 3)], 3);
    hold.release();
    await written;
    await shows("live: ONE, two, three, four");
  });

  test("its own change of a row does not count twice", async () => {
    const more: Update = (rows) => rows.map((row) => ({ ...row, title: `${row.title}!` }));
    const { server, hold, written, frames, answer } = await writing((rows) => [
      ...more(rows.slice(0, 1)),
      ...rows.slice(1),
    ]);
    await shows("live: one!, three");
    send(server.streams[0], event("update", todo(1, "one!", 1), 1));
    send(server.streams[0], event("update", todo(3, "THREE", 2), 2));
    await shows("live: one!, THREE");
    answer([todo(1, "one!", 1), todo(3, "THREE", 2)], 2);
    hold.release();
    await written;
    await untilIdle();
    expect(frames()).toEqual(["", "one, three", "one!, three", "one!, THREE"]);
  });

  test("events show although a refetch waits for its answer, and are not lost with that", async () => {
    const { fauna, server, cache, hold, written, answer } = await writing(add);
    // Made before the events.
    answer([todo(1, "one"), todo(3, "three"), todo(4, "four", 1)], 1);
    const refetched = cache().invalidateFauna(todos);
    await waitFor(() => expect(server.sent("/query/1")).toHaveLength(3));
    await untilIdle();
    send(server.streams[0], event("update", todo(1, "ONE", 2), 2));
    await shows("live: ONE, three, four");
    const reads = fauna.hold(({ body }) => body.includes("eventSource"));
    hold.release();
    await written;
    reads.release();
    await refetched;
    await untilIdle();
    await shows("live: ONE, three, four");
    send(server.streams[0], event("update", todo(3, "THREE", 3), 3));
    await shows("live: ONE, THREE, four");
  });
});
