// Sets that are made of others.
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, expect, test } from "vitest";

let fauna: LocalFauna;

beforeAll(async () => {
  fauna = await startLocalFauna({
    seed: [
      `Collection.create({ name: "Todo" })\nCollection.create({ name: "Note" })`,
      `[1, 2, 3].forEach(n => Todo.create({ id: n, n: n }))\n[2, 7].forEach(n => Note.create({ id: n }))`,
    ],
  });
});
afterAll(() => fauna.close());

interface Ref {
  "@ref": { id: string; collection: Ref };
}
const text = ({ "@ref": { id, collection } }: Ref): string => `${collection["@ref"].id}/${id}`;

interface Page {
  data: Ref[];
  before?: Ref[];
  after?: Ref[];
}

async function ask<T>(expression: object): Promise<T> {
  const answer = await fetch(fauna.url, {
    method: "POST",
    headers: { authorization: "Bearer secret", "x-faunadb-api-version": "4" },
    body: JSON.stringify(expression),
  });
  return (await answer.json()) as T;
}

/** A page as text: what it holds, and its cursors. */
async function page(expression: object): Promise<Record<string, string>> {
  const { resource } = await ask<{ resource: Page }>(expression);
  return Object.fromEntries(
    Object.entries(resource).map(([key, refs]) => [key, (refs as Ref[]).map(text).join(" ")]),
  );
}

const todos = { documents: { collection: "Todo" } };
const notes = { documents: { collection: "Note" } };
const todo = (id: string): object => ({ ref: { collection: "Todo" }, id });
const n = { select: ["data", "n"], from: { get: { var: "r" } } };
const above1 = { lambda: "r", expr: { gt: [n, 1] } };
const large = { filter: above1, collection: todos };

test.each<[object, Record<string, string>]>([
  [{ paginate: large }, { data: "Todo/2 Todo/3" }],
  [
    { paginate: large, size: 1 },
    { data: "Todo/2", after: "Todo/3" },
  ],
  [
    { paginate: large, after: [todo("3")] },
    { data: "Todo/3", before: "Todo/3" },
  ],
  [
    { paginate: large, before: [todo("3")] },
    { data: "Todo/2", after: "Todo/3" },
  ],
  [{ paginate: { reverse: todos } }, { data: "Todo/3 Todo/2 Todo/1" }],
  [
    { paginate: { reverse: todos }, size: 2 },
    { data: "Todo/3 Todo/2", after: "Todo/1 Todo/1" },
  ],
  [{ paginate: { reverse: { reverse: large } } }, { data: "Todo/2 Todo/3" }],
  [{ paginate: { distinct: todos } }, { data: "Todo/1 Todo/2 Todo/3" }],
  [{ paginate: { union: [todos, notes] } }, { data: "Todo/1 Todo/2 Note/2 Todo/3 Note/7" }],
  [{ paginate: { intersection: [todos, large] } }, { data: "Todo/2 Todo/3" }],
  [{ paginate: { difference: [todos, large] } }, { data: "Todo/1" }],
  [{ paginate: { range: todos, from: todo("2"), to: [] } }, { data: "Todo/2 Todo/3" }],
  [{ paginate: { range: todos, from: 1, to: 2 } }, { data: "" }],
  [{ paginate: { singleton: todo("1") } }, { data: "Todo/1" }],
  [{ paginate: { singleton: todo("9") } }, { data: "" }],
])("%j", async (expression, expected) => {
  expect(await page(expression)).toEqual(expected);
});

test("a set tells what it is made of", async () => {
  const collections = { "@ref": { id: "collections" } };
  const documents = {
    "@set": { documents: { "@ref": { id: "Todo", collection: collections } } },
  };
  expect(await ask(large)).toEqual({
    resource: { "@set": { filter: { api_version: "4", ...above1 }, collection: documents } },
  });
  expect(await ask({ reverse: todos })).toEqual({ resource: { "@set": { reverse: documents } } });
});

test.each<[object, string]>([
  [
    { paginate: { filter: { lambda: "r", expr: 5 }, collection: todos } },
    "Boolean expected, Integer provided.",
  ],
  [{ union: [todos, [1]] }, "Arguments cannot be of different types, expected Set or Array."],
  [{ map: above1, collection: large }, "Array or Page expected, Set provided."],
])("%j is refused", async (expression, description) => {
  expect(await ask(expression)).toMatchObject({ errors: [{ description }] });
});
