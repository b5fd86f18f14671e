import { type DefaultOptions, QueryClient, useQuery } from "@tanstack/react-query";
import { screen, waitFor } from "@testing-library/react";
import { fql, type Page } from "fauna";
import {
  createFaunaClient,
  faunaQueryOptions,
  useFaunaAuth,
  useFaunaClient,
  useFaunaInfiniteQuery,
  useFaunaQuery,
} from "fauna-clerk";
import { describe, expect, test, vi } from "vitest";

import { failure, success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { untilIdle } from "../support/idle";
import { renderFauna } from "../support/render-fauna";

type Defaults = NonNullable<DefaultOptions["queries"]>;
type Rows = { readonly pages: readonly { readonly data: readonly string[] }[] };

const query = fql<string>`whoami()`;
const list = fql<Page<string>>`names()`;

const useOptions = () =>
  useQuery(faunaQueryOptions({ client: useFaunaClient(), auth: useFaunaAuth() }, query));

/** The ways to ask, and how each shows its data. */
const readers: Record<string, () => { data: unknown; status: string }> = {
  useFaunaQuery: () => useFaunaQuery(query),
  faunaQueryOptions: useOptions,
  useFaunaInfiniteQuery: () => {
    const { data, status } = useFaunaInfiniteQuery(list);
    return { data: (data as Rows | undefined)?.pages[0]?.data[0], status };
  },
};

/** The data of a reader, from what it shows. */
const dataOf = (name: string, shown: string): unknown =>
  name === "useFaunaInfiniteQuery" ? { pages: [{ data: [shown] }], pageParams: [null] } : shown;

/** The ways to set a default. */
const ways: Record<string, (client: QueryClient, defaults: Defaults) => void> = {
  setQueryDefaults: (client, defaults) => client.setQueryDefaults(["fauna"], defaults),
  defaultOptions: (client, queries) => client.setDefaultOptions({ queries }),
};

describe.each(Object.entries(ways))("%s", (_way, setDefaults) => {
  describe.each(Object.entries(readers))("of %s", (name, useReader) => {
    async function setUp(defaults: Defaults) {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      fauna.respond = (request) =>
        success(request, request.body.includes("names") ? { data: ["asked"] } : "asked");
      const queryClient = new QueryClient();
      setDefaults(queryClient, defaults);
      const seen: unknown[] = [];
      function Shown() {
        const { data, status } = useReader();
        seen.push(data);
        return <p>{status === "success" ? `shows ${String(data)}` : status}</p>;
      }
      const show = () => renderFauna(<Shown />, { clerk, fauna, queryClient });
      return { fauna, show, seen };
    }

    test("retry limits the retries", async () => {
      const { fauna, show } = await setUp({ retry: false });
      fauna.respond = (request) => failure(request, 503, "unavailable");
      show();
      await screen.findByText("error");
      expect(fauna.requests).toHaveLength(1);
    });

    test("enabled: false asks nothing", async () => {
      const { fauna, show } = await setUp({ enabled: false });
      show();
      await untilIdle();
      expect(fauna.requests).toHaveLength(0);
    });

    test("initialData and staleTime show without a request", async () => {
      const initialData = dataOf(name, "initial");
      const { fauna, show } = await setUp({ initialData, staleTime: Infinity });
      show();
      await screen.findByText("shows initial");
      await untilIdle();
      expect(fauna.requests).toHaveLength(0);
    });

    test("placeholderData shows until the data is there", async () => {
      const { show, seen } = await setUp({ placeholderData: dataOf(name, "placeholder") });
      show();
      await screen.findByText("shows asked");
      expect(seen[0]).toBe("placeholder");
    });

    test("structuralSharing is the app's", async () => {
      const structuralSharing = vi.fn((_previous: unknown, next: unknown) => next);
      const { show } = await setUp({ structuralSharing });
      show();
      await screen.findByText("shows asked");
      expect(structuralSharing).toHaveBeenCalled();
    });

    test("select changes what is shown", async () => {
      const { show } = await setUp({
        select: (data: unknown) =>
          typeof data === "string"
            ? `selected ${data}`
            : dataOf(name, `selected ${(data as Rows).pages[0]!.data[0]!}`),
      });
      show();
      await screen.findByText("shows selected asked");
    });
  });
});

test("a client without a provider obeys the defaults of the cache that it is used with", async () => {
  const fauna = await startFakeFauna();
  fauna.respond = (request) => failure(request, 503, "unavailable");
  const queryClient = new QueryClient();
  queryClient.setQueryDefaults(["fauna"], { retry: 1, retryDelay: 0 });
  const client = createFaunaClient({ endpoint: fauna.url, getToken: () => Promise.resolve("key") });
  const fetched = queryClient.fetchQuery(faunaQueryOptions({ client }, query));
  await expect(fetched).rejects.toMatchObject({ httpStatus: 503 });
  expect(fauna.requests).toHaveLength(2);
});

test("structuralSharing: true is the library's, which keeps what did not change", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const time = { "@time": "2026-01-01T00:00:00Z" };
  fauna.respond = (request) =>
    success(request, { data: [time], after: String(fauna.requests.length) });
  const seen: unknown[][] = [];
  function Shown() {
    const one = useFaunaQuery(fql`names()`, { structuralSharing: true });
    const { items } = useFaunaInfiniteQuery(list, { structuralSharing: true });
    const row = (one.data as { data: unknown[] } | undefined)?.data[0];
    if (row && items[0]) seen.push([row, items[0]]);
    return <p>{row && items[0] ? "there" : "loading"}</p>;
  }
  const app = renderFauna(<Shown />, { clerk, fauna });
  await screen.findByText("there");
  await app.cache.refetchQueries();
  await waitFor(() => expect(fauna.requests).toHaveLength(4));
  app.update(<Shown />);
  expect(seen.at(-1)?.[0]).toBe(seen[0]?.[0]);
  expect(seen.at(-1)?.[1]).toBe(seen[0]?.[1]);
});

test("a stable placeholderData function is called once for the same query", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const hold = fauna.hold();
  const placeholderData = vi.fn(() => "placeholder");
  const Shown = ({ n }: { n: number }) => (
    <p>{`${n} ${String(useFaunaQuery(query, { placeholderData }).data)}`}</p>
  );
  const app = renderFauna(<Shown n={0} />, { clerk, fauna });
  await hold.reached();
  const { length } = placeholderData.mock.calls;
  for (const n of [1, 2, 3]) app.update(<Shown n={n} />);
  await screen.findByText("3 placeholder");
  expect(placeholderData).toHaveBeenCalledTimes(length);
  hold.release();
});
