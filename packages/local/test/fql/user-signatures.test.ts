import { expect, test } from "vitest";
import { database, failure } from "./query";

const db = database();

/** The first two lines of each failed constraint. */
function told(text: string): string[] {
  const { summary } = failure(db, text);
  return summary
    .split(/^ {2}(?=\w)/m)
    .slice(1)
    .map((part) =>
      part
        .split("\n")
        .slice(0, 3)
        .map((line) => line.trim())
        .join(" "),
    );
}

const FAILED = "Failed parsing user-provided signature.";

test("each signature of a collection that cannot be read is told with its place", () => {
  expect(
    told(`Collection.create({
      name: "A",
      fields: { a: { signature: "Int |" }, b: { signature: "{ c: Int = 1 }?" } },
      computed_fields: { d: { body: "x =>", signature: "[" } },
      wildcard: "{ e: Int = 1 }"
    })`),
  ).toEqual([
    `fields.a.signature: ${FAILED} error: Expected type at *signature*:1:6`,
    `fields.b.signature: ${FAILED} error: Default values are not allowed here at *signature*:1:12`,
    "computed_fields.d.body: Unable to parse FQL source code. error: Expected expression at *body*:1:5",
    `computed_fields.d.signature: ${FAILED} error: Expected \`,\` or \`]\` at *signature*:1:2`,
    `wildcard: ${FAILED} error: Default values are not allowed here at *wildcard*:1:12`,
  ]);
});

test("the signature of a function that cannot be read is told with its place", () => {
  expect(told(`Function.create({ name: "f", body: "x => x", signature: "1.5" })`)).toEqual([
    `signature: ${FAILED} error: Expected end-of-input at *signature*:1:2`,
  ]);
});
