import { QueryClient } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import { type Client, fql, type Query } from "fauna";
import {
  createFaunaClient,
  type FaunaLiveSettings,
  FaunaProvider,
  isConfigurationError,
  useFaunaLiveQuery,
  type UseFaunaLiveQueryOptions,
  type UseFaunaLiveQueryResult,
} from "fauna-clerk";
import { type LocalFauna, startLocalFauna } from "@fauna-clerk/local";
import type { ReactNode } from "react";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { untilIdle } from "../support/idle";
import { modes } from "../support/modes";

type Any = any; // Of what the queries of these tests return.

let fauna: LocalFauna;
let admin: Client;

beforeAll(async () => {
  fauna = await startLocalFauna({ record: true });
  admin = createFaunaClient({ endpoint: fauna.url, getToken: async () => fauna.secret });
  const byList = `byList: { terms: [{ field: ".list" }], values: [{ field: ".rank" }] }`;
  await admin.query(fql([`Collection.create({ name: "Todo", indexes: { ${byList} } })`]));
});
beforeEach(async () => {
  await admin.query(fql`Todo.all().forEach(.delete())`);
  await admin.query(
    fql`[1, 3].forEach(n => Todo.create({ id: ID(n), title: "#" + n.toString(), list: "a", rank: n }))`,
  );
});
afterAll(() => fauna.close());

const write = (text: string): Promise<unknown> => admin.query(fql([text]));

function show(
  query: Query<Any>,
  options: UseFaunaLiveQueryOptions<Any> = {},
  wrap: (node: ReactNode) => ReactNode = (node) => node,
  live?: FaunaLiveSettings,
) {
  const seen: UseFaunaLiveQueryResult<Any>[] = [];
  function Watch() {
    const result = useFaunaLiveQuery(query, options);
    seen.push(result);
    return <p>{result.live}</p>;
  }
  const first = fauna.requests.length;
  const queryClient = new QueryClient();
  const getToken = async () => fauna.secret;
  render(
    wrap(
      <FaunaProvider endpoint={fauna.url} {...{ getToken, queryClient, live }} userId="ada">
        <Watch />
      </FaunaProvider>,
    ),
  );
  const queries = () => fauna.requests.slice(first).filter(isSnapshot).length;
  return { seen, queries, data: () => seen.at(-1)?.data, latest: () => seen.at(-1) };
}

const isSnapshot = ({ body }: { readonly body: unknown }): boolean =>
  JSON.stringify(body)?.includes("eventSource") ?? false;

const live = (): Promise<HTMLElement> => screen.findByText("live");

describe.each(modes)("$mode", ({ wrap }) => {
  test("a collection's set follows adds, updates and removes", async () => {
    const { data, queries } = show(fql`Todo.all()`, {}, wrap);
    const titles = () => data()?.data.map(({ title }: Any) => title);
    await live();
    expect(titles()).toEqual(["#1", "#3"]);
    await write(`Todo.create({ id: "2", title: "#2" })`);
    await waitFor(() => expect(titles()).toEqual(["#1", "#2", "#3"]));
    await write(`Todo.byId("1")!.update({ title: "one" })`);
    await waitFor(() => expect(titles()).toEqual(["one", "#2", "#3"]));
    await write(`Todo.byId("3")!.delete()`);
    await waitFor(() => expect(titles()).toEqual(["one", "#2"]));
    expect(queries()).toBe(1);
  });
});

test("an update that leaves the set removes the row, one that enters it adds it", async () => {
  const { data, queries } = show(fql`Todo.where(.list == "a")`);
  const ids = () => data()?.data.map(({ id }: Any) => id);
  await live();
  await write(`Todo.byId("1")!.update({ list: "b" })`);
  await waitFor(() => expect(ids()).toEqual(["3"]));
  await write(`Todo.byId("1")!.update({ list: "a" })`);
  await waitFor(() => expect(ids()).toEqual(["1", "3"]));
  expect(queries()).toBe(1);
});

test("rows that did not change keep their identity, even if they are mapped", async () => {
  const { data } = show(fql`Todo.all().map(t => { id: t.id, title: t.title })`);
  await live();
  const [first] = data().data;
  await write(`Todo.byId("3")!.update({ title: "three" })`);
  await waitFor(() => expect(data().data[1]).toEqual({ id: "3", title: "three" }));
  expect(data().data[0]).toBe(first);
});

test("an event that changes nothing of a row renders nothing", async () => {
  const { data, seen } = show(fql`Todo.all().map(t => { id: t.id, title: t.title })`);
  await live();
  const renders = seen.length;
  await write(`Todo.byId("3")!.update({ rank: 9 })`);
  await write(`Todo.byId("1")!.update({ title: "one" })`);
  await waitFor(() => expect(data().data[0]).toEqual({ id: "1", title: "one" }));
  expect(seen).toHaveLength(renders + 1);
});

