// Pages show the cursor again that they were asked with, whatever it names.
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askV4 } from "./ask";

let fauna: LocalFauna;
beforeAll(async () => {
  fauna = await startLocalFauna({
    seed: [
      `Collection.create({ name: "Todo" })`,
      `[1, 2, 3, 4].forEach(n => Todo.create({ id: n, n: n }))`,
    ],
  });
  const index = {
    name: "ns",
    source: { collection: "Todo" },
    values: [{ object: { field: ["data", "n"] } }],
  };
  await askV4(fauna, { create_index: { object: index } });
});
afterAll(() => fauna.close());

const ns = { match: { index: "ns" } };
const SETS: Readonly<Record<string, object>> = {
  "an index": ns,
  "a union": { union: [ns, ns] },
  "a range": { range: ns, from: 1, to: 4 },
  "a filter": { filter: { lambda: "x", expr: true }, collection: ns },
  "what is distinct": { distinct: ns },
};
const CURSORS = [0, 1, 2, 2.5, 4, 9, "x", null];
const cases = Object.entries(SETS).flatMap(([name, set]) =>
  CURSORS.map((cursor): [string, unknown, object] => [name, cursor, set]),
);

test.each(cases)("a page of %s from %s on shows that", async (_name, cursor, set) => {
  const { resource } = await askV4(fauna, { paginate: set, size: 2, after: [cursor] });
  expect(resource).toMatchObject({ before: [cursor] });
});

test.each(cases)("a page of %s in front of %s shows that", async (_name, cursor, set) => {
  const { resource } = await askV4(fauna, { paginate: set, size: 2, before: [cursor] });
  expect(resource).toMatchObject({ after: [cursor] });
});
