import { QueryClient } from "@tanstack/react-query";
import { act, screen, waitFor } from "@testing-library/react";
import { type Client, fql } from "fauna";
import {
  createFaunaClient,
  prefetchFaunaQuery,
  useFaunaClient,
  useFaunaSuspenseQuery,
  usePrefetchFaunaQuery,
} from "fauna-clerk";
import { useEffect } from "react";
import { beforeEach, describe, expect, test } from "vitest";

import { Boundary } from "../support/boundary";
import { failure } from "../support/fake-answers";
import { ada, bob, createFakeClerk, type Who } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { untilIdle } from "../support/idle";
import { Owner } from "../support/owner";
import { renderFauna } from "../support/render-fauna";
import { stopDate } from "../support/stop-date";
import { ownerOf } from "../support/watcher";
import { variants } from "../support/variants";

beforeEach(stopDate);

describe.each(variants)("$driver $mode", ({ wrap, query }) => {
  async function setUp(who: Who | null | undefined) {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(who)];
    let client: Client | undefined;
    function ClientOf() {
      const own = useFaunaClient();
      useEffect(() => void (client = own), [own]);
      return null;
    }
    const app = renderFauna(<ClientOf />, { clerk, fauna, wrap });
    return { fauna, clerk, client: client as unknown as Client, ...app };
  }

  test("prefetched data is there on its component's first render", async () => {
    const { fauna, client, update } = await setUp(ada);
    await prefetchFaunaQuery(client, query(), { staleTime: Infinity });
    update(<Owner query={query()} options={{ staleTime: Infinity }} />);
    expect(screen.getByTestId("owner").textContent).toBe(ownerOf(ada));
    expect(fauna.requests).toHaveLength(1);
  });

  test("hovering twice sends one request while the data is fresh", async () => {
    const { fauna, client } = await setUp(ada);
    const options = { staleTime: 60_000 };
    const twice = [1, 2].map(() => prefetchFaunaQuery(client, query(), options));
    await Promise.all(twice);
    await prefetchFaunaQuery(client, query(), options);
    expect(fauna.requests).toHaveLength(1);
  });

  test("a router's prefetch waits while Clerk is loading", async () => {
    const { fauna, clerk, client } = await setUp(undefined);
    const done = prefetchFaunaQuery(client, query());
    await untilIdle();
    expect(fauna.requests).toEqual([]);
    clerk.become(ada);
    await done;
    expect(fauna.requests).toHaveLength(1);
  });

  test("nothing is sent while nobody is signed in, nor for a falsy query", async () => {
    const { fauna, client } = await setUp(null);
    await prefetchFaunaQuery(client, query());
    const { client: other } = await setUp(ada);
    await prefetchFaunaQuery(other, null);
    expect(fauna.requests).toEqual([]);
  });

  test("a failed prefetch does not reject", async () => {
    const { fauna, client } = await setUp(ada);
    fauna.respond = (request) => failure(request, 400, "invalid_query");
    await expect(prefetchFaunaQuery(client, query())).resolves.toBeUndefined();
  });

  test("prefetched data does not outlive its user", async () => {
    const { clerk, client, cache } = await setUp(ada);
    await prefetchFaunaQuery(client, query());
    expect(JSON.stringify(cache.getQueriesData({}))).toContain("ada");
    clerk.become(bob);
    await waitFor(() => expect(cache.getQueryCache().getAll()).toEqual([]));
  });

  test("two suspending queries of one component go out together after usePrefetchFaunaQuery", async () => {
    const { fauna, update } = await setUp(ada);
    function Two() {
      usePrefetchFaunaQuery(query("second"));
      const first = useFaunaSuspenseQuery(query("first"));
      const second = useFaunaSuspenseQuery(query("second"));
      return <p>{`${first.data} ${second.data}`}</p>;
    }
    const hold = fauna.hold();
    update(
      <Boundary>
        <Two />
      </Boundary>,
    );
    await hold.reached(2);
    hold.release();
    await screen.findByText(`${ownerOf(ada)} ${ownerOf(ada)}`);
    expect(fauna.requests).toHaveLength(2);
  });

  test("usePrefetchFaunaQuery prefetches for the next user, too", async () => {
    const { fauna, clerk, cache, update } = await setUp(undefined);
    function Ahead() {
      usePrefetchFaunaQuery(query());
      usePrefetchFaunaQuery(null);
      return null;
    }
    update(<Ahead />);
    expect(cache.getQueryCache().getAll()).toEqual([]);
    clerk.become(ada);
    await fauna.received(1);
    clerk.become(bob);
    await waitFor(() =>
      expect(cache.getQueriesData({}).map(([, data]) => data)).toEqual([ownerOf(bob)]),
    );
    expect(fauna.requests).toHaveLength(2);
  });
});

test("a client without a provider needs a cache", async () => {
  const fauna = await startFakeFauna();
  const client = createFaunaClient({ endpoint: fauna.url, getToken: async () => "secret" });
  const query = fql`owner("who")`;
  await expect(prefetchFaunaQuery(client, query)).rejects.toMatchObject({
    name: "ConfigurationError",
    code: "no_query_client",
  });
  const queryClient = new QueryClient();
  await act(() => prefetchFaunaQuery(client, query, { queryClient }));
  expect(queryClient.getQueryCache().getAll()).toHaveLength(1);
});
