// @vitest-environment node
import {
  QueryClient,
  QueryClientProvider,
  usePrefetchQuery,
  useSuspenseInfiniteQuery,
  useSuspenseQueries,
  useSuspenseQuery,
} from "@tanstack/react-query";
import { fql, type Page, type Query } from "fauna";
import {
  createFaunaClient,
  FaunaProvider,
  faunaInfiniteQueryOptions,
  faunaLiveInfiniteQueryOptions,
  faunaLiveQueryOptions,
  faunaQueryOptions,
  type FaunaScope,
  isConfigurationError,
  useFaunaAuth,
  useFaunaClient,
} from "fauna-clerk";
import { type ReactNode, Suspense } from "react";
import * as ReactDOM from "react-dom";
import { describe, expect, test, vi } from "vitest";

import { ada, createFakeClerk, type Who } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { stream } from "../support/on-server";
import { makeToken } from "../support/token";

const value: Query<string> = fql<string>`value`;
const page: Query<Page<string>> = fql<Page<string>>`Todo.all()`;

const useValue = (scope: FaunaScope) => useSuspenseQuery(faunaQueryOptions(scope, value)).data;

const useLiveValue = (scope: FaunaScope) =>
  useSuspenseQuery(faunaLiveQueryOptions(scope, value)).data;

const useValues = (scope: FaunaScope) =>
  useSuspenseQueries({ queries: [faunaQueryOptions(scope, value)] })[0].data;

const useList = (scope: FaunaScope) =>
  useSuspenseInfiniteQuery(faunaInfiniteQueryOptions(scope, page)).data.pages.length;

const useLiveList = (scope: FaunaScope) =>
  useSuspenseInfiniteQuery(faunaLiveInfiniteQueryOptions(scope, page)).data.pages.length;

const usePrefetched = (scope: FaunaScope) => {
  usePrefetchQuery(faunaQueryOptions(scope, value));
  return useValue(scope);
};

const useSkipped = (scope: FaunaScope) =>
  useSuspenseQuery(faunaQueryOptions(scope, null as Query<string> | null)).data;

/** TanStack's hooks for Suspense. */
const hooks: readonly [string, ShowProps["useShown"]][] = [
  ["useSuspenseQuery", useValue],
  ["useSuspenseQuery of a live query", useLiveValue],
  ["useSuspenseQueries", useValues],
  ["useSuspenseInfiniteQuery", useList],
  ["useSuspenseInfiniteQuery of a live list", useLiveList],
];

const states: readonly [string, Who | null | undefined][] = [
  ["Clerk is loading", undefined],
  ["somebody is signed in", ada],
  ["nobody is signed in", null],
];

/** From React 19.3 on a component can leave its boundary to the browser. Before, it has to throw an error there. */
const LEFT = "browser" in ReactDOM ? [] : ["browser_only"];

interface ShowProps {
  useShown: (scope: FaunaScope) => unknown;
  scope: FaunaScope;
}

const Show = ({ useShown, scope }: ShowProps) => <p>{`shown ${String(useShown(scope))}`}</p>;

interface OwnProps extends Pick<ShowProps, "useShown"> {
  withAuth?: boolean;
}

/** With the provider's client. */
function Own({ useShown, withAuth = false }: OwnProps) {
  const [client, auth] = [useFaunaClient(), useFaunaAuth()];
  return <Show useShown={useShown} scope={withAuth ? { client, auth } : { client }} />;
}

/** The page of an app with a cache of its own, and the codes of what React tells. */
async function render(children: ReactNode) {
  const page = (
    <QueryClientProvider client={new QueryClient()}>
      <Suspense fallback="waiting">{children}</Suspense>
    </QueryClientProvider>
  );
  const { html, errors } = await stream(page);
  return { html, codes: errors.map((error) => isConfigurationError(error) && error.code) };
}

const serverClient = (endpoint: string, userId?: string) => {
  const getToken = vi.fn(async () => makeToken({ sub: "ada" }));
  return { getToken, client: createFaunaClient({ endpoint, getToken, userId }) };
};

describe.each(hooks)("%s", (_name, useShown) => {
  test("where nobody is named, a server sends the fallback, and no request", async () => {
    const fauna = await startFakeFauna();
    const { client, getToken } = serverClient(fauna.url);
    const { html, codes } = await render(<Show useShown={useShown} scope={{ client }} />);
    expect(html).toContain("waiting");
    expect(codes).toEqual(LEFT);
    expect([fauna.requests, getToken.mock.calls]).toEqual([[], []]);
  });

  test.each(states)("the same of a provider's client while %s", async (_state, who) => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(who)];
    for (const withAuth of [false, true]) {
      const { html, codes } = await render(
        <FaunaProvider auth={clerk.auth} endpoint={fauna.url}>
          <Own useShown={useShown} withAuth={withAuth} />
        </FaunaProvider>,
      );
      expect(html).toContain("waiting");
      expect(codes).toEqual(LEFT);
    }
    expect([fauna.requests, clerk.getToken.mock.calls]).toEqual([[], []]);
  });

  test("the same of a provider's client whose tokens tell who is signed in", async () => {
    const fauna = await startFakeFauna();
    const { getToken } = serverClient(fauna.url);
    const { html, codes } = await render(
      <FaunaProvider getToken={getToken} endpoint={fauna.url}>
        <Own useShown={useShown} withAuth />
      </FaunaProvider>,
    );
    expect(html).toContain("waiting");
    expect(codes).toEqual(LEFT);
    expect([fauna.requests, getToken.mock.calls]).toEqual([[], []]);
  });
});

test("a server does not wait for what an app prefetches while rendering and nobody is named", async () => {
  const fauna = await startFakeFauna();
  const { client } = serverClient(fauna.url);
  const { auth } = createFakeClerk(undefined);
  for (const page of [
    <Show key="named by nobody" useShown={usePrefetched} scope={{ client }} />,
    <FaunaProvider key="Clerk is loading" auth={auth} endpoint={fauna.url}>
      <Own useShown={usePrefetched} />
    </FaunaProvider>,
  ]) {
    const { html, codes } = await render(page);
    expect(html).toContain("waiting");
    expect(codes).toEqual(LEFT);
  }
});

test("a server shows what a client with a userId has asked", async () => {
  const fauna = await startFakeFauna();
  const { client } = serverClient(fauna.url, "ada");
  const { html } = await render(<Show useShown={useValue} scope={{ client }} />);
  expect(html).toContain("shown ada");
});

test.each([undefined, "ada"])("a skipped query cannot suspend: userId %s", async (userId) => {
  const fauna = await startFakeFauna();
  const { client } = serverClient(fauna.url, userId);
  const { codes } = await render(<Show useShown={useSkipped} scope={{ client }} />);
  expect(codes).toEqual(["not_a_query"]);
});
