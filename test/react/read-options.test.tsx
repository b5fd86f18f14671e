import { type DefaultOptions, QueryClient } from "@tanstack/react-query";
import { waitFor } from "@testing-library/react";
import { fql, type Page } from "fauna";
import {
  prefetchFaunaQuery,
  useFaunaClient,
  useFaunaInfiniteQuery,
  useFaunaLiveInfiniteQuery,
  useFaunaLiveQuery,
  useFaunaQuery,
  useFaunaSuspenseInfiniteQuery,
  useFaunaSuspenseQuery,
  usePrefetchFaunaQuery,
} from "fauna-clerk";
import { createFaunaRequest } from "fauna-clerk/server";
import { useEffect } from "react";
import { describe, expect, test } from "vitest";

import { Boundary } from "../support/boundary";
import { ada, createFakeClerk } from "../support/fake-clerk";
import type { FakeFauna } from "../support/fake-fauna";
import { startSilentPages } from "../support/fake-pages";
import { renderFauna } from "../support/render-fauna";
import { serverAuth } from "../support/server-auth";

const todos = fql<Page<string>>`Todo.all().pageSize(1)`;
const startServer = (): Promise<FakeFauna> => startSilentPages([["one"], ["two"]]);

/** The driver's own time limit. */
const OF_THE_DRIVER = "5000";

/** The time limits with which queries were sent. */
const limitsOf = ({ requests }: FakeFauna): unknown[] =>
  requests
    .filter(({ path }) => path === "/query/1")
    .map(({ headers }) => headers["x-query-timeout-ms"]);

/** What a hook for a list returns, as far as it takes part here. */
interface List {
  readonly data: { readonly pages: readonly unknown[] } | undefined;
  readonly fetchNextPage: () => Promise<unknown>;
}

function useSecondPage({ data, fetchNextPage }: List): void {
  const length = data?.pages.length;
  useEffect(() => void (length === 1 && fetchNextPage()), [length, fetchNextPage]);
}

type Options = { request?: { query_timeout_ms: number } };

const hooks = {
  useFaunaQuery: (options: Options) => void useFaunaQuery(todos, options),
  useFaunaSuspenseQuery: (options: Options) => void useFaunaSuspenseQuery(todos, options),
  useFaunaLiveQuery: (options: Options) => void useFaunaLiveQuery(todos, options),
  usePrefetchFaunaQuery: (options: Options) => void usePrefetchFaunaQuery(todos, options),
  usePrefetchOnDemand(options: Options) {
    const client = useFaunaClient();
    useEffect(() => void prefetchFaunaQuery(client, todos, options), [client, options]);
  },
  useFaunaInfiniteQuery: (options: Options) => useSecondPage(useFaunaInfiniteQuery(todos, options)),
  useFaunaSuspenseInfiniteQuery: (options: Options) =>
    useSecondPage(useFaunaSuspenseInfiniteQuery(todos, options)),
  useFaunaLiveInfiniteQuery: (options: Options) =>
    useSecondPage(useFaunaLiveInfiniteQuery(todos, options)),
};

const cases = Object.entries(hooks).map(([name, use]) => ({
  name,
  use,
  count: name.includes("Infinite") ? 2 : 1,
}));

describe.each(cases)("$name", ({ use: useRead, count }) => {
  function Read({ options }: { options: Options }) {
    useRead(options);
    return null;
  }

  async function send(options: Options, defaults: object = {}): Promise<unknown[]> {
    const [fauna, clerk] = [await startServer(), createFakeClerk(ada)];
    const queries = defaults as NonNullable<DefaultOptions["queries"]>;
    const queryClient = new QueryClient({ defaultOptions: { queries } });
    const children = (
      <Boundary>
        <Read options={options} />
      </Boundary>
    );
    renderFauna(children, { clerk, fauna, queryClient });
    await waitFor(() => expect(limitsOf(fauna)).toHaveLength(count));
    return limitsOf(fauna);
  }

  test("sends each request as the read's options say", async () => {
    const limits = await send({ request: { query_timeout_ms: 123_456 } });
    expect(limits).toEqual(Array(count).fill("123456"));
  });

  test("looks for the library's options in those of the read, not in TanStack's defaults", async () => {
    const limits = await send({}, { request: { query_timeout_ms: 123_456 } });
    expect(limits).toEqual(Array(count).fill(OF_THE_DRIVER));
  });
});

test.each(["prefetch", "prefetchInfinite", "prefetchLive"] as const)(
  "on a server %s sends its request as its options say",
  async (method) => {
    const fauna = await startServer();
    const request = createFaunaRequest({ endpoint: fauna.url, auth: serverAuth("ada") });
    await request[method](todos, { request: { query_timeout_ms: 123_456 } });
    expect(limitsOf(fauna)).toEqual(["123456"]);
  },
);
