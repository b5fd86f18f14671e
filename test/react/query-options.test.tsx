import { QueryClient, useQueries, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { screen, waitFor } from "@testing-library/react";
import type { Query } from "fauna";
import { faunaQueryOptions, type FaunaScope, useFaunaAuth, useFaunaClient } from "fauna-clerk";
import { describe, expect, test } from "vitest";

import { Boundary } from "../support/boundary";
import { expectCaughtErrors } from "../support/caught-errors";
import { testedDrivers } from "../support/drivers";
import { failure } from "../support/fake-answers";
import { ada, bob, createFakeClerk, type Who } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { untilIdle } from "../support/idle";
import { Owner } from "../support/owner";
import { renderFauna } from "../support/render-fauna";
import { ownerOf } from "../support/watcher";
import { variants } from "../support/variants";

function useScope(): FaunaScope {
  return { client: useFaunaClient(), auth: useFaunaAuth() };
}

function WithUseQuery({ query }: { query: Query<string> | null }) {
  const { data, fetchStatus } = useQuery(faunaQueryOptions(useScope(), query));
  return <p data-testid="tanstack">{data ?? fetchStatus}</p>;
}

function WithUseQueries({ queries }: { queries: readonly Query<string>[] }) {
  const scope = useScope();
  const results = useQueries({ queries: queries.map((query) => faunaQueryOptions(scope, query)) });
  return <p>{results.map(({ data }) => data ?? "pending").join(", ")}</p>;
}

function WithSuspense({ query, auth }: { query: Query<string>; auth: boolean }) {
  const { client, auth: given } = useScope();
  const { data } = useSuspenseQuery(
    faunaQueryOptions(auth ? { client, auth: given } : { client }, query),
  );
  return <p>{data}</p>;
}

function Give({ to }: { to(scope: FaunaScope): void }) {
  to(useScope());
  return null;
}

/** A provider and the scope that its components have. */
async function setUp(who: Who | null | undefined = ada) {
  const [fauna, clerk, queryClient] = [
    await startFakeFauna(),
    createFakeClerk(who),
    new QueryClient(),
  ];
  let scope!: FaunaScope;
  const give = <Give to={(given) => (scope = given)} />;
  const app = renderFauna(give, { clerk, fauna, queryClient });
  return { fauna, clerk, cache: queryClient, app, scope: () => scope };
}

describe.each(testedDrivers)("$driver", ({ driver, query }) => {
  describe.each(variants.filter((each) => each.driver === driver))("$mode", ({ wrap }) => {
    test("useQuery and useFaunaQuery share one request", async () => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      const children = [
        <WithUseQuery key="tanstack" query={query()} />,
        <Owner key="fauna" query={query()} />,
      ];
      renderFauna(children, { clerk, fauna, wrap });
      await waitFor(() => expect(screen.getAllByText(ownerOf(ada))).toHaveLength(2));
      expect(fauna.requests).toHaveLength(1);
    });

    test.each([true, false])(
      "useSuspenseQuery waits while Clerk loads, and asks once (auth: %s)",
      async (auth) => {
        const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(undefined)];
        const child = <WithSuspense query={query()} auth={auth} />;
        renderFauna(<Boundary>{child}</Boundary>, { clerk, fauna, wrap });
        await screen.findByTestId("fallback");
        await untilIdle();
        expect(fauna.requests).toHaveLength(0);
        clerk.become(ada);
        await screen.findByText(ownerOf(ada));
        expect(fauna.requests).toHaveLength(1);
      },
    );

    test("useQueries runs each query", async () => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      const queries = [query("one"), query("two")];
      renderFauna(<WithUseQueries queries={queries} />, { clerk, fauna, wrap });
      await screen.findByText(`${ownerOf(ada)}, ${ownerOf(ada)}`);
      expect(fauna.requests).toHaveLength(2);
    });

    test("useQueries combines the results of one user", async () => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      const frames: string[][] = [];
      function Combined() {
        const scope = useScope();
        const owners = useQueries({
          queries: ["one", "two"].map((name) => faunaQueryOptions(scope, query(name))),
          combine: (results) => results.flatMap(({ data }) => data ?? []),
        });
        frames.push([String(scope.auth?.userId), ...owners]);
        return <p>{owners.join(", ")}</p>;
      }
      renderFauna(<Combined />, { clerk, fauna, wrap });
      await screen.findByText(`${ownerOf(ada)}, ${ownerOf(ada)}`);
      clerk.become(bob);
      await screen.findByText(`${ownerOf(bob)}, ${ownerOf(bob)}`);
      for (const [user, ...owners] of frames)
        expect(owners.filter((owner) => !owner.startsWith(String(user)))).toEqual([]);
    });

    test("useQuery sends nothing for a skipped query", async () => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      renderFauna(<WithUseQuery query={null} />, { clerk, fauna, wrap });
      await screen.findByText("idle");
      expect(fauna.requests).toEqual([]);
    });

    test.each([{ who: null }, { who: undefined }])(
      "useQuery sends nothing unless somebody is signed in ($who)",
      async ({ who }) => {
        const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(who)];
        renderFauna(<WithUseQuery query={query()} />, { clerk, fauna, wrap });
        await screen.findByText("idle");
        expect(fauna.requests).toEqual([]);
      },
    );

    test("useQuery never shows another user's data", async () => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      renderFauna(<WithUseQuery query={query()} />, { clerk, fauna, wrap });
      await screen.findByText(ownerOf(ada));
      const hold = fauna.hold();
      clerk.become(bob);
      expect(screen.getByTestId("tanstack").textContent).toBe("fetching");
      await hold.reached();
      hold.release();
      await screen.findByText(ownerOf(bob));
    });
  });

  test("prefetchQuery fills the entry that useFaunaQuery reads", async () => {
    const { fauna, cache, app, scope } = await setUp();
    await cache.prefetchQuery({ ...faunaQueryOptions(scope(), query()), staleTime: Infinity });
    app.update(<Owner query={query()} options={{ staleTime: Infinity }} />);
    expect(screen.getByTestId("owner").textContent).toBe(ownerOf(ada));
    expect(fauna.requests).toHaveLength(1);
  });

  test("ensureQueryData returns the data, and the same again without a request", async () => {
    const { fauna, cache, scope } = await setUp();
    const options = faunaQueryOptions(scope(), query());
    expect(await cache.ensureQueryData(options)).toBe(ownerOf(ada));
    expect(await cache.ensureQueryData(options)).toBe(ownerOf(ada));
    expect(fauna.requests).toHaveLength(1);
  });

  test("fetchQuery rejects with the driver's own error", async () => {
    const { fauna, cache, scope } = await setUp();
    fauna.respond = (request) => failure(request, 400, "invalid_query", { message: "Wrong." });
    const fetched = cache.fetchQuery({ ...faunaQueryOptions(scope(), query()), retry: false });
    await expect(fetched).rejects.toMatchObject({
      message: expect.stringMatching(/Wrong|invalid/),
    });
  });

  test("ensureQueryData rejects with signed_out while nobody is signed in", async () => {
    const { fauna, cache, scope } = await setUp(null);
    const fetched = cache.ensureQueryData(faunaQueryOptions(scope(), query()));
    await expect(fetched).rejects.toMatchObject({ code: "signed_out" });
    expect(fauna.requests).toEqual([]);
  });

  test("options made for a user who has left send nothing", async () => {
    const { fauna, cache, clerk, scope } = await setUp();
    const options = faunaQueryOptions(scope(), query());
    clerk.become(bob);
    // With identity_changed, or as TanStack's cancellation when the purge comes first.
    await expect(cache.fetchQuery(options)).rejects.toBeInstanceOf(Error);
    expect(fauna.requests).toEqual([]);
  });

  test("data fetched by ensureQueryData leaves the cache with its user", async () => {
    const { cache, clerk, scope } = await setUp();
    await cache.ensureQueryData(faunaQueryOptions(scope(), query()));
    clerk.become(bob);
    expect(cache.getQueriesData({})).toEqual([]);
  });

  test("without auth the client's current user is used", async () => {
    const { cache, clerk, scope } = await setUp();
    clerk.become(bob);
    const { client } = scope();
    expect(await cache.fetchQuery(faunaQueryOptions({ client }, query()))).toBe(ownerOf(bob));
  });
});

test("TanStack's useSuspenseQuery refuses a query that is skipped", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const Skipped = () => (
    <p>{useSuspenseQuery(faunaQueryOptions(useScope(), null as Query<string> | null)).data}</p>
  );
  expectCaughtErrors();
  renderFauna(
    <Boundary>
      <Skipped />
    </Boundary>,
    { clerk, fauna },
  );
  await screen.findByText("not_a_query");
});
