import { QueryClient, QueryClientProvider, useQueryClient } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { FaunaProvider } from "fauna-clerk";
import type { ReactNode } from "react";
import { describe, expect, test } from "vitest";

import { drivers } from "../support/drivers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { type Mode } from "../support/modes";
import { Owner } from "../support/owner";
import { ownerOf } from "../support/watcher";
import { variants } from "../support/variants";

const holds = (cache: QueryClient): unknown[] => cache.getQueriesData({}).map(([, data]) => data);

async function setUp(
  wrap: Mode["wrap"],
  children: ReactNode,
  { prop, context }: { prop?: QueryClient; context?: QueryClient },
) {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const provider = (
    <FaunaProvider auth={clerk.auth} endpoint={fauna.url} drivers={drivers} queryClient={prop}>
      {children}
    </FaunaProvider>
  );
  render(
    wrap(
      context ? <QueryClientProvider client={context}>{provider}</QueryClientProvider> : provider,
    ),
  );
  await screen.findByText(ownerOf(ada));
}

describe.each(variants)("$driver $mode", ({ wrap, query }) => {
  test("the prop queryClient provides the cache", async () => {
    const [prop, context] = [new QueryClient(), new QueryClient()];
    await setUp(wrap, <Owner query={query()} />, { prop, context });
    expect([holds(prop), holds(context)]).toEqual([[ownerOf(ada)], []]);
  });

  test("without queryClient, TanStack's context provides the cache", async () => {
    const context = new QueryClient();
    await setUp(wrap, <Owner query={query()} />, { context });
    expect(holds(context)).toEqual([ownerOf(ada)]);
  });

  test("without either, the provider has its own cache, which TanStack's hooks use too", async () => {
    let own!: QueryClient;
    function Take({ to }: { to(cache: QueryClient): void }) {
      to(useQueryClient());
      return null;
    }
    const children = [
      <Take key="take" to={(cache) => (own = cache)} />,
      <Owner key="owner" query={query()} />,
    ];
    await setUp(wrap, children, {});
    // It is the page's, in which other tests' files may have left something.
    expect(holds(own)).toContain(ownerOf(ada));
  });
});
