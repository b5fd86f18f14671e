import { MutationCache, QueryClient } from "@tanstack/react-query";
import { screen, waitFor } from "@testing-library/react";
import { fql } from "fauna";
import { useFaunaQuery } from "fauna-clerk";
import { describe, expect, test } from "vitest";

import { failure, success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import {
  type FakeAnswer,
  type Hold,
  type ReceivedRequest,
  startFakeFauna,
} from "../support/fake-fauna";
import { untilIdle } from "../support/idle";
import { add, isRead, isWrite, list, serveList } from "../support/list-server";
import { modes, type Mode } from "../support/modes";
import { renderFauna } from "../support/render-fauna";
import { List, optimistic, type Write, type WriteOptions, Writer } from "../support/writer";

async function setUp(
  options: WriteOptions = { optimistic },
  wrap?: Mode["wrap"],
  queryClient?: QueryClient,
) {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const server = serveList(fauna, "first");
  const shown: string[] = [];
  let write!: Write;
  const children = [
    <List key="list" shown={shown} />,
    <Writer key="writer" options={options} to={(given) => (write = given)} />,
  ];
  const app = renderFauna(children, { clerk, fauna, wrap, queryClient });
  await screen.findByText("first");
  return { fauna, server, app, shown, write: () => write };
}

const writeOf =
  (title: string) =>
  ({ body }: ReceivedRequest): boolean =>
    body.includes(`"${title}"`);

const rejected = (promise: Promise<unknown>): Promise<void> =>
  expect(promise).rejects.toBeInstanceOf(Error);

describe.each(modes)("$mode", ({ wrap }) => {
  test("the update is shown before the server responds, then confirmed without a flicker", async () => {
    const { fauna, shown, write } = await setUp(undefined, wrap);
    const hold = fauna.hold(isWrite);
    const answer = write().mutateAsync("second");
    await screen.findByText("first, second");
    hold.release();
    await answer;
    await waitFor(() => expect(fauna.requests.filter(isRead)).toHaveLength(2));
    await screen.findByText("first, second");
    expect(shown).toEqual(["loading", "first", "first, second"]);
  });

  test("a failed write is rolled back", async () => {
    const { server, shown, write } = await setUp(undefined, wrap);
    server.fault = (request) => failure(request, 400, "constraint_failure");
    await rejected(write().mutateAsync("second"));
    await screen.findByText("first");
    expect(shown).toEqual(["loading", "first", "first, second", "first"]);
  });

  test("a write that failed but may have been applied shows what the server has", async () => {
    const { server, write } = await setUp(undefined, wrap);
    server.fault = (_request, title) => {
      server.titles.push(title);
      return { drop: true };
    };
    await rejected(write().mutateAsync("second"));
    await screen.findByText("first, second");
  });
});

describe("two overlapping writes", () => {
  /** Starts a then b, both held, so that each can be answered by itself. */
  async function overlap() {
    const set = await setUp();
    const holds: Record<"a" | "b", Hold> = {
      a: set.fauna.hold(writeOf("a")),
      b: set.fauna.hold(writeOf("b")),
    };
    const answers = { a: set.write().mutateAsync("a"), b: set.write().mutateAsync("b") };
    await screen.findByText("first, a, b");
    await Promise.all([holds.a.reached(), holds.b.reached()]);
    return { ...set, holds, answers };
  }

  const failing = (title: string) => async (request: ReceivedRequest, asked: string) =>
    asked === title ? failure(request, 400, "constraint_failure") : undefined;

  test.each([
    { first: "a", second: "b" },
    { first: "b", second: "a" },
  ] as const)("both succeed, $first before $second", async ({ first, second }) => {
    const { holds, answers, shown, fauna } = await overlap();
    holds[first].release();
    await answers[first];
    expect(screen.getByTestId("list").textContent).toBe("first, a, b");
    expect(fauna.requests.filter(isRead)).toHaveLength(1);
    holds[second].release();
    await answers[second];
    await waitFor(() => expect(fauna.requests.filter(isRead)).toHaveLength(2));
    // Nothing came back that had been replaced.
    expect(shown).toHaveLength(new Set(shown).size);
    expect(screen.getByTestId("list").textContent).toBe("first, a, b");
  });

  test.each([
    { fails: "a", first: "a", rest: "b" },
    { fails: "a", first: "b", rest: "b" },
    { fails: "b", first: "a", rest: "a" },
    { fails: "b", first: "b", rest: "a" },
  ] as const)(
    "$fails fails and $first is answered first: only $fails is rolled back",
    async ({ fails, first, rest }) => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      const server = serveList(fauna, "first");
      server.fault = failing(fails);
      let write!: Write;
      const writer = <Writer key="w" options={{ optimistic }} to={(given) => (write = given)} />;
      renderFauna([<List key="list" />, writer], { clerk, fauna });
      await screen.findByText("first");
      const holds = { a: fauna.hold(writeOf("a")), b: fauna.hold(writeOf("b")) };
      const answers = {
        a: write.mutateAsync("a").catch(() => "failed"),
        b: write.mutateAsync("b").catch(() => "failed"),
      };
      await screen.findByText("first, a, b");
      const second = first === "a" ? "b" : "a";
      holds[first].release();
      await answers[first];
      await screen.findByText(first === fails ? `first, ${rest}` : "first, a, b");
      holds[second].release();
      await answers[second];
      await screen.findByText(`first, ${rest}`);
      await waitFor(() => expect(fauna.requests.filter(isRead)).toHaveLength(2));
      expect(screen.getByTestId("list").textContent).toBe(`first, ${rest}`);
    },
  );

  test("of two changes to the same data the later one stays on top, even if it is answered first", async () => {
    const rename: WriteOptions["optimistic"] = (cache, title) => cache.update(list, () => [title]);
    const { fauna, write } = await setUp({ optimistic: rename });
    const holds = { a: fauna.hold(writeOf("a")), b: fauna.hold(writeOf("b")) };
    const answers = [write().mutateAsync("a"), write().mutateAsync("b")];
    await screen.findByText("b");
    holds.b.release();
    await answers[1];
    expect(screen.getByTestId("list").textContent).toBe("b");
    holds.a.release();
    await answers[0];
  });
});

