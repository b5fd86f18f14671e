import { hashKey, QueryClient, type QueryKey } from "@tanstack/react-query";
import { act, waitFor } from "@testing-library/react";
import { fql, type Page } from "fauna";
import { type FaunaCache, useFaunaCache, useFaunaQuery } from "fauna-clerk";
import { describe, expect, test, vi } from "vitest";

import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { cursorIn, doc, servePages } from "../support/fake-pages";
import { List, nothingSeen, shown } from "../support/list";
import { renderFauna } from "../support/render-fauna";

const list = fql<Page<any>>`Todo.all()`; // any: whatever the fake server sends

/** A digest, as an app may make it to keep hashes short. */
const digest = (key: QueryKey): string => {
  let sum = 5381;
  for (const letter of hashKey(key)) sum = ((sum * 33) ^ letter.charCodeAt(0)) >>> 0;
  return sum.toString(36);
};

describe.each<[string, (key: QueryKey) => string]>([
  ["a wrapper, as superjson makes it", (key) => JSON.stringify({ json: key })],
  ["a suffix", (key) => `${hashKey(key)}#v2`],
  ["a digest", digest],
])("with %s as the app's queryKeyHashFn", (_name, queryKeyHashFn) => {
  test("fetchNextPage waits for a refetch, and invalidateFauna finds the list", async () => {
    const [fauna, clerk, seen] = [await startFakeFauna(), createFakeClerk(ada), nothingSeen()];
    fauna.respond = servePages([[doc(1)], [doc(2)]]);
    const queryClient = new QueryClient({ defaultOptions: { queries: { queryKeyHashFn } } });
    let cache!: FaunaCache;
    const Give = () => {
      cache = useFaunaCache();
      return null;
    };
    renderFauna([<List key="list" query={list} seen={seen} />, <Give key="give" />], {
      clerk,
      fauna,
      queryClient,
    });
    await shown("1");
    const hold = fauna.hold();
    const refetched = cache.invalidateFauna(list);
    await hold.reached();
    const fetched = seen.list.fetchNextPage();
    hold.release();
    await Promise.all([refetched, fetched]);
    await shown("1 2");
    expect(fauna.requests.map(cursorIn)).toEqual([undefined, undefined, "1"]);
  });
});

/** Mounts 20 components with a query each, until all have data. */
async function mountQueries() {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const queryKeyHashFn = vi.fn(hashKey);
  const queryClient = new QueryClient({ defaultOptions: { queries: { queryKeyHashFn } } });
  const results: { data: unknown; info: unknown }[] = [];
  let renders = 0;
  function Query({ index }: { index: number }) {
    results[index] = useFaunaQuery(fql<string>`query(${index})`, { notifyOnChangeProps: "all" });
    renders++;
    return null;
  }
  const queries = Array.from({ length: 20 }, (_, index) => <Query key={index} index={index} />);
  renderFauna(queries, { clerk, fauna, queryClient });
  await waitFor(() => expect(results.filter(({ data }) => data)).toHaveLength(20));
  return { results, queryClient, queryKeyHashFn, renders: () => renders };
}

test("a key is hashed for the first render: no later one and no fetch hashes it again", async () => {
  const { queryClient, queryKeyHashFn, renders } = await mountQueries();
  queryKeyHashFn.mockClear();
  const before = renders();
  await act(() => queryClient.refetchQueries());
  expect(renders()).toBeGreaterThan(before);
  expect(queryKeyHashFn).not.toHaveBeenCalled();
});

test("info hashes one key, however many queries there are, also when the result is spread", async () => {
  const { results, queryKeyHashFn } = await mountQueries();
  queryKeyHashFn.mockClear();
  expect({ ...results[0]! }.info).toHaveProperty("txn_ts");
  expect(queryKeyHashFn).toHaveBeenCalledOnce();
});
