import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { addOptimisticUpdate, hasOptimisticUpdates } from "../../src/cache/optimistic-layers";
import type { Updater } from "../../src/cache/query-record";
import { buildQuery, fetchQuery } from "../../src/cache/tanstack";

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
const add = (updater: Updater) => addOptimisticUpdate(query(), cache, updater);
const append =
  (item: string): Updater =>
  (data) => [...(data as string[]), item];
/** The server's next answer. */
const fetch = (data: unknown): Promise<unknown> =>
  fetchQuery(query(), { queryKey, queryFn: () => data });

describe("an update", () => {
  test("shows at once, and keeps the time of the server's data", () => {
    add(append("b"));
    expect(shown()).toEqual(["a", "b"]);
    expect(query().state.dataUpdatedAt).toBe(1);
    expect(hasOptimisticUpdates(query())).toBe(true);
  });

  test("that was refused is rolled back, and the others stay", () => {
    const [first, second, third] = [add(append("b")), add(append("c")), add(append("d"))];
    second(false);
    expect(shown()).toEqual(["a", "b", "d"]);
    first(true);
    third(true);
    expect(shown()).toEqual(["a", "b", "d"]);
    expect(hasOptimisticUpdates(query())).toBe(false);
  });

  test("that was applied stays until the server's data has it", async () => {
    const pending = add(append("b"));
    add(append("c"))(true);
    expect(shown()).toEqual(["a", "b", "c"]);
    await fetch(["a", "c"]);
    expect(shown()).toEqual(["a", "c", "b"]);
    pending(false);
    expect(shown()).toEqual(["a", "c"]);
  });

  test("keeps its place below later ones when it settles last", () => {
    const [first, second] = [add(append("b")), add(append("c"))];
    second(true);
    expect(shown()).toEqual(["a", "b", "c"]);
    first(true);
    expect(shown()).toEqual(["a", "b", "c"]);
  });

  test("that throws changes nothing", () => {
    expect(() =>
      add(() => {
        throw new Error("No.");
      }),
    ).toThrow("No.");
    expect(shown()).toEqual(["a"]);
    expect(hasOptimisticUpdates(query())).toBe(false);
  });

  test("of a query without data shows when the data comes", async () => {
    cache.clear();
    add(append("b"));
    expect(shown()).toBeUndefined();
    await fetch(["x"]);
    expect(shown()).toEqual(["x", "b"]);
  });

  test("ends a refetch, which would bring data from before the write", async () => {
    const refetch = fetchQuery(query(), { queryKey, queryFn: () => new Promise(() => {}) });
    refetch.catch(() => {});
    add(append("b"));
    await vi.waitFor(() => expect(query().state.fetchStatus).toBe("idle"));
    expect(shown()).toEqual(["a", "b"]);
  });
});

test("data that the app sets meanwhile is an update as well", () => {
  const settle = add(append("b"));
  cache.setQueryData(queryKey, ["set"]);
  expect(shown()).toEqual(["set"]);
  settle(true);
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
  other(true);
  expect(shown()).toEqual(["bad", "c"]);
});