test("rows without ids are refetched", async () => {
  const { data, queries } = show(fql`Todo.all().map(t => t.title)`);
  await live();
  await write(`Todo.byId("3")!.update({ title: "three" })`);
  await waitFor(() => expect(data().data).toEqual(["#1", "three"]));
  expect(queries()).toBe(2);
});

test("a document is followed when it is deleted and created again", async () => {
  const { data, latest } = show(fql`Todo.byId("1")`);
  await live();
  await write(`Todo.byId("1")!.update({ title: "one" })`);
  await waitFor(() => expect(data()).toMatchObject({ title: "one" }));
  await write(`Todo.byId("1")!.delete()`);
  await waitFor(() => expect(data()).toMatchObject({ cause: "not found" }));
  await write(`Todo.create({ id: "1", title: "again" })`);
  await waitFor(() => expect(data()).toMatchObject({ title: "again" }));
  expect(latest()?.live).toBe("live");
});

test.each<[string, Query<Any>, string, string]>([
  ["a field", fql`Todo("1")!.title`, "#1", "one"],
  ["a field or another value", fql`Todo.byId("1")?.title ?? "none"`, "#1", "one"],
  ["a projection", fql`Todo.byId("1")! { title }`, '{"title":"#1"}', '{"title":"one"}'],
])("what is made of a named document is followed: %s", async (_what, query, before, after) => {
  const { data } = show(query);
  const shown = (): string => (typeof data() === "string" ? data() : JSON.stringify(data()));
  await live();
  expect(shown()).toBe(before);
  await write(`Todo.byId("1")!.update({ title: "one" })`);
  await waitFor(() => expect(shown()).toBe(after));
});

test.each<[string, Query<Any>, Query | undefined]>([
  ["maps to another document", fql`Todo.all().map(t => t.friend)`, undefined],
  ["maps to its projection", fql`Todo.all().map(t => t.friend { id, title })`, undefined],
  ["maps to its id", fql`Todo.all().map(t => { id: t.friend.id, title: t.title })`, undefined],
  ["projects another id", fql`Todo.all() { id: .rank, title }`, undefined],
  [
    "has its page size in a variable",
    fql`let size = 2
Todo.all().pageSize(size)`,
    undefined,
  ],
  [
    "follows a document that is picked",
    fql`Todo.all().order(desc(.rank)).first()`,
    fql`Todo.all()`,
  ],
])("a query that %s stays equal to a fresh one", async (_what, query, on) => {
  await write(`let friend = Todo.byId("1")
    Todo.all().forEach(t => t.update({ friend: friend }))`);
  const { data } = show(query, { on });
  await live();
  const isFresh = async (): Promise<void> => {
    const { data: fresh } = await admin.query<Any>(query);
    const text = (value: unknown): string =>
      JSON.stringify(value, (key, part: unknown) => (key === "after" ? "" : part));
    await waitFor(() => expect(text(data())).toBe(text(fresh)));
  };
  await write(`Todo.create({ id: "2", title: "#2", rank: 9, friend: Todo.byId("3") })`);
  await isFresh();
  await write(`Todo.byId("2")!.update({ friend: Todo.byId("2"), rank: 0 })`);
  await isFresh();
  await write(`Todo.byId("3")!.delete()`);
  await isFresh();
});

test("a row added to an index is placed by a refetch, or by order without one", async () => {
  const first = fauna.requests.length;
  const query = fql`Todo.byList("a")`;
  const plain = show(query);
  const order = (a: Any, b: Any) => a.rank - b.rank;
  const ordered = show(fql`Todo.byList("a").pageSize(20)`, { order });
  await waitFor(() => expect(screen.getAllByText("live")).toHaveLength(2));
  await write(`Todo.create({ id: "9", title: "#0", list: "a", rank: 0 })`);
  for (const { data } of [plain, ordered])
    await waitFor(() => expect(data().data.map(({ id }: Any) => id)).toEqual(["9", "1", "3"]));
  await write(`Todo.byId("9")!.update({ rank: 2 })`);
  for (const { data } of [plain, ordered])
    await waitFor(() => expect(data().data.map(({ id }: Any) => id)).toEqual(["1", "9", "3"]));
  const asked = fauna.requests
    .slice(first)
    .filter(({ body }) => JSON.stringify(body).includes("pageSize(20)"));
  expect(asked.filter(isSnapshot)).toHaveLength(1);
});

