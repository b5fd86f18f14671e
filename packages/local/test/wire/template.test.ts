import { expect, test } from "vitest";
import { readJson } from "../../src/http/read-json";
import { InvalidTemplate, writeTemplate } from "../../src/wire";
import { data, database, int } from "../fql/query";

test.each([
  ["1 + 1", "1 + 1"],
  [{ fql: ["a", { fql: ["b"] }, { value: 1 }] }, "ab<value>"],
  [{ array: ["a", { value: 1 }] }, "[(a), <value>]"],
  [{ object: { "a b": { fql: ["let x = 1\n", "x"] } } }, '{ "a b": (let x = 1\nx) }'],
])("%j is the query %j", (template, text) => {
  expect(writeTemplate(template).text).toBe(text);
});

test("says what it found instead of a template", () => {
  expect(() => writeTemplate({ fql: ["1 + ", 5] })).toThrow(
    "Unexpected JSON Integer. Expected query template.",
  );
  expect(() => writeTemplate({ fql: "1" })).toThrow("Unexpected JSON String.");
});

test.each([{}, { nope: 1 }, { fql: "x" }, { fql: [], value: 1 }, 5])(
  "%j is no template",
  (template) => {
    expect(() => writeTemplate(template)).toThrow(InvalidTemplate);
  },
);

test("values go in as values, whatever they say", () => {
  const query = { fql: ["[", { value: { "@int": "1" } }, ", ", { value: 'abort("no")' }, "]"] };
  expect(data(database(), query)).toEqual([int(1), 'abort("no")']);
});

test.each([
  ['{"fql":["1"],"fql":["2"]}', "Expected an object with a single key"],
  ['{"object":{"a":"1","a":"2"}}', "Duplicate object field `a`"],
])("%s has a member twice", (text, message) => {
  expect(() => writeTemplate(readJson(text))).toThrow(message);
});
