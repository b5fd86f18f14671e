import { expect, test } from "vitest";
import { InvalidHeaderError, readQueryHeaders } from "../../src/http/request-headers";

test("without headers: simple format, two minutes, no tags, types as the database has it", () => {
  expect(readQueryHeaders({})).toEqual({
    format: "simple",
    timeout: 120_000,
    tags: "",
  });
});

test("reads format, type check, timeout and tags", () => {
  const headers = {
    "x-format": "tagged",
    "x-typecheck": "FALSE",
    "x-query-timeout-ms": "5",
    "x-last-txn-ts": "-5",
    "x-query-tags": "a=b,c=d",
  };
  expect(readQueryHeaders(headers)).toEqual({
    format: "tagged",
    typecheck: false,
    timeout: 5,
    tags: "c=d,a=b",
  });
});

test.each([
  ["x-typecheck", "yes", "Must be a boolean value."],
  ["x-typecheck", "", "Must be a boolean value."],
  ["x-linearized", "1", "Must be a boolean value."],
  ["x-performance-hints", "x", "Must be a boolean value."],
  ["x-last-txn-ts", "x", "Invalid timestamp 'x'."],
  ["x-query-timeout-ms", "x", "Invalid number 'x'."],
  ["x-query-timeout-ms", "0", "Must be greater than 0."],
  ["x-query-timeout-ms", "600001", "Must be less than or equal to 600000."],
  ["x-max-contention-retries", "8", "Must be between 0 and 7."],
  ["x-max-contention-retries", "x", "Invalid number 'x'."],
  ["x-query-tags", "a", "invalid tags"],
  ["x-query-tags", "a=b,a=c", "duplicate key"],
  ["x-query-tags", `${"k".repeat(41)}=v`, "invalid key"],
  ["x-query-tags", `k=${"v".repeat(81)}`, "invalid value"],
  ["x-query-tags", Array.from({ length: 26 }, (_, i) => `k${i}=v`).join(), "too many tags"],
])("%s: %s is refused", (name, value, problem) => {
  expect(() => readQueryHeaders({ [name]: value })).toThrow(
    new InvalidHeaderError(name, problem).message,
  );
});

test("the format is case-sensitive", () => {
  expect(() => readQueryHeaders({ "x-format": "Tagged" })).toThrow(InvalidHeaderError);
});