type Callbacks = NonNullable<ConstructorParameters<typeof MutationCache>[0]>;

const refuse = (): never => {
  throw new Error("No.");
};

test.each<[string, (cache: QueryClient) => Callbacks]>([
  ["refetches all before a write", (cache) => ({ onMutate: () => cache.refetchQueries() })],
  ["refetches all after it", (cache) => ({ onSuccess: () => cache.invalidateQueries() })],
  ["resets all after it", (cache) => ({ onSuccess: () => void cache.resetQueries() })],
  ["removes all after it", (cache) => ({ onSuccess: () => cache.removeQueries() })],
  ["throws after it", () => ({ onSuccess: refuse })],
])("two writes at once show no row twice where the app's cache %s", async (_, callbacksIn) => {
  const queryClient = new QueryClient({
    mutationCache: new MutationCache({
      onMutate: (...args) => callbacks.onMutate?.(...args),
      onSuccess: (...args) => callbacks.onSuccess?.(...args),
    }),
  });
  const callbacks = callbacksIn(queryClient);
  const { server, shown, write } = await setUp(undefined, undefined, queryClient);
  await Promise.allSettled(["second", "third"].map((title) => write().mutateAsync(title)));
  expect(server.titles).toHaveLength(3);
  await screen.findByText(server.titles.join(", "));
  await untilIdle();
  for (const list of shown) expect(new Set(list.split(", ")).size).toBe(list.split(", ").length);
  expect(shown.at(-1)).toBe(server.titles.join(", "));
});

test("a fetch that is running when a write starts does not undo its update", async () => {
  const { fauna, app, shown, write } = await setUp();
  const reads = fauna.hold(isRead);
  void app.cache.refetchQueries();
  await reads.reached();
  const writes = fauna.hold(isWrite);
  const answer = write().mutateAsync("second");
  await writes.reached();
  reads.release();
  await untilIdle();
  writes.release();
  await answer;
  await waitFor(() => expect(fauna.requests.filter(isRead)).toHaveLength(3));
  expect(fauna.requests.filter(({ aborted }) => aborted)).toEqual([]);
  await waitFor(() => expect(app.cache.isFetching()).toBe(0));
  expect(shown).toEqual(["loading", "first", "first, second"]);
});

