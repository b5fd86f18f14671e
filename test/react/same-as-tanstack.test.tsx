import {
  keepPreviousData,
  type QueryClient,
  QueryClient as Client,
  QueryClientProvider,
  useQuery,
  type UseQueryResult,
} from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { fql } from "fauna";
import { FaunaProvider, useFaunaQuery, type UseFaunaQueryOptions } from "fauna-clerk";
import { expect, onTestFinished, test } from "vitest";

import { eventually } from "../support/eventually";
import { failure, success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { type FakeFauna, startFakeFauna } from "../support/fake-fauna";
import { untilIdle } from "../support/idle";

// Options go through our hook and through TanStack's, above the same server: both have to show the same.

type Options = UseFaunaQueryOptions<number, unknown>;
type UseIt = (options: Options) => UseQueryResult<unknown>;

const NUMBER = fql<number>`number()`;

/** What a component could tell of a result. */
const told = (result: UseQueryResult<unknown>): object => {
  const { status, data, error, isPlaceholderData, isStale, isFetched, isRefetchError } = result;
  const { isEnabled, errorUpdateCount, fetchStatus } = result;
  const more = { isStale, isFetched, isRefetchError, isEnabled, errorUpdateCount, fetchStatus };
  return { status, data, isPlaceholderData, hasError: error !== null, ...more };
};

/** Asks as our hook does, but with TanStack's alone. */
async function askFor(url: string): Promise<number> {
  const response = await fetch(`${url}/query/1`, { method: "POST", body: "{}" });
  if (!response.ok) throw new Error("refused");
  return ((await response.json()) as { data: number }).data;
}

const hooks: Record<"ours" | "TanStack's", (fauna: FakeFauna) => UseIt> = {
  ours: () => (options) => useFaunaQuery(NUMBER, options),
  "TanStack's": (fauna) => (options) =>
    useQuery({ queryKey: ["fauna"], queryFn: () => askFor(fauna.url), ...(options as object) }),
};

/** Where an app can set an option. */
const places = {
  "the hook": () => {},
  setQueryDefaults: (cache: QueryClient, options: Options) =>
    cache.setQueryDefaults(["fauna"], options as object),
  defaultOptions: (cache: QueryClient, options: Options) =>
    cache.setDefaultOptions({ queries: options as object }),
};

/** Shows a query, renders it again, refetches it, invalidates it, and mounts it anew. Returns what it has told each time. */
async function run(
  hook: keyof typeof hooks,
  place: keyof typeof places,
  options: Options,
  failures: number,
): Promise<object[]> {
  const [fauna, clerk, cache] = [await startFakeFauna(), createFakeClerk(ada), new Client()];
  fauna.respond = (request, index) =>
    index < failures ? failure(request, 500, "internal_error") : success(request, index);
  places[place](cache, options);
  const useIt = hooks[hook](fauna);
  let last: UseQueryResult<unknown> | undefined;
  function Shown() {
    last = useIt(place === "the hook" ? options : {});
    told(last);
    return null;
  }
  const tree = (key: number) => (
    <QueryClientProvider client={cache}>
      <FaunaProvider auth={clerk.useAuth()} endpoint={fauna.url}>
        <Shown key={key} />
      </FaunaProvider>
    </QueryClientProvider>
  );
  function App({ mounted }: { mounted: number }) {
    return tree(mounted);
  }
  const { rerender, unmount } = render(<App mounted={1} />);
  onTestFinished(unmount);
  const all: object[] = [];
  const settle = async (mounted = 1): Promise<void> => {
    await untilIdle();
    await eventually(() => expect(cache.isFetching()).toBe(0));
    // Renders what the cache has by now.
    rerender(<App mounted={mounted} />);
    all.push({ ...told(last!), requests: fauna.requests.length });
  };
  await settle();
  await last?.refetch();
  await settle();
  await cache.invalidateQueries();
  await settle();
  rerender(<App mounted={2} />);
  await settle(2);
  return all;
}

const cases: [what: string, options: Options, failures?: number][] = [
  ["nothing", {}],
  ["initialData", { initialData: 41 }],
  ["initialData as a function", { initialData: () => 41, staleTime: Infinity }],
  [
    "initialDataUpdatedAt",
    { initialData: 41, initialDataUpdatedAt: () => 1, staleTime: 60_000, refetchOnMount: true },
  ],
  ["placeholderData and select", { placeholderData: 7, select: (number) => [number] }],
  ["keepPreviousData", { placeholderData: keepPreviousData }],
  [
    "a select that throws",
    {
      select: () => {
        throw new Error("select");
      },
    },
  ],
  ["a staleTime that never ends", { staleTime: "static" }],
  ["staleTime as a function", { staleTime: ({ state }) => (state.data === 0 ? Infinity : 0) }],
  ["structuralSharing as a function", { structuralSharing: (_before, next) => [next] }],
  [
    "structuralSharing that throws",
    {
      retry: false,
      structuralSharing: () => {
        throw new Error("sharing");
      },
    },
  ],
  ["enabled: false", { enabled: false }],
  ["enabled as a function", { enabled: ({ state }) => state.dataUpdateCount < 2 }],
  ["enabled: false with initialData", { enabled: false, initialData: 5 }],
  ["a refetch for each mount", { refetchOnMount: "always", staleTime: Infinity }],
  ["no refetch for a mount", { refetchOnMount: false }],
  ["no retry", { retry: false }, 2],
  ["retries", { retry: 2, retryDelay: 1 }, 5],
  ["retry as a function", { retry: (count) => count < 1, retryDelay: () => 1 }, 3],
  ["no retry on mount", { retry: false, retryOnMount: false }, Infinity],
  ["networkMode", { networkMode: "offlineFirst" }],
  ["notifyOnChangeProps", { notifyOnChangeProps: "all" }],
];

for (const place of Object.keys(places) as (keyof typeof places)[])
  test.each(cases)(
    `${place}: %s means what it means in TanStack`,
    async (_what, options, failures = 0) => {
      const ours = await run("ours", place, options, failures);
      expect(ours).toEqual(await run("TanStack's", place, options, failures));
    },
  );
