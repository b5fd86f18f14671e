// Indexes that FQL v4 makes for itself.
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, expect, test } from "vitest";

let fauna: LocalFauna;

async function ask(expression: unknown): Promise<unknown> {
  const answer = await fetch(fauna.url, {
    method: "POST",
    headers: { authorization: "Bearer secret", "x-faunadb-api-version": "4" },
    body: JSON.stringify(expression),
  });
  const { resource, errors } = (await answer.json()) as { resource?: unknown; errors?: unknown };
  return errors ?? resource;
}

const index = (name: string, more: object): object => ({
  create_index: { object: { name, source: { collection: "Todo" }, ...more } },
});
const field = (...path: string[]): object => ({ object: { field: path } });

beforeAll(async () => {
  fauna = await startLocalFauna({
    seed: [
      `Collection.create({ name: "Todo" })`,
      `Todo.create({ id: "1", n: 3, owner: "ann", tags: ["x", "y"] })
       Todo.create({ id: "2", n: 1, owner: "ben", tags: ["y"] })
       Todo.create({ id: "3", n: 2, owner: "ann" })`,
    ],
  });
  await ask(index("by_owner", { terms: [field("data", "owner")] }));
  await ask(index("by_tag", { terms: [field("data", "tags")] }));
  await ask(index("largest", { values: [{ object: { field: ["data", "n"], reverse: true } }] }));
  await ask(index("pairs", { values: [field("data", "owner"), field("data", "n")] }));
});
afterAll(() => fauna.close());

const match = (name: string, terms?: unknown): object => ({
  match: { index: name },
  ...(terms === undefined ? {} : { terms }),
});
const ids = (set: object): object => ({
  map: { lambda: "r", expr: { select: ["id"], from: { var: "r" } } },
  collection: { paginate: set },
});

test.each<[string, object, unknown]>([
  ["finds documents by a term", ids(match("by_owner", "ann")), { data: ["1", "3"] }],
  ["finds each element of an array", ids(match("by_tag", "y")), { data: ["1", "2"] }],
  ["lists values backwards", { paginate: match("largest") }, { data: [3, 2, 1] }],
  [
    "lists several values together",
    { paginate: match("pairs") },
    {
      data: [
        ["ann", 2],
        ["ann", 3],
        ["ben", 1],
      ],
    },
  ],
  [
    "is a range of values",
    { paginate: { range: match("pairs"), from: ["ann", 3], to: ["ben"] } },
    {
      data: [
        ["ann", 3],
        ["ben", 1],
      ],
    },
  ],
  ["is counted", { count: match("by_owner", "ann") }, 2],
  ["is nothing for other terms", { exists: match("by_owner", "zoe") }, false],
  [
    "joins others",
    ids({ union: [match("by_owner", "ben"), match("by_tag", "x")] }),
    { data: ["1", "2"] },
  ],
])("an index %s", async (_, expression, expected) => {
  expect(await ask(expression)).toEqual(expected);
});

test("an index follows its documents, and is gone when it is deleted", async () => {
  await ask(index("by_n", { terms: [field("data", "n")] }));
  await ask({
    create: { ref: { collection: "Todo" }, id: "9" },
    params: { object: { data: { object: { n: 70 } } } },
  });
  expect(await ask({ count: match("by_n", 70) })).toBe(1);
  await ask({ delete: { ref: { collection: "Todo" }, id: "9" } });
  expect(await ask({ count: match("by_n", 70) })).toBe(0);
  await ask({ delete: { index: "by_n" } });
  expect(await ask({ count: match("by_n", 3) })).toMatchObject([
    { code: "invalid ref", description: "Ref refers to undefined index 'by_n'" },
  ]);
});