describe("data that comes while a write is in flight", () => {
  /** Another user changes the first title, and the page is refetched, while the write is on its way. */
  async function refetchDuringWrite(isApplied: boolean) {
    const set = await setUp();
    const { fauna, server, app, write } = set;
    let answerWrite!: (answer?: FakeAnswer) => void;
    server.fault = async (_request, title) => {
      if (isApplied) server.titles.push(title);
      return new Promise((resolve) => (answerWrite = resolve));
    };
    const answer = write().mutateAsync("second");
    await fauna.received(2);
    server.titles.splice(0, 1, "1st");
    const refetched = app.cache.refetchQueries();
    await fauna.received(3);
    await untilIdle();
    expect(set.shown).toEqual(["loading", "first", "first, second"]);
    return { ...set, answer, refetched, answerWrite };
  }

  test("and has seen it shows no row twice, and is not fetched again", async () => {
    const { fauna, shown, answer, refetched, answerWrite } = await refetchDuringWrite(true);
    answerWrite(success(fauna.requests[1]!, "second", 200));
    await answer;
    await refetched;
    await screen.findByText("1st, second");
    await untilIdle();
    expect(fauna.requests.filter(isRead)).toHaveLength(2);
    expect(shown).toEqual(["loading", "first", "first, second", "1st, second"]);
  });

  test("and has not seen it is asked for again", async () => {
    const { fauna, server, shown, answer, refetched, answerWrite } =
      await refetchDuringWrite(false);
    server.titles.push("second");
    answerWrite(success(fauna.requests[1]!, "second", 350));
    await answer;
    await refetched;
    await screen.findByText("1st, second");
    expect(fauna.requests.filter(isRead)).toHaveLength(3);
    expect(fauna.requests.at(-1)?.headers["x-last-txn-ts"]).toBe("350");
    expect(shown).toEqual(["loading", "first", "first, second", "1st, second"]);
  });

  test("is shown without its update if it fails", async () => {
    const { fauna, shown, answer, refetched, answerWrite } = await refetchDuringWrite(false);
    answerWrite(failure(fauna.requests[1]!, 400, "constraint_failure"));
    await rejected(answer);
    await refetched;
    await screen.findByText("1st");
    await untilIdle();
    expect(fauna.requests.filter(isRead)).toHaveLength(2);
    expect(shown).toEqual(["loading", "first", "first, second", "1st"]);
  });

  test("goes below its update if the write waits to be sent again", async () => {
    const { fauna, app, server, write } = await setUp({ optimistic, retryDelay: 1e6 });
    server.fault = (request) => failure(request, 429, "limit_exceeded");
    write().mutate("second");
    await fauna.received(2);
    await waitFor(() => expect(write().failureCount).toBe(1));
    server.titles.splice(0, 1, "1st");
    await app.cache.refetchQueries();
    await screen.findByText("1st, second");
  });
});

test("an answer of a time before the write leaves the update on top of it", async () => {
  const { fauna, server, app, shown, write } = await setUp();
  await write().mutateAsync("second");
  await waitFor(() => expect(fauna.requests.filter(isRead)).toHaveLength(2));
  await write().mutateAsync("third");
  const { respond } = fauna;
  // A replica that lags behind.
  fauna.respond = (request, index) =>
    isRead(request) ? success(request, ["first", "second"], 250) : respond(request, index);
  await app.cache.refetchQueries();
  expect(screen.getByTestId("list").textContent).toBe("first, second, third");
  fauna.respond = respond;
  server.titles.push("fourth");
  await app.cache.refetchQueries();
  await screen.findByText("first, second, third, fourth");
  expect(shown).toEqual([
    "loading",
    "first",
    "first, second",
    "first, second, third",
    "first, second, third, fourth",
  ]);
});

