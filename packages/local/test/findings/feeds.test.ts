// Statements 29 to 34 and 38 of the second part of the conformance suite's FINDINGS.md, told from feeds.
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterEach, beforeEach, expect, test } from "vitest";

let fauna: LocalFauna;
beforeEach(async () => {
  fauna = await startLocalFauna({
    seed: [
      `Collection.create({ name: "Todo", indexes: { byN: { values: [{ field: ".n" }] } } })`,
      "Todo.create({ id: 1, n: 1 })",
    ],
  });
});
afterEach(() => fauna.close());

async function post<T>(path: string, body: object): Promise<{ status: number; body: T }> {
  const answer = await fetch(fauna.url + path, {
    method: "POST",
    headers: { authorization: "Bearer secret" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as T };
}

interface Answer<T> {
  data: T;
  txn_ts: number;
  error?: { code: string; message: string };
}
const ask = async <T>(query: string): Promise<Answer<T>> =>
  (await post<Answer<T>>("/query/1", { query })).body;
const source = async (query: string): Promise<string> => (await ask<string>(query)).data;

interface Feed {
  events: { type: string; data: unknown; error?: { code: string }; cursor?: string }[];
  has_next: boolean;
  cursor: string;
}
const feed = async (body: object): Promise<Feed> => (await post<Feed>("/feed/1", body)).body;

/** What a source tells of some queries, each a transaction. */
async function told(query: string, ...changes: string[]): Promise<unknown[]> {
  const token = await source(query);
  for (const change of changes) expect(await ask(change)).not.toHaveProperty("error");
  const { events } = await feed({ token });
  return events.map(({ type, data, error }) => {
    if (error) return error.code;
    const doc = (data as { "@doc"?: { id: string; n: unknown } })["@doc"];
    return doc ? `${type} ${doc.id} ${JSON.stringify(doc.n)}` : [type, data];
  });
}
const ALL = "Todo.all().eventSource()";
const n = (value: number): string => JSON.stringify({ "@int": String(value) });

test("29: a feed has the whole history, not what is left of it", async () => {
  const update = (value: number): string => `Todo.byId(1)!.update({ n: ${value} })`;
  expect(await told(ALL, update(2), update(1))).toEqual([`update 1 ${n(2)}`, `update 1 ${n(1)}`]);
});

test("29: start_ts is exclusive", async () => {
  const token = await source(ALL);
  const { txn_ts: start_ts } = await ask("Todo.create({ id: 2 })");
  await ask("Todo.create({ id: 3 })");
  expect((await feed({ token, start_ts })).events).toHaveLength(1);
  expect((await feed({ token, start_ts: start_ts - 1 })).events).toHaveLength(2);
});

test.each(["start_ts", "page_size"])("30: null as %s is refused", async (name) => {
  const token = await source(ALL);
  expect((await post("/feed/1", { token, [name]: null })).status).toBe(400);
});

test("31: a watched field whose computation fails is absent", async () => {
  await ask(`Collection.create({
    name: "Half",
    fields: { n: { signature: "Int" }, m: { signature: "Int?" } },
    computed_fields: { half: { body: "d => 1 / d.n", signature: "Number" } }
  })`);
  const changes = [
    "Half.create({ id: 1, n: 1 })",
    "Half.create({ id: 2, n: 0 }).id",
    "Half.byId(2)!.update({ m: 2 }).id",
    "Half.byId(2)!.update({ n: 1 })",
    "Half.byId(2)!.update({ n: 0 }).id",
    "Half.byId(1)!.update({ n: 1 })",
    "Half.byId(2)!.delete()",
    "Half.byId(1)!.delete()",
  ];
  const token = await source("Half.all().eventsOn(.half)");
  for (const change of changes) await ask(change);
  const first = await feed({ token });
  const tells = ({ type, error }: Feed["events"][number]): string => error?.code ?? type;
  expect(first.events.map(tells)).toEqual(["add", "update", "divide_by_zero"]);
  const { events } = await feed({ token, cursor: first.cursor });
  expect(events.map(tells)).toEqual(["remove"]);
});

test("31: an update that changes nothing is an event", async () => {
  expect(await told(ALL, "Todo.byId(1)!.update({ n: 1 })")).toEqual([`update 1 ${n(1)}`]);
});

test("31: within a transaction only the outcome counts", async () => {
  expect(await told(ALL, "Todo.create({ id: 2 }).delete()")).toEqual([]);
  const again = "Todo.byId(1)!.delete()\nTodo.create({ id: 1, n: 7 })";
  expect(await told(ALL, again)).toEqual([`update 1 ${n(7)}`]);
});

test("31: a removal shows the document as it was, mapped if the source is", async () => {
  const change = "Todo.byId(1)!.update({ n: 9 })";
  expect(await told("Todo.where(.n < 5).eventSource()", change)).toEqual([`remove 1 ${n(1)}`]);
  await ask("Todo.byId(1)!.update({ n: 1 })");
  const mapped = "Todo.all().map(t => { twice: t.n }).eventSource()";
  expect(await told(mapped, "Todo.byId(1)!.delete()")).toEqual([
    ["remove", { twice: { "@int": "1" } }],
  ]);
});

test("31: eventsOn tells of changes of its fields only", async () => {
  const on = "Todo.all().eventsOn(.n)";
  expect(await told(on, "Todo.byId(1)!.update({ title: 'a' })")).toEqual([]);
  expect(await told(on, "Todo.byId(1)!.update({ n: 2 })")).toEqual([`update 1 ${n(2)}`]);
});

test("32: an error ends the feed", async () => {
  const failing = "Todo.where(t => { let x: Any = 1 / t.n\n true }).eventSource()";
  expect(
    await told(
      failing,
      "Todo.byId(1)!.update({ n: 2 })",
      "Todo.create({ n: 0 })",
      "Todo.create({ n: 1 })",
    ),
  ).toEqual([`update 1 ${n(2)}`, "divide_by_zero"]);
});

test.each([
  "Todo.all().order(.n)",
  "Todo.all().take(1)",
  "Todo.all().drop(1)",
  "Todo.all().reverse()",
  "Todo.all().distinct()",
  "Todo.all().concat(Todo.all())",
  "Todo.all().flatMap(t => Set.single(t))",
  "[1].toSet()",
  "Set.sequence(0, 1)",
])("32: %s is no source", async (query) => {
  expect((await ask(`(${query}).eventSource()`)).error?.code).toMatch(/^invalid_/);
});

test.each([
  "Todo.all().pageSize(2).where(.n > 0).map(.n)",
  "Todo.byN()",
  "Set.single(Todo.byId(1)!)",
])("32: %s is a source", async (query) => {
  expect(await source(`(${query}).eventSource()`)).toEqual(expect.any(String));
});

test("38: pages have 16 events, and the size that is asked for", async () => {
  const token = await source(ALL);
  for (let i = 0; i < 20; i++) await ask(`Todo.create({ n: ${i} })`);
  const first = await feed({ token });
  expect([first.events.length, first.has_next]).toEqual([16, true]);
  const rest = await feed({ token, cursor: first.cursor });
  expect([rest.events.length, rest.has_next]).toEqual([4, false]);
  expect((await feed({ token, page_size: 3 })).events).toHaveLength(3);
});

test("38: a feed too far back is an event that says so", async () => {
  const { events } = await feed({ token: await source(ALL), start_ts: 1 });
  expect(events).toMatchObject([{ type: "error", error: { code: "invalid_stream_start_time" } }]);
});

test("a feed goes on behind an error", async () => {
  const token = await source("Todo.all().map(t => 6 / t.n).eventSource()");
  for (const value of [0, 3]) await ask(`Todo.byId(1)!.update({ n: ${value} })`);
  const first = await feed({ token });
  expect(first).toMatchObject({ events: [{ type: "error" }], has_next: true });
  const second = await feed({ token, cursor: first.cursor });
  expect(second).toMatchObject({ events: [{ type: "error" }], has_next: false });
  expect(await feed({ token, cursor: second.cursor })).toMatchObject({ events: [] });
});