test("a query that cannot be streamed follows `on`, with one refetch per burst", async () => {
  const { data, queries } = show(fql`Todo.all().count()`, { on: fql`Todo.all()` });
  await live();
  expect(data()).toBe(2);
  await write(`Set.sequence(0, 40).forEach(n => Todo.create({ rank: n }))`);
  await waitFor(() => expect(data()).toBe(42));
  expect(queries()).toBe(2);
});

test("a change of any of several sets in `on` is one refetch, and changes of several at once are one, too", async () => {
  await admin.query(
    fql`if (!Collection.byName("Note").exists()) Collection.create({ name: "Note" })`,
  );
  const both = fql`[Todo.all().count(), Note.all().count()]`;
  const { data, queries } = show(both, {
    on: [fql`Todo.all()`, fql`Note.all()`, fql`Todo.byId("1")`],
  });
  await live();
  expect(data()).toEqual([2, 0]);
  await write(`Note.create({ id: "1" })`);
  await waitFor(() => expect(data()).toEqual([2, 1]));
  expect(queries()).toBe(2);
  await write(`{ Note.byId("1")!.delete(); Todo.byId("1")!.delete() }`);
  await waitFor(() => expect(data()).toEqual([1, 0]));
  expect(queries()).toBe(3);
});

test.each(["stream", "feed"] as const)(
  "events have the query's long_type, over a %s too",
  async (transport) => {
    const { data } = show(fql`Todo.byId("1")`, { request: { long_type: "bigint" } }, undefined, {
      transport,
      pollInterval: 10,
    });
    await live();
    await write(`Todo.byId("1")!.update({ rank: 4294967296 })`);
    await waitFor(() => expect(data()?.rank).toBe(4294967296n));
  },
);

test.each([
  ["ordered", fql`Todo.all().order(.rank)`],
  ["limited", fql`Todo.all().take(2)`],
  ["counted", fql`Todo.all().count()`],
  ["an array", fql`Todo.all().toArray()`],
  ["a page", fql`Todo.all().paginate()`],
  ["picked out of a set", fql`Todo.all().first()`],
  ["picked by a condition", fql`Todo.firstWhere(.list == "a")!`],
  ["picked out of an index", fql`Todo.byList("a").first()!.title`],
  ["picked out of nothing", fql`Todo.where(.list == "none").first()`],
  ["one of two", fql`if (Todo.all().isEmpty()) Todo.byId("1") else Todo.byId("3")`],
  ["a value", fql`"a"`],
])(
  "a query that Fauna cannot stream (%s) is an error that says to use `on`",
  async (_kind, query) => {
    const { latest } = show(query);
    await waitFor(() => expect(latest()?.error).toMatchObject({ code: "not_streamable" }));
    expect(isConfigurationError(latest()?.error)).toBe(true);
    expect(latest()?.error?.message).toContain("`on`");
    expect(latest()?.live).toBe("off");
  },
);

test("a query may have statements before its set, and comments after it", async () => {
  const { data } = show(fql`
    let list = ${"a"}
    let all = Todo.where(.list == list)
    all // of the list`);
  await live();
  expect(data().data).toHaveLength(2);
  await write(`Todo.byId("1")!.delete()`);
  await waitFor(() => expect(data().data).toHaveLength(1));
});

test("a page that is not the last one stays equal to a fresh query's", async () => {
  await write(`[5, 7, 8].forEach(n => Todo.create({ id: ID(n) }))`);
  const { data, queries } = show(fql`Todo.all().pageSize(3)`);
  const ids = () => data().data.map(({ id }: Any) => id);
  await live();
  expect(ids()).toEqual(["1", "3", "5"]);
  await write(`Todo.create({ id: "9" })`);
  await write(`Todo.create({ id: "4" })`);
  await waitFor(() => expect(ids()).toEqual(["1", "3", "4"]));
  await write(`Todo.byId("1")!.delete()`);
  await waitFor(() => expect(ids()).toEqual(["3", "4", "5"]));
  expect(queries()).toBeLessThanOrEqual(3);
});

test.each([
  ["in its text", fql`Todo.all().pageSize(2)`],
  ["as a value", fql`Todo.all().pageSize(${2})`],
])(
  "a page that becomes too long gets a next page, with pageSize given %s",
  async (_where, query) => {
    const { data } = show(query);
    await live();
    expect(data().after).toBeUndefined();
    await write(`Todo.create({ id: "2" })`);
    await waitFor(() => expect(data().after).toBeDefined());
    expect(data().data.map(({ id }: Any) => id)).toEqual(["1", "2"]);
  },
);

test("a skipped or disabled query sends nothing", async () => {
  const { queries, latest } = show(fql`Todo.all()`, { enabled: false });
  await screen.findByText("off");
  expect(latest()).toMatchObject({ live: "off", loading: false, data: undefined });
  await untilIdle();
  expect(queries()).toBe(0);
});
