// What toString() returns for values that are seldom met.
import { expect, test } from "vitest";
import { data, database, failure } from "./query";

const db = database(`Collection.create({ name: "Row" })`);
const UNCHECKED = { typecheck: false };

test.each([
  ["null?.toString()", "null"],
  ["{ a: 1 }.b?.toString()", "null"],
  ["TransactionTime().toString()", "[transaction time]"],
  ["let f = x => x\nf.toString()", "[function <lambda>]"],
  ["Math.abs.toString()", "[function abs()]"],
])("%s", (query, text) => {
  expect(data(db, query, UNCHECKED)).toBe(text);
});

test("an unknown method of null is skipped with `?.`", () => {
  expect(data(db, "null?.foo()", UNCHECKED)).toBeNull();
});

test("the time of the transaction cannot be reckoned with before it is there", () => {
  const { message } = failure(db, "TransactionTime().toMicros()", UNCHECKED);
  expect(message).toBe("The function `toMicros` does not exist on `TransactionTime`");
});
