// Statements 3 to 18 of the conformance suite's FINDINGS.md, the first part.
import { expect, test } from "vitest";
import { database, failure } from "../fql/query";
import { answer, double, int, long } from "./answer";

const db = database(`Collection.create({ name: "C" })`, `C.create({ id: 1, n: 1, s: "a" })`);
const UNCHECKED = { typecheck: false };
const time = (text: string): unknown => ({ "@time": text });
const date = (text: string): unknown => ({ "@date": text });

test.each([
  ["-0.0", double("0.0")],
  ["0.0 / 0.0 == 0.0 / 0.0", true],
  ["1 == 1.0", true],
  ["[1, 1.0].distinct().length", int(2)],
  ['1 == "1"', false],
  ["[] == {}", false],
  ["null < 1", false],
])("7: %s", (query, expected) => {
  expect(answer(db, query)).toEqual(expected);
});

test.each([
  ["2147483647 + 1", long(2147483648)],
  ["2147483648 - 1", int(2147483647)],
  ["-(-2147483648)", int(-2147483648)],
  ["7 / 2", int(3)],
  ["1.0 / 0", double("Infinity")],
  ["0.0 / 0", double("NaN")],
])("8: %s", (query, expected) => {
  expect(answer(db, query)).toEqual(expected);
});

test.each(["1 / 0", "1 % 0"])("8: %s is a division by zero", (query) => {
  expect(answer(db, query)).toMatch(/^divide_by_zero: /);
});

test.each([
  ["2 ** 3 ** 2", int(512)],
  ["-2 ** 2", int(4)],
  ["2 ** -1", double("0.5")],
  ["+5", int(5)],
])("9: %s", (query, expected) => {
  expect(answer(db, query)).toEqual(expected);
});

test.each(["1 << 2", "8 >> 1", "let c = { a: 1 }\n{ *, c }"])("9: %s does not parse", (query) => {
  expect(answer(db, query)).toMatch(/^invalid_query: /);
});

test.each([
  ["let o = { a: 5 }\no.a\n[0]", [int(0)]],
  ["let a = 1\na\n-2", int(-2)],
  ["let o = { a: 5 }\no\n  .a", int(5)],
  ["let o = { at: 3, isa: 4 }\n[o.at, o.isa]", [int(3), int(4)]],
])("10: %j", (query, expected) => {
  expect(answer(db, query)).toEqual(expected);
});

test("11: text takes in what comes after it, without checks", () => {
  expect(answer(db, '"a" + 1', UNCHECKED)).toBe("a1");
  expect(answer(db, '1 + "a"', UNCHECKED)).toMatch(/^invalid_/);
});

test("12: a length counts code points", () => {
  expect(answer(db, '"a😀é".length')).toEqual(int(3));
});

test.each([
  '"x".trim()',
  '"x".padStart(3)',
  '"x".repeat(2)',
  '["a"].join(",")',
  "[1].find(x => true)",
  "[1].push(2)",
])("13: %s is not there", (query) => {
  expect(answer(db, query, UNCHECKED)).toMatch(/^invalid_function_invocation: /);
});

test.each(["Math.log(0)", "Math.sqrt(-1)"])("13: %s is out of range", (query) => {
  expect(answer(db, query)).toMatch(/^invalid_argument: /);
});

test.each(["Math.max(1)", "Math.max(1, 2, 3)", "Math.round(1.5)"])(
  "13: %s has the wrong number of arguments",
  (query) => {
    expect(answer(db, query, UNCHECKED)).toMatch(/: callee function expects /);
  },
);

test.each([
  ["[1, 2, 3].slice(-2)", [int(1), int(2), int(3)]],
  ["[1, 2, 3].slice(-2, 2)", [int(1), int(2)]],
  ["[1, 2].take(-1)", []],
  ["[].first()", null],
  ['"abcd".slice(-2)', "abcd"],
  ['"aab".replaceAllRegex("(a)", "$1$1")', "$1$1$1$1b"],
])("14: %s", (query, expected) => {
  expect(answer(db, query)).toEqual(expected);
});

test.each([
  ["[1].at(-1)", "index_out_of_bounds"],
  ["[1].at(1)", "index_out_of_bounds"],
  ["let a = [1]\na[1]", "index_out_of_bounds"],
  ["C.all().take(-1)", "invalid_bounds"],
])("14: %s fails with %s", (query, code) => {
  expect(failure(db, query, UNCHECKED).code).toBe(code);
});

test.each([
  ["1.0.toString()", "1"],
  ["1e21.toString()", "1000000000000000000000"],
  ["0.000001.toString()", "1.0E-6"],
  ["1.0", double("1.0")],
  ["100000000000000000000.0", double("1.0E20")],
])("15: %s", (query, expected) => {
  expect(answer(db, query)).toEqual(expected);
});

test.each([
  ['Time("2024-02-30T00:00:00Z")', time("2024-02-29T00:00:00Z")],
  ['Time("2024-01-01T00:00:00Z").add(1.5, "days")', time("2024-01-02T12:00:00Z")],
  ['Date("2024-03-01").difference(Date("2024-02-01"))', long(29)],
  ['Date("2024-01-31").add(1, "days")', date("2024-02-01")],
])("16: %s", (query, expected) => {
  expect(answer(db, query)).toEqual(expected);
});

test("16: a day that is not there is no date, and weeks are no unit", () => {
  expect(answer(db, 'Date("2023-02-29")')).toMatch(/^invalid_date: /);
  expect(answer(db, 'Date("2024-01-01").add(1, "weeks")')).toMatch(/^invalid_/);
});

test("17: the order across types", () => {
  const shuffled = `[null, true, C(1), { a: 1 }, [1], "b", 2.5, false, Date("2024-01-01"), Time("2024-01-01T00:00:00Z")]`;
  const kinds = `${shuffled}.order().map(x =>
    if (x == null) "null" else if (x isa Number) "number" else if (x isa String) "string"
    else if (x isa Time) "time" else if (x isa Date) "date" else if (x isa Boolean) x.toString()
    else if (x isa C) "ref" else if (x isa Array) "array" else "object")`;
  expect(answer(db, kinds, UNCHECKED)).toEqual(
    "number string array object ref time date false true null".split(" "),
  );
});

test("18: a lambda as the answer is its text", () => {
  expect(answer(db, "x => x")).toBe("[function <lambda>]");
});
