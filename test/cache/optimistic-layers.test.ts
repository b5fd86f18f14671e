import { InfiniteQueryObserver, QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import {
  addOptimisticUpdate,
  type Updater,
  type WriteState,
} from "../../src/cache/optimistic-layers";
import type { FaunaPages } from "../../src/cache/pages";
import { recordOf } from "../../src/cache/query-record";
import { settledWrite } from "../../src/cache/seen-writes";
import { buildQuery, fetchQuery } from "../../src/cache/tanstack";
import { untilIdle } from "../support/idle";

let queryKey: string[];
let cache: QueryClient;

beforeEach(() => {
  // A key object is the query's own.
  queryKey = ["list"];
  cache = new QueryClient();
  cache.setQueryData(queryKey, ["a"], { updatedAt: 1 });
});

const query = () => buildQuery(cache, { queryKey });
const shown = (): unknown => cache.getQueryData(queryKey);
const layers = () => recordOf(query().queryKey).layers;

/** Adds the update of a write, and returns what ends the write: applied at a time, or failed. */
function add(updater: Updater) {
  const write: WriteState = {};
  const onSettled = addOptimisticUpdate(query(), cache, updater, write);
  const end = (outcome: WriteState["outcome"] & {}): void => {
    write.outcome = outcome;
    onSettled();
  };
  return {
    write,
    applied: (txn?: number) => end(settledWrite(txn)),
    failed: () => end("failed"),
  };
}

const append =
  (item: string): Updater =>
  (data) => [...(data as string[]), item];

/** The server's next answer, of that time, and asked for before or after all writes. */
function fetch(data: unknown, txn?: number, writes = 0): Promise<unknown> {
  const queryFn = (): unknown => {
    recordOf(query().queryKey).fetched = { txn, writes };
    return data;
  };
  return fetchQuery(query(), { queryKey, queryFn });
}

describe("an update", () => {
  test("shows at once, and keeps the time of the server's data", () => {
    add(append("b"));
    expect(shown()).toEqual(["a", "b"]);
    expect(query().state.dataUpdatedAt).toBe(1);
    expect(layers()?.hasPending()).toBe(true);
  });

  test("waits for the first data, also of a write that is under way", async () => {
    cache.removeQueries();
    const updater = vi.fn(append("b"));
    add(updater).write.attempt = Promise.resolve();
    expect([layers()?.withUndecided(), shown(), updater.mock.calls]).toEqual([
      ...[undefined, undefined, []],
    ]);
    await fetch(["a"]);
    expect(shown()).toEqual(["a", "b"]);
  });

  test("that was refused is rolled back, and the others stay", () => {
    const [first, second, third] = [add(append("b")), add(append("c")), add(append("d"))];
    second.failed();
    expect(shown()).toEqual(["a", "b", "d"]);
    first.applied(5);
    third.applied(6);
    expect(shown()).toEqual(["a", "b", "d"]);
    expect(layers()?.hasPending()).toBe(false);
  });

  test("that was applied stays until the server's data has it", async () => {
    const pending = add(append("b"));
    add(append("c")).applied(5);
    expect(shown()).toEqual(["a", "b", "c"]);
    await fetch(["a"], 4);
    expect(shown()).toEqual(["a", "b", "c"]);
    await fetch(["a", "c"], 5);
    expect(shown()).toEqual(["a", "c", "b"]);
    pending.failed();
    expect(shown()).toEqual(["a", "c"]);
    expect(layers()).toBeUndefined();
  });

  test.each([
    { unknown: "the write's", txn: [undefined, 5] },
    { unknown: "the answer's", txn: [5, undefined] },
  ] as const)(
    "goes with an answer that was asked for later if $unknown time is unknown",
    async ({ txn: [written, read] }) => {
      add(append("b")).applied(written);
      await fetch(["a"], read);
      expect(shown()).toEqual(["a", "b"]);
      await fetch(["a", "b"], read, Infinity);
      expect(shown()).toEqual(["a", "b"]);
    },
  );

  test("keeps its place below later ones when it settles last", () => {
    const [first, second] = [add(append("b")), add(append("c"))];
    second.applied(5);
    expect(shown()).toEqual(["a", "b", "c"]);
    first.applied(6);
    expect(shown()).toEqual(["a", "b", "c"]);
  });

  test("that throws changes nothing", () => {
    expect(() =>
      add(() => {
        throw new Error("No.");
      }),
    ).toThrow("No.");
    expect(shown()).toEqual(["a"]);
    expect(layers()).toBeUndefined();
  });

  test("of a query without data shows when the data comes", async () => {
    cache.clear();
    add(append("b"));
    expect(shown()).toBeUndefined();
    await fetch(["x"]);
    expect(shown()).toEqual(["x", "b"]);
  });

  test("cancels no fetch, and is on top of the data that it brings", async () => {
    let answer!: (data: unknown) => void;
    const queryFn = () => new Promise((resolve) => (answer = resolve));
    const refetch = fetchQuery(query(), { queryKey, queryFn });
    await vi.waitFor(() => expect(answer).toBeDefined());
    add(append("b"));
    answer(["x"]);
    await refetch;
    expect(shown()).toEqual(["x", "b"]);
  });

  test("does not bring data back that the app has reset", () => {
    const { applied } = add(append("b"));
    query().reset();
    applied(5);
    expect(shown()).toBeUndefined();
  });
});

test("whenDecided waits for the writes that are in flight, and withUndecided shows them alone", async () => {
  const [waiting, sent] = [add(append("b")), add(append("c"))];
  expect(layers()?.whenDecided()).toBeUndefined();
  let end!: () => void;
  sent.write.attempt = new Promise<void>((resolve) => (end = resolve));
  expect(layers()?.withUndecided()).toEqual(["a", "c"]);
  let isOver = false;
  const decided = layers()
    ?.whenDecided()
    ?.then(() => (isOver = true));
  await untilIdle();
  expect(isOver).toBe(false);
  // What is sent later is not waited for.
  waiting.write.attempt = new Promise(() => {});
  end();
  await decided;
});

test("the base can be replaced, and updates go once it has seen their writes", () => {
  add(append("b")).applied(5);
  layers()?.rebase(["x"], (txn) => txn < 5);
  expect(shown()).toEqual(["x", "b"]);
  layers()?.rebase(["y", "b"], (txn) => txn === 5);
  expect(shown()).toEqual(["y", "b"]);
  expect(layers()).toBeUndefined();
});

test("data that the app sets meanwhile is an update as well", () => {
  const { applied } = add(append("b"));
  cache.setQueryData(queryKey, ["set"]);
  expect(shown()).toEqual(["set"]);
  applied(5);
  expect(shown()).toEqual(["set"]);
});

test("an updater that fails on later data is reported, and fails no other write", async () => {
  const reported = vi.fn();
  vi.stubGlobal("queueMicrotask", (report: () => void) => {
    expect(report).toThrow("Not that.");
    reported();
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  add((data) => {
    if ((data as string[]).includes("bad")) throw new Error("Not that.");
    return data;
  });
  const other = add(append("c"));
  await fetch(["bad"]);
  expect(reported).toHaveBeenCalledOnce();
  expect(shown()).toEqual(["bad", "c"]);
  other.applied(5);
  expect(shown()).toEqual(["bad", "c"]);
  expect(reported).toHaveBeenCalledOnce();
});

describe("data that the app sets while a write is pending", () => {
  test("waits for nothing, and is gone with the server's next answer", async () => {
    const { write, failed } = add(append("b"));
    cache.setQueryData(queryKey, ["app"]);
    write.attempt = Promise.resolve();
    await layers()?.whenDecided();
    expect(layers()?.withUndecided()).toEqual(["a", "b"]);
    await fetch(["server"], 5);
    expect(shown()).toEqual(["server", "b"]);
    failed();
    expect(shown()).toEqual(["server"]);
  });

  test("stays when the base is replaced", () => {
    add(append("b")).applied(5);
    cache.setQueryData(queryKey, ["app"]);
    layers()?.rebase(["base"], () => true);
    expect(shown()).toEqual(["app"]);
  });

  test("is what the update is of if there was none before", async () => {
    const { failed } = setUpWithout();
    cache.setQueryData(queryKey, ["app"]);
    expect(shown()).toEqual(["app", "b"]);
    failed();
    expect(shown()).toEqual(["app"]);
  });

  /** An update of a query that has no data. */
  function setUpWithout() {
    cache.clear();
    queryKey = ["other list"];
    return add(append("b"));
  }
});

test("some write is pending until the last has settled", () => {
  const [first, second] = [add(append("b")), add(append("c"))];
  first.applied(5);
  expect(layers()?.hasPending()).toBe(true);
  second.applied(6);
  expect(layers()?.hasPending()).toBe(false);
});

test("an update of unknown time stays when the base is replaced", () => {
  add(append("b")).applied(undefined);
  add(append("c")).applied(5);
  layers()?.rebase(["base"], () => true);
  expect(shown()).toEqual(["base", "b"]);
});

describe("a page that is fetched meanwhile", () => {
  /** A list of one page, and the answers to come for further ones. */
  function list(maxPages?: number) {
    cache.clear();
    const pages: Record<string, { data: string[]; before?: string; after?: string }> = {
      first: { data: ["b"], before: "0", after: "2" },
      0: { data: ["a"], after: "1" },
      2: { data: ["c"], after: "3" },
    };
    let release = (): void => {};
    let hold = Promise.resolve();
    const observer = new InfiniteQueryObserver(cache, {
      queryKey,
      queryFn: async ({ pageParam }) => {
        await hold;
        return pages[pageParam?.at ?? "first"]!;
      },
      initialPageParam: null as { at: string } | null,
      getNextPageParam: ({ after }) => (after === "2" ? { at: after } : null),
      getPreviousPageParam: ({ before }) => (before ? { at: before } : null),
      ...(maxPages && { maxPages }),
    });
    onTestFinished(observer.subscribe(() => {}));
    return {
      observer,
      pages,
      hold: () => (hold = new Promise((resolve) => (release = resolve))),
      release: () => release(),
    };
  }
  const each =
    (change: (data: string[], index: number) => string[]): Updater =>
    (data) => {
      const { pages, ...rest } = data as FaunaPages<string>;
      return { ...rest, pages: pages.map((page, i) => ({ ...page, data: change(page.data, i) })) };
    };
  const rows = () => (shown() as FaunaPages<string>).pages.map(({ data }) => data.join(" "));
  const loaded = () => vi.waitFor(() => expect(query().state.fetchStatus).toBe("idle"));

  test.each([
    { side: "next", fetched: ["b! new", "c!"], left: ["b", "c"] },
    { side: "previous", fetched: ["a! new", "b!"], left: ["a", "b"] },
  ] as const)(
    "on the $side side comes, below an update that was there before it",
    async ({ side, fetched, left }) => {
      const { observer, hold, release } = list();
      await loaded();
      const { failed } = add(
        each((data, index) => [...data.map((row) => `${row}!`), ...(index ? [] : ["new"])]),
      );
      hold();
      const page = side === "next" ? observer.fetchNextPage() : observer.fetchPreviousPage();
      await vi.waitFor(() => expect(query().state.fetchStatus).toBe("fetching"));
      release();
      await page;
      expect(rows()).toEqual(fetched);
      failed();
      expect(rows()).toEqual(left);
    },
  );

  test("shows nothing of an update that has failed before it came", async () => {
    const { observer, hold, release } = list();
    await loaded();
    const { failed } = add(each((data) => [...data, "new"]));
    hold();
    const page = observer.fetchNextPage();
    failed();
    release();
    await page;
    expect(rows()).toEqual(["b", "c"]);
    expect(layers()).toBeUndefined();
  });

  test("is the first one if there was none, and the update is on top of it", async () => {
    const { observer } = list();
    cache.clear();
    queryKey = ["later list"];
    observer.setOptions({
      ...(observer.options as Parameters<typeof observer.setOptions>[0]),
      queryHash: JSON.stringify(queryKey),
      queryKey,
      enabled: false,
    });
    const { failed } = add(each((data) => [...data, "new"]));
    await observer.fetchNextPage();
    expect(rows()).toEqual(["b new"]);
    failed();
    expect(rows()).toEqual(["b"]);
  });

  test("keeps to maxPages", async () => {
    const { observer } = list(1);
    await loaded();
    const { failed } = add(each((data) => [...data, "new"]));
    await observer.fetchNextPage();
    expect(rows()).toEqual(["c new"]);
    failed();
    expect(rows()).toEqual(["c"]);
  });

  test("is none where there is none, and nothing shows twice", async () => {
    const { observer } = list();
    await loaded();
    await observer.fetchNextPage();
    add(each((data) => [...data, "new"]));
    await observer.fetchNextPage();
    expect(rows()).toEqual(["b new", "c new"]);
  });

  test("is added to what the app has set, too", async () => {
    const { observer } = list();
    await loaded();
    const { failed } = add(each((data) => [...data, "new"]));
    cache.setQueryData(
      queryKey,
      each((data) => [...data, "set"]),
    );
    await observer.fetchNextPage();
    expect(rows()).toEqual(["b new set", "c"]);
    failed();
    expect(rows()).toEqual(["b new set", "c"]);
  });
});
