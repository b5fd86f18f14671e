import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { implement } from "../../src/fql/stdlib/implement";
import { LIBRARY } from "../../src/fql/stdlib/library";
import { parseQuery } from "../../src/fql/parser";
import { Inference } from "../../src/types/infer";
import { SchemaTypes } from "../../src/types/schema-types";
import { show } from "../../src/types/show";
import { data, database, failure } from "../fql/query";

const types = new SchemaTypes(LIBRARY, {
  collections: [],
  functions: [],
  roles: new Set(),
  grants: [],
});

function typeOf(text: string): string {
  const expr = parseQuery({ name: "*query*", text });
  const inference = new Inference(types.environmentFor(expr));
  return show(inference, inference.whole(expr), true);
}

/** Parameters of a kind that the server prints in two ways. */
const OTHERWISE = /\.(changesOn|eventsOn|order)$/;

const RECORDED = readFileSync(new URL("../../conformance/signatures.txt", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => line.replace(/^# /, "").split(" :: ") as [string, string])
  .filter(([text]) => !OTHERWISE.test(text));

test("the library has the signatures of the server, as the server prints them", () => {
  const printed = RECORDED.map(([text]) => [text, typeOf(text)]);
  expect(printed).toEqual(RECORDED);
});

test("a function that does not fit its signature does not compile", () => {
  const line = "cut(length: Int) => String";
  // @ts-expect-error `self` is an array.
  const self = implement("Array", { [line]: (_cx, text: string) => text });
  // @ts-expect-error `length` is a number.
  const argument = implement("String", { [line]: (_cx, _text, length: string) => length });
  // @ts-expect-error There is no function.
  const none = implement("String", { [line]: null });
  expect([self, argument, none]).toHaveLength(3);
});

test("a signature in another notation than the server's neither compiles nor loads", () => {
  // @ts-expect-error The result is behind an arrow.
  expect(() => implement("String", { "shout(): String": () => "" })).toThrow("shout(): String");
  // @ts-expect-error The type is behind a colon.
  expect(() => implement("String", { size: () => "" })).toThrow("size");
  const unclosed = { "sizes() => Array<Number": () => "" };
  expect(() => implement("String", unclosed)).toThrow("sizes() => Array<Number");
});

test("what the server has and the local Fauna has not is refused by name", () => {
  expect(failure(database(), "Collection.Deleted")).toMatchObject({
    code: "invalid_query",
    message: "The local Fauna does not have `Collection.Deleted`.",
  });
});

test("a function of the user has its definition", () => {
  const db = database(`Function.create({ name: "twice", body: "n => n * 2" })`);
  expect(data(db, "twice.definition.body")).toBe("n => n * 2");
});
