import { beforeAll, expect, test } from "vitest";
import type { WireFormat } from "../../src/engine";
import type { Database } from "../../src/store";
import { data, database } from "../fql/query";

let db: Database;
beforeAll(() => {
  db = database(
    `Collection.create({ name: "T" })`,
    `T.create({ id: 1, me: T(1), gone: T(9), d: Date("2024-01-01") })`,
  );
});
const as = (format: WireFormat, query: string): unknown => data(db, query, { format });

test("tagged keeps every type", () => {
  expect(
    as("tagged", '[1, 2147483648, 1.0, Date("2024-01-01"), T, { "@a": 1 }, 0.0 / 0.0]'),
  ).toEqual([
    { "@int": "1" },
    { "@long": "2147483648" },
    { "@double": "1.0" },
    { "@date": "2024-01-01" },
    { "@mod": "T" },
    { "@object": { "@a": { "@int": "1" } } },
    { "@double": "NaN" },
  ]);
});

test("simple is plain JSON", () => {
  expect(as("simple", "[2147483648, 1.0, 1.0 / 0, T, T(9), T.all().pageSize(1).map(.id)]")).toEqual(
    [2147483648, 1, "Infinity", "T", null, { data: ["1"] }],
  );
  expect(as("simple", "T(1)")).toMatchObject({ id: "1", coll: "T", me: { id: "1", coll: "T" } });
});

test("decorated is text for people", () => {
  expect(as("decorated", '{ a: [1, "it\'s"], "b c": T(9) }')).toBe(
    '{\n  a: [\n    1,\n    "it\\\'s"\n  ],\n  "b c": T("9") /* not found */\n}',
  );
});

test("a set in an answer is its first page, a page is an object", () => {
  expect(as("tagged", "[Set.sequence(0, 2), Set.sequence(0, 2).paginate()]")).toEqual([
    { "@set": { data: [{ "@int": "0" }, { "@int": "1" }] } },
    { data: [{ "@int": "0" }, { "@int": "1" }] },
  ]);
});
