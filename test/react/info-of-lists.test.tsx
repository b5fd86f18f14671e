import { screen, waitFor } from "@testing-library/react";
import { fql, type Page } from "fauna";
import {
  type FaunaInfo,
  useFaunaInfiniteQuery,
  useFaunaSuspenseInfiniteQuery,
  useFaunaSuspenseQuery,
} from "fauna-clerk";
import { beforeEach, describe, expect, test } from "vitest";

import { Boundary } from "../support/boundary";
import { ada, bob, createFakeClerk, type FakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { cursorIn } from "../support/fake-pages";
import { type Mode, modes } from "../support/modes";
import { renderFauna } from "../support/render-fauna";
import { stopDate } from "../support/stop-date";

beforeEach(stopDate);

const query = fql<Page<string>>`Todo.all().map(.title)`;

/** A server with two pages that stay as they are, while what answers say beside them is different each time. */
async function serve() {
  const fauna = await startFakeFauna();
  fauna.respond = (request, index) => {
    const data = cursorIn(request) ? { data: ["two"] } : { data: ["one"], after: "cursor" };
    const stats = { read_ops: index };
    return { body: { data, summary: `${index}`, txn_ts: 1000 + index, schema_version: 7, stats } };
  };
  return fauna;
}

type Result = FaunaInfo & { readonly data: unknown; fetchNextPage?(): Promise<unknown> };

/** Renders a component with one of the hooks, and keeps all results that it got. */
async function read(
  use: () => Result,
  wrap?: Mode["wrap"],
  clerk: FakeClerk = createFakeClerk(ada),
) {
  const fauna = await serve();
  const results: Result[] = [];
  function Reader() {
    const result = use();
    results.push(result);
    return <p>{result.data ? "shown" : "nothing"}</p>;
  }
  const inside = (
    <Boundary>
      <Reader />
    </Boundary>
  );
  const { cache } = renderFauna(inside, { fauna, clerk, wrap });
  await screen.findByText("shown");
  return { fauna, cache, results, info: () => results.at(-1)?.info };
}

const lists = [
  { hook: "useFaunaInfiniteQuery", use: () => useFaunaInfiniteQuery(query) },
  { hook: "useFaunaSuspenseInfiniteQuery", use: () => useFaunaSuspenseInfiniteQuery(query) },
];
const suspense = { hook: "useFaunaSuspenseQuery", use: () => useFaunaSuspenseQuery(query) };

describe.each(modes)("$mode", ({ wrap }) => {
  describe.each([...lists, suspense])("$hook", ({ use }) => {
    test("an unchanged refetch updates info without rendering", async () => {
      const { info, cache, results } = await read(use, wrap);
      expect(info()).toMatchObject({ txn_ts: 1000, schema_version: 7, summary: "0" });
      const renders = results.length;
      await cache.refetchQueries();
      expect(info()?.txn_ts).toBe(1001);
      expect(results).toHaveLength(renders);
    });

    test("info of one identity is never shown to another", async () => {
      const clerk = createFakeClerk(ada);
      const { info, results, fauna } = await read(use, wrap, clerk);
      const adas = results.at(-1);
      const hold = fauna.hold();
      clerk.become(bob);
      await hold.reached();
      // Not even by the result that was hers.
      expect(adas?.info).toBeUndefined();
      hold.release();
      await waitFor(() => expect(info()?.txn_ts).toBe(1001));
    });
  });

  test.each(lists)("info of $hook is that of the page fetched last", async ({ use }) => {
    const { info, results, cache } = await read(use, wrap);
    await results.at(-1)?.fetchNextPage?.();
    expect(info()?.txn_ts).toBe(1001);
    await cache.refetchQueries();
    expect(info()?.txn_ts).toBe(1003);
  });
});
