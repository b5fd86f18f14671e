import { screen, waitFor } from "@testing-library/react";
import { fql, type Query } from "fauna";
import { useFaunaQuery } from "fauna-clerk";
import faunadb from "faunadb";
import { describe, expect, test } from "vitest";

import { testedDrivers } from "../support/drivers";
import { failure, ownerIn, success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { type ReceivedRequest, startFakeFauna } from "../support/fake-fauna";
import { add, isRead, isWrite, serveList } from "../support/list-server";
import { modes } from "../support/modes";
import { Owner } from "../support/owner";
import { renderFauna } from "../support/render-fauna";
import { List, type Write, type WriteOptions, Writer } from "../support/writer";

const { query: q } = faunadb;

/** Two queries on the screen, and a third that has left it. */
async function setUp(options: WriteOptions = {}) {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  fauna.respond = (request, index) => success(request, ownerIn(request.claims), (index + 1) * 100);
  const [one, two, gone] = [
    fql<string>`Todo.byId(${"1"})`,
    fql<string>`User.all()`,
    fql<string>`Todo.gone()`,
  ];
  let write!: Write;
  const writer = <Writer key="w" options={options} to={(given) => (write = given)} />;
  const owner = (name: string, query: Query<string>) => <Owner key={name} query={query} />;
  const app = renderFauna([owner("gone", gone), writer], { clerk, fauna });
  await fauna.received(1);
  await waitFor(() => expect(app.cache.isFetching()).toBe(0));
  app.update([owner("one", one), owner("two", two), writer]);
  await fauna.received(3);
  await waitFor(() => expect(app.cache.isFetching()).toBe(0));
  const asked = (): string[] => {
    const later = fauna.requests.slice(fauna.requests.findIndex(isWrite) + 1);
    return later.map(({ body }) => /Todo\.byId|User\.all|Todo\.gone|add/.exec(body)?.[0] ?? body);
  };
  return { fauna, app, asked, write: () => write };
}

describe.each(modes)("$mode", ({ wrap }) => {
  test.each(testedDrivers)("a query on the screen sees a $driver write", async ({ driver }) => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    serveList(fauna, "first");
    let write!: Write;
    const build = driver === "v10" ? add : (title: string) => q.Call("add(", title) as never;
    const writer = <Writer key="w" build={build} to={(given) => (write = given)} />;
    renderFauna([<List key="list" />, writer], { clerk, fauna, wrap });
    await screen.findByText("first");
    await write.mutateAsync("second");
    await waitFor(() => expect(fauna.requests.filter(isRead)).toHaveLength(2));
    const { headers } = fauna.requests.filter(isRead)[1]!;
    expect(headers["x-last-txn-ts"]).toBe("200");
  });
});

test("a hook that mounts after a write sees it", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  serveList(fauna, "first");
  let write!: Write;
  const writer = <Writer key="w" to={(given) => (write = given)} />;
  const app = renderFauna([<List key="a" />, writer], { clerk, fauna });
  await screen.findByText("first");
  app.update(writer);
  await write.mutateAsync("second");
  app.update([<List key="b" />, writer]);
  await screen.findByText("first, second");
});

test("by default every query on the screen is fetched again, and those off it are stale", async () => {
  const { app, asked, write } = await setUp();
  await write().mutateAsync("x");
  await waitFor(() => expect(asked().sort()).toEqual(["Todo.byId", "User.all"]));
  const gone = app.cache.getQueryCache().findAll({ type: "inactive" });
  expect(gone.map(({ state }) => state.isInvalidated)).toEqual([true]);
});

test("queries that are not the library's are left alone", async () => {
  const { app, write } = await setUp();
  app.cache.setQueryData(["other"], 1);
  await write().mutateAsync("x");
  expect(app.cache.getQueryState(["other"])?.isInvalidated).toBe(false);
});

test.each<{ invalidates: string; value: WriteOptions["invalidates"] & {} }>([
  { invalidates: "a query", value: fql`Todo.byId(${"1"})` },
  { invalidates: "a list of queries", value: [fql`Todo.byId(${"1"})`, fql`none()`] },
  { invalidates: "a predicate over the text", value: (text: string) => text.startsWith("Todo.") },
  {
    invalidates: "a predicate over a value in the text",
    value: (text: string) => text === 'Todo.byId("1")',
  },
])("invalidates: $invalidates refetches only that", async ({ value }) => {
  const { app, asked, write } = await setUp({ invalidates: value });
  await write().mutateAsync("x");
  await waitFor(() => expect(asked()).toEqual(["Todo.byId"]));
  await waitFor(() => expect(app.cache.isFetching()).toBe(0));
  expect(asked()).toEqual(["Todo.byId"]);
});

test("invalidates: false makes nothing stale", async () => {
  const { app, asked, write } = await setUp({ invalidates: false });
  await write().mutateAsync("x");
  const states = app.cache.getQueryCache().getAll();
  expect(states.map(({ state }) => state.isInvalidated)).toEqual([false, false, false]);
  expect(asked()).toEqual([]);
});

test("a v4 expression selects the query of an equal expression", async () => {
  const expression = (): never => q.Call("owner", "1") as never;
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  function V4() {
    return <p>{useFaunaQuery<string>(expression()).data}</p>;
  }
  let write!: Write;
  const options = { invalidates: [expression()] };
  const writer = <Writer key="w" options={options} to={(given) => (write = given)} />;
  const app = renderFauna(
    [<V4 key="v4" />, <Owner key="v10" query={fql<string>`owner()`} />, writer],
    { clerk, fauna },
  );
  await fauna.received(2);
  await write.mutateAsync("x");
  await fauna.received(4);
  await waitFor(() => expect(app.cache.isFetching()).toBe(0));
  expect(fauna.requests).toHaveLength(4);
  expect(fauna.requests.map(({ path }) => path).filter((path) => path === "/")).toHaveLength(2);
});

test("the write does not wait for the queries that it invalidates", async () => {
  const { fauna, write } = await setUp();
  const hold = fauna.hold((request: ReceivedRequest) => !isWrite(request));
  await expect(write().mutateAsync("x")).resolves.toBeTypeOf("string");
  await hold.reached(2);
});

test("a write that certainly failed invalidates nothing", async () => {
  const { fauna, app, write } = await setUp();
  fauna.respond = (request) => failure(request, 400, "constraint_failure");
  await expect(write().mutateAsync("x")).rejects.toBeInstanceOf(Error);
  const states = app.cache.getQueryCache().getAll();
  expect(states.map(({ state }) => state.isInvalidated)).toEqual([false, false, false]);
});

test("a write that may have been applied invalidates like one that was", async () => {
  const { fauna, asked, write } = await setUp();
  fauna.respond = (request) =>
    isWrite(request) ? { drop: true } : success(request, ownerIn(request.claims));
  await expect(write().mutateAsync("x")).rejects.toHaveProperty("maybeApplied", true);
  await waitFor(() => expect(asked().sort()).toEqual(["Todo.byId", "User.all"]));
});