test("a query without data shows the update with its first data", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  serveList(fauna, "first");
  let write!: Write;
  const reads = fauna.hold(isRead);
  const shown: string[] = [];
  const writer = <Writer key="w" options={{ optimistic }} to={(given) => (write = given)} />;
  renderFauna([<List key="list" shown={shown} />, writer], { clerk, fauna });
  await reads.reached();
  const writes = fauna.hold(isWrite);
  const answer = write.mutateAsync("second");
  await writes.reached();
  reads.release();
  await untilIdle();
  // The data may contain the write.
  expect(shown).toEqual(["loading"]);
  writes.release();
  await answer;
  await screen.findByText("first, second");
  expect(fauna.requests.filter(isRead)).toHaveLength(2);
  expect(shown).toEqual(["loading", "first, second"]);
});

test("a query that is not in the cache is left alone", async () => {
  const other = fql<string[]>`other()`;
  const { app, write } = await setUp({ optimistic: (cache) => cache.update(other, () => ["x"]) });
  const before = app.cache.getQueryCache().getAll().length;
  await write().mutateAsync("second");
  expect(app.cache.getQueryCache().getAll()).toHaveLength(before);
});

test("an optimistic function that throws fails the write before it is sent, and shows nothing", async () => {
  const { fauna, shown, write } = await setUp({
    optimistic: (cache, title) => {
      cache.update(list, (titles) => [...titles, title]);
      throw new Error("Not that.");
    },
  });
  await expect(write().mutateAsync("second")).rejects.toThrow("Not that.");
  expect(fauna.requests.filter(isWrite)).toEqual([]);
  await screen.findByText("first");
  expect(shown.at(-1)).toBe("first");
});

test("after an updater has thrown, later writes can update the query", async () => {
  let fails = true;
  const { fauna, write } = await setUp({
    optimistic: (cache, title) =>
      cache.update(list, (titles) => {
        if (fails) throw new Error("Not that.");
        return [...titles, title];
      }),
  });
  await expect(write().mutateAsync("second")).rejects.toThrow("Not that.");
  fails = false;
  await waitFor(() => expect(fauna.requests.filter(isRead)).toHaveLength(2));
  await write().mutateAsync("third");
  await waitFor(() => expect(fauna.requests.filter(isRead)).toHaveLength(3));
  await screen.findByText("first, third");
});

test("the queries that it updates are refetched even if invalidates names others", async () => {
  const { fauna, write } = await setUp({ optimistic, invalidates: false });
  await write().mutateAsync("second");
  await waitFor(() => expect(fauna.requests.filter(isRead)).toHaveLength(2));
});

test("data that the app sets meanwhile survives a failed write", async () => {
  const { fauna, server, app, write } = await setUp();
  server.fault = (request) => failure(request, 400, "constraint_failure");
  const [writes, reads] = [fauna.hold(isWrite), fauna.hold(isRead)];
  const answer = write().mutateAsync("second");
  await writes.reached();
  const [query] = app.cache.getQueryCache().getAll();
  app.cache.setQueryData(query!.queryKey, ["put"]);
  await screen.findByText("put");
  writes.release();
  await rejected(answer);
  await reads.reached();
  expect(screen.getByTestId("list").textContent).toBe("put");
});

test("rows that a write does not change keep their identity", async () => {
  const rows = fql<{ id: number }[]>`rows()`;
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  fauna.respond = (request) =>
    success(request, request.body.includes("rows") ? [{ id: "1" }, { id: "2" }] : "done");
  const seen = new Set<unknown>();
  function Rows() {
    const { data } = useFaunaQuery(rows);
    if (data) seen.add(data[0]);
    return <p data-testid="rows">{data?.length ?? 0}</p>;
  }
  let write!: Write;
  const options: WriteOptions = {
    optimistic: (cache) =>
      cache.update(rows, ([first, ...others]) => [first!, ...others, { id: 3 }]),
  };
  const writer = <Writer key="w" build={add} options={options} to={(given) => (write = given)} />;
  renderFauna([<Rows key="rows" />, writer], { clerk, fauna });
  await waitFor(() => expect(screen.getByTestId("rows").textContent).toBe("2"));
  await write.mutateAsync("x");
  await waitFor(() => expect(screen.getByTestId("rows").textContent).toBe("2"));
  expect(seen.size).toBe(1);
});
