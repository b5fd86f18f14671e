import { expect, test } from "vitest";
import { data, database, failure } from "./query";

const loose = { typecheck: false } as const;
const answer = (query: string): unknown => data(database(), query, { ...loose, format: "simple" });
const message = (query: string): string => failure(database(), query, loose).message;

test.each<[string, string, unknown]>([
  [
    "numbers of different kinds keep their order when they are sorted",
    "[2, 1.0, 1].order().map(x => x isa Double)",
    [true, false, false],
  ],
  [
    "arrays that have no more to compare are in order",
    "[[] < [], [1] < [1], [1] >= [1], [1, 2] < [1]]",
    [true, true, false, false],
  ],
  [
    "bytes come after numbers and before strings",
    '["a", Bytes("YQ=="), "", 1].order()',
    [1, "YQ==", "", "a"],
  ],
])("%s: %s", (_, query, expected) => {
  expect(answer(query)).toEqual(expected);
});

test.each<[string, string]>([
  [
    "[1].where(() => 1)",
    "`pred` should accept 1 parameter, provided function requires no parameters.",
  ],
  [
    "[1].any(() => 1)",
    "`predicate` should accept 1 parameter, provided function requires no parameters.",
  ],
  [
    "[1].forEach(() => 1)",
    "`fn` should accept 1 parameter, provided function requires no parameters.",
  ],
  ['["a"].filter(x => [x])', "expected type: Boolean, received String"],
  ['["a"].where(x => [x])', "expected type: Boolean, received Array<Any>"],
])("%s fails: %s", (query, expected) => {
  expect(message(query)).toBe(expected);
});

test.each([
  "x => C.create({ k: x }).k",
  "asc(x => C.create({ k: x }).k)",
  "x => C.byId(1)!.delete() == null",
])("what an array is sorted by writes nothing: %s", (by) => {
  const db = database(`Collection.create({ name: "C" })`, "C.create({ id: 1 })");
  expect(failure(db, `[1].order(${by})`, loose)).toMatchObject({
    code: "invalid_effect",
    message: expect.stringContaining("which is not allowed in set functions") as string,
  });
});
