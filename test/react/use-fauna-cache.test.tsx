import { act, screen, waitFor } from "@testing-library/react";
import { fql, type Page } from "fauna";
import { type FaunaCache, useFaunaInfiniteQuery } from "fauna-clerk";
import faunadb from "faunadb";
import { describe, expect, test } from "vitest";

import { drivers } from "../support/drivers";
import { success } from "../support/fake-answers";
import { ada, bob, createFakeClerk, type Who } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { GiveCache } from "../support/give-cache";
import { isRead, list, serveList } from "../support/list-server";
import { modes, type Mode } from "../support/modes";
import { renderFauna } from "../support/render-fauna";
import { List } from "../support/writer";

const { query: q } = faunadb;

async function setUp(who: Who | null | undefined = ada, wrap?: Mode["wrap"]) {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(who)];
  serveList(fauna, "first");
  const caches: FaunaCache[] = [];
  const give = <GiveCache key="give" to={(cache) => void caches.push(cache)} />;
  const app = renderFauna([<List key="list" />, give], { clerk, fauna, wrap, drivers });
  if (who) await screen.findByText("first");
  return { fauna, clerk, app, caches, cache: () => caches.at(-1)! };
}

describe.each(modes)("$mode", ({ wrap }) => {
  test("data is read by query", async () => {
    const { cache } = await setUp(ada, wrap);
    expect(cache().getFaunaData(list)).toEqual(["first"]);
    expect(cache().getFaunaData(fql<string[]>`list()`)).toEqual(["first"]);
    expect(cache().getFaunaData(fql<string[]>`other()`)).toBeUndefined();
  });

  test("data that is set is shown at once, and nothing is sent", async () => {
    const { fauna, cache } = await setUp(ada, wrap);
    act(() => void cache().setFaunaData(list, ["set"]));
    await screen.findByText("set");
    expect(fauna.requests).toHaveLength(1);
  });

  test("the object is the same until the identity changes", async () => {
    const { clerk, app, caches } = await setUp(ada, wrap);
    app.update([
      <List key="list" />,
      <GiveCache key="give" to={(cache) => void caches.push(cache)} />,
    ]);
    expect(new Set(caches.slice(-2)).size).toBe(1);
    const before = caches.at(-1);
    clerk.become(bob);
    expect(caches.at(-1)).not.toBe(before);
  });
});

test("a function computes the new data from the previous data", async () => {
  const { cache } = await setUp();
  act(() => void cache().setFaunaData(list, (titles) => titles && [...titles, "set"]));
  await screen.findByText("first, set");
});

test("a function that returns undefined changes nothing", async () => {
  const { cache } = await setUp();
  expect(cache().setFaunaData(fql<string>`other()`, () => undefined)).toBeUndefined();
  expect(cache().getFaunaData(fql<string>`other()`)).toBeUndefined();
});

test("v4 expressions address data, too", async () => {
  const { cache } = await setUp();
  const expression = (): never => q.Call("owner") as never;
  cache().setFaunaData<string>(expression(), "set");
  expect(cache().getFaunaData<string>(expression())).toBe("set");
});

test.each([
  { what: "a query", queries: list },
  { what: "a list", queries: [list] },
  { what: "a predicate", queries: (text: string) => text === "list()" },
  { what: "nothing", queries: undefined },
])(
  "invalidateFauna with $what refetches the queries on the screen, then resolves",
  async ({ queries }) => {
    const { fauna, cache } = await setUp();
    await cache().invalidateFauna(queries);
    expect(fauna.requests.filter(isRead)).toHaveLength(2);
  },
);

test("invalidateFauna leaves other queries alone", async () => {
  const { fauna, cache } = await setUp();
  await cache().invalidateFauna([fql`other()`]);
  await cache().invalidateFauna((text) => text.includes("other"));
  expect(fauna.requests).toHaveLength(1);
});

test("cancelFauna ends a fetch under way and keeps the data", async () => {
  const { fauna, app, cache } = await setUp();
  fauna.hold();
  void cache().invalidateFauna();
  await fauna.received(2);
  await cache().cancelFauna(list);
  await waitFor(() => expect(fauna.requests[1]?.aborted).toBe(true));
  expect(app.cache.isFetching()).toBe(0);
  expect(cache().getFaunaData(list)).toEqual(["first"]);
});

test("a user cannot read another user's data", async () => {
  const { clerk, fauna, cache } = await setUp();
  fauna.hold();
  clerk.become(bob);
  expect(cache().getFaunaData(list)).toBeUndefined();
});

test("a previous user's functions cannot set data", async () => {
  const { clerk, app, cache } = await setUp();
  const adas = cache();
  clerk.become(bob);
  expect(() => adas.setFaunaData(list, ["hers"])).toThrow(
    expect.objectContaining({ code: "identity_changed" }),
  );
  const hashes = app.cache.getQueryCache().getAll();
  expect(hashes.filter(({ queryHash }) => queryHash.includes("sess_ada"))).toEqual([]);
});

test("signed out, no data can be set", async () => {
  const { cache } = await setUp(null);
  expect(() => cache().setFaunaData(list, ["x"])).toThrow(
    expect.objectContaining({ code: "signed_out" }),
  );
});

test("a value that is not a query is refused", async () => {
  const { cache } = await setUp();
  expect(() => cache().getFaunaData("list()" as never)).toThrow(
    expect.objectContaining({ code: "not_a_query" }),
  );
});

test("a page that is being fetched comes before its list is refetched", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const todos = fql<Page<string>>`Todo.all()`;
  fauna.respond = (request) =>
    request.body.includes("Set.paginate")
      ? success(request, { data: ["second"] })
      : success(request, { "@set": { data: ["first"], after: "next" } });
  let more!: () => Promise<unknown>;
  let cache!: FaunaCache;
  function Shown() {
    const { items, fetchNextPage } = useFaunaInfiniteQuery(todos);
    more = fetchNextPage;
    return <p>{items.join()}</p>;
  }
  const give = <GiveCache key="give" to={(given) => (cache = given)} />;
  renderFauna([<Shown key="shown" />, give], { clerk, fauna });
  await screen.findByText("first");
  const hold = fauna.hold();
  const page = more();
  await hold.reached();
  const refetched = cache.invalidateFauna();
  hold.release();
  await act(async () => void (await Promise.all([page, refetched])));
  await screen.findByText("first,second");
  expect(fauna.requests.map(({ aborted }) => aborted)).toEqual([false, false, false, false]);
});
