import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { implementModule } from "../../src/fql/stdlib/implement";
import { parseQuery } from "../../src/fql/parser";
import { Inference } from "../../src/types/infer";
import { SchemaTypes } from "../../src/types/schema-types";
import { show } from "../../src/types/show";
import { readSignatures } from "../../src/types/signatures";
import { data, database, failure } from "../fql/query";

const types = new SchemaTypes({ collections: [], functions: [], roles: new Set(), grants: [] });

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

test("a signature without a function, and a function without a signature, do not compile", () => {
  // @ts-expect-error `fromBase64` is not there.
  const less = (): unknown => implementModule("Bytes", { "": () => true });
  const run = () => "";
  // @ts-expect-error `nope` is not in the library.
  const more = (): unknown => implementModule("Bytes", { "": run, fromBase64: run, nope: run });
  // @ts-expect-error `from` is a number.
  const other = (): unknown => implementModule("Array", { sequence: (_cx, _self, a: string) => a });
  expect([less, more, other]).toHaveLength(3);
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

test("a signature in another notation than the server's is refused by its line", () => {
  expect(() => readSignatures("length: Number\nshout(): String")).toThrow("shout(): String");
});
