import { renderHook, screen, waitFor } from "@testing-library/react";
import { fql, type Query } from "fauna";
import { FaunaProvider, useFaunaQuery, type UseFaunaQueryResult } from "fauna-clerk";
import type { ReactNode } from "react";
import { describe, expect, test } from "vitest";

import { success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { type FakeFauna, startFakeFauna } from "../support/fake-fauna";
import { untilIdle } from "../support/idle";
import { type Mode, modes } from "../support/modes";
import { renderFauna } from "../support/render-fauna";
import { ownerOf } from "../support/watcher";
import { variants } from "../support/variants";

type Read = (result: UseFaunaQueryResult<unknown>) => unknown;

interface ReaderProps {
  query: Query<string>;
  read: Read;
  onRender(): void;
}

/** Reads of a result what `read` reads, and tells of each render. */
function Reader({ query, read, onRender }: ReaderProps) {
  onRender();
  return <p data-testid="read">{JSON.stringify(read(useFaunaQuery(query)))}</p>;
}

/** Renders a reader and returns how many renders each refetch caused. */
async function setUp(query: Query<string>, read: Read, wrap: Mode["wrap"], fauna: FakeFauna) {
  let renders = 0;
  const reader = <Reader query={query} read={read} onRender={() => renders++} />;
  const { cache } = renderFauna(reader, { clerk: createFakeClerk(ada), fauna, wrap });
  await waitFor(() => expect(cache.isFetching()).toBe(0));
  await waitFor(() => expect(cache.getQueriesData({})[0]?.[1]).toBeDefined());
  return {
    shown: () => screen.getByTestId("read").textContent,
    async rendersOfRefetch(): Promise<number> {
      const before = renders;
      await cache.refetchQueries();
      // What a refetch renders is rendered by the time that something else is.
      cache.setQueryData(["unrelated"], 1);
      // TanStack tells by timers of no time, one after another.
      await new Promise((turn) => setTimeout(turn, 0));
      await untilIdle();
      return renders - before;
    },
  };
}

const document = (title: string) => ({
  "@doc": {
    id: "1",
    coll: { "@mod": "Todo" },
    ts: { "@time": "2026-01-01T00:00:00Z" },
    title,
    tags: ["a"],
    due: { "@date": "2026-02-03" },
  },
});

describe.each(modes)("$mode", ({ mode, wrap }) => {
  describe.each(variants.filter((each) => each.mode === mode))("$driver", ({ query }) => {
    test("a component that reads only data does not re-render for isFetching", async () => {
      const fauna = await startFakeFauna();
      const read: Read = ({ data }) => data;
      const { rendersOfRefetch, shown } = await setUp(query(), read, wrap, fauna);
      await waitFor(() => expect(shown()).toBe(JSON.stringify(ownerOf(ada))));
      expect(await rendersOfRefetch()).toBe(0);
    });

    test("a component that reads isFetching re-renders for it", async () => {
      const fauna = await startFakeFauna();
      const read: Read = ({ data, isFetching }) => ({ data, isFetching });
      const { rendersOfRefetch } = await setUp(query(), read, wrap, fauna);
      expect(await rendersOfRefetch()).toBeGreaterThan(0);
    });

    test("an unchanged refetch does not re-render a component that reads data, error and loading", async () => {
      const fauna = await startFakeFauna();
      const read: Read = ({ data, error, loading }) => ({ data, error, loading });
      const { rendersOfRefetch } = await setUp(query(), read, wrap, fauna);
      expect(await rendersOfRefetch()).toBe(0);
    });

    test("a changed refetch renders", async () => {
      const fauna = await startFakeFauna();
      fauna.respond = (request, index) => success(request, `answer ${index}`);
      const { rendersOfRefetch, shown } = await setUp(query(), ({ data }) => data, wrap, fauna);
      expect(await rendersOfRefetch()).toBeGreaterThan(0);
      expect(shown()).toBe('"answer 1"');
    });
  });

  test("an unchanged refetch of documents, pages and times renders nothing", async () => {
    const fauna = await startFakeFauna();
    const page = { "@set": { data: [document("one"), document("two")], after: "cursor" } };
    fauna.respond = (request) => success(request, page);
    const read: Read = ({ data, error, loading }) => [typeof data, error, loading];
    const { rendersOfRefetch } = await setUp(fql<string>`Todo.all()`, read, wrap, fauna);
    expect(await rendersOfRefetch()).toBe(0);
  });

  test("a refetch in which one document changed keeps the others' identity", async () => {
    const fauna = await startFakeFauna();
    fauna.respond = (request, index) => {
      const data = [document("one"), document(index === 0 ? "two" : "changed")];
      return success(request, { "@set": { data, after: "cursor" } });
    };
    const seen: unknown[][] = [];
    const read: Read = ({ data }) => {
      if (data) seen.push((data as { data: unknown[] }).data);
      return null;
    };
    const { rendersOfRefetch } = await setUp(fql<string>`Todo.all()`, read, wrap, fauna);
    await rendersOfRefetch();
    const [first, last] = [seen[0], seen.at(-1)];
    expect(last?.[0]).toBe(first?.[0]);
    expect(last?.[1]).not.toBe(first?.[1]);
    expect(last?.[1]).toMatchObject({ title: "changed" });
  });

  test("a result can be spread, loading included", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    const wrapper = ({ children }: { children: ReactNode }) =>
      wrap(
        <FaunaProvider auth={clerk.auth} endpoint={fauna.url}>
          {children}
        </FaunaProvider>,
      );
    const { result } = renderHook(() => ({ ...useFaunaQuery(fql<string>`1`) }), { wrapper });
    expect(result.current).toMatchObject({ loading: true, data: undefined, isFetching: true });
    await waitFor(() => expect(result.current.data).toBe(ownerOf(ada)));
    expect(result.current).toMatchObject({ loading: false, error: null, status: "success" });
    expect(result.current.refetch).toBeTypeOf("function");
  });

  test("a result lists loading among its properties", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(null)];
    let keys: string[] = [];
    const read: Read = (result) => {
      keys = "loading" in result && "data" in result ? Object.keys(result) : [];
      return null;
    };
    const reader = <Reader query={fql<string>`1`} read={read} onRender={() => undefined} />;
    renderFauna(reader, { clerk, fauna, wrap });
    expect(keys).toEqual(expect.arrayContaining(["data", "error", "loading", "refetch"]));
  });
});
