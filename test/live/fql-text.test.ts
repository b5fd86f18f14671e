import { DocumentReference, fql, Module, type Query } from "fauna";
import { expect, test } from "vitest";

import { cut, type Fql, flatten, namedDocument, outlineOf } from "../../src/live/fql-text";

const id = "1";
const named = (query: Query) => namedDocument(query.encode().fql);
const text = (parts: Fql | undefined): string | undefined =>
  parts?.map((part) => (typeof part === "string" ? part : JSON.stringify(part))).join("");
const todo = fql`Todo.byId(${id})`;
const list = new DocumentReference({ id: "7", coll: new Module("List") });

test.each<[Query, string]>([
  [fql`Todo.byId("1")`, `Todo.byId("1")`],
  [fql`Todo.byId(${id})!`, `Todo.byId({"value":"1"})`],
  [fql`Todo("1")`, `Todo.byId("1")`],
  [fql`todos.byId("1")`, `todos.byId("1")`],
  [fql` Todo.byId("a)" /* ) */)?.title ?? "none"`, `Todo.byId("a)" /* ) */)`],
  [fql`Todo.byId("1")?.user!.name`, `Todo.byId("1")`],
  [fql`Todo.byId("1") ?? null`, `Todo.byId("1")`],
  [fql`Todo.byId("1") { title } ?? { title: "none" }`, `Todo.byId("1")`],
  [
    fql`Todo.byId("1")! {
    title, user { name }
  } // of one`,
    `Todo.byId("1")`,
  ],
  [fql`User.byId(Query.identity()!.id)!`, `User.byId(Query.identity()!.id)`],
  [fql`User.byId(Query.token()!.sub)`, `User.byId(Query.token()!.sub)`],
  [fql`let id = ${id}\nTodo.byId(id)!`, `let id = {"value":"1"}\nTodo.byId(id)`],
  [fql`${todo}!.title`, `Todo.byId({"value":"1"})`],
  [fql`Todo.byId(${1})`, `Todo.byId({"value":{"@int":"1"}})`],
  [fql`Todo.byId(ID("1"))`, `Todo.byId(ID("1"))`],
  [fql`Todo.byId("1") ?? { rank: 1.5, tags: ["a"], more: ${{ a: 1 }} }`, `Todo.byId("1")`],
  [fql`Todo.byId("1") { title: .title ?? "a", list { name } } ?? null`, `Todo.byId("1")`],
  [fql`Todo.byId("1") ?? abort("None: #{.a}")`, `Todo.byId("1")`],
])("a document that is named: %j", (query, document) => {
  expect(text(named(query)?.fql)?.trim()).toBe(document);
});

test.each<[Query]>([
  [fql`Todo.all().first()`],
  [fql`Todo.all().first()!`],
  [fql`Todo.firstWhere(.done == false)`],
  [fql`Todo.byTitle("a").first()`],
  [fql`Todo.all().order(.rank).first()!.title`],
  [fql`if (true) Todo.byId("1") else Todo.byId("2")`],
  [fql`if (true) { Todo.all().first() }`],
  [fql`at (Time.now()) { Todo.byId("1") }`],
  [fql`Todo.byId(Todo.all().first()!.id)`],
  [fql`Todo.byId("#{Todo.all().first()!.id}")`],
  [fql`Todo.byId(${fql`Todo.all().first()!.id`})`],
  [fql`Todo.byId("1") ?? Todo.byId("2")`],
  [fql`Todo.byId("1") ?? Todo.all().first()`],
  [fql`Todo.byId("1")!.todos.first()`],
  [fql`Todo.byId("1")\nTodo.all().first()`],
  [fql`let todo = Todo.all().first()\ntodo!`],
  [fql`let id = Todo.all().first()!.id\nTodo.byId(id)`],
  [fql`pick("1")`],
  [fql`${todo}.todos.first()`],
  [fql`// Todo.byId("1")\nTodo.all().first()`],
  [fql`"Todo.byId(1)"`],
  [fql`Todo.all()`],
  [fql`Todo.byId(${list}.first)`],
  [fql`Todo.byId(${list}.first)!`],
  [fql`Todo.byId(${list}["first"])`],
  [fql`Todo.byId(${list})`],
  [fql`Todo.byId(${[list]}[0].first)`],
  [fql`Todo.byId(${{ list }}.list.first)`],
  [fql`let first = ${list}.first\nTodo.byId(first)`],
  [fql`let list = ${list}\nTodo.byId(list.first)`],
  [fql`let list = ${list}\nTodo.byId("1") ?? list`],
  [fql`Todo.byId(list.first)`],
  [fql`Todo.byId(Query.identity()!.first)`],
  [fql`Todo.byId(Query.token()!.sub.concat(pick()))`],
  [fql`${list}.todos.byId("1")`],
  [fql`Todo.byId("1")!.todos.where (.done)`],
  [fql`Todo.byId("1")!.todos [list.first]`],
  [fql`Collection ("Todo").where (.done)`],
  [fql`Todo.byId("1") ?? ${{ first: fql`Todo.all().first()` }}`],
  [fql`Todo.byId("1")${fql`.todos`}.first()`],
  [fql`Todo.byId("1") ?? ${list}`],
  [fql`Todo.byId("1") ?? ${list}.first`],
  [fql`Todo.byId("1") ?? ${{ list }}`],
  [fql`Todo.byId("1") ?? list.first`],
  [fql`Todo.byId("1") ?? { title: pick() }`],
  [fql`Todo.byId("1") ?? { title: ${list}.title }`],
  [fql`Todo.byId("1") ?? [{ first: List.byId("7")!.first }]`],
])("a document that is picked, or none: %j", (query) => {
  expect(named(query)).toBeUndefined();
});

test("only the document as it is comes with the events of it", () => {
  expect(named(fql`Todo.byId("1")!`)?.isWhole).toBe(true);
  for (const query of [
    fql`Todo.byId("1")?.user`,
    fql`Todo.byId("1") ?? null`,
    fql`Todo("1") { id }`,
  ])
    expect(named(query)?.isWhole).toBe(false);
});

test("the fields that may lead to another document are known", () => {
  expect(named(fql`Todo.byId("1")?.list!.owner { name } ?? null`)?.path).toEqual(["list", "owner"]);
  expect(named(fql`Todo.byId("1") { list { name } }`)?.path).toEqual([]);
});

test("a query that is inserted reads as its text in that place, as in Fauna", () => {
  const { fql: parts } = fql`Todo.where(${fql`.n == ${fql`1 + `}${2} * ${fql`3`}`})`.encode();
  expect(flatten(parts)).toEqual(["Todo.where(.n == 1 + ", { value: { "@int": "2" } }, " * 3)"]);
  expect(outlineOf(flatten(fql`${fql`Todo.all() // all`}.first()`.encode().fql)).trim()).toBe(
    "Todo.all()",
  );
});

test.each([
  [`a "b" 'c' d`, "a ___ ___ d"],
  [String.raw`"\"(" '\'(' "\\"`, "_____ _____ ____"],
  [`"//" '/*' // "`, "____ ____ "],
  [`"(\n(" 1`, "_____ 1"],
  [`1 /* ( \n (*/ 2 /* ( `, "1 2 "],
  [`1 // (\r ( \u2028 (\n2 // (`, "1 \n2 "],
  [`'#{(' // #{(`, "_____ "],
  [`"a#{b}" "c"`, `"a#{b}" ___`],
  [`1 // "#{b}"`, "1 "],
])("strings and comments leave no code, and the rest in its place: %j", (text, outline) => {
  expect(outlineOf([text]).replaceAll(/ +/g, " ")).toBe(outline);
  expect(outlineOf([text])).toHaveLength(text.length);
});

test("a query is cut at any place: within a text, before a value, after it, and at its end", () => {
  const parts = ["ab", 1, "c"];
  expect([1, 2, 3, 4].map((place) => cut(parts, place))).toEqual([
    [["a"], ["b", 1, "c"]],
    [["ab"], [1, "c"]],
    [["ab", 1, ""], ["c"]],
    [["ab", 1, "c"], []],
  ]);
});

test.each([
  ["Todo.byId('1')", true],
  ["Todo.byId('1')!", true],
  ["Todo.byId('1') ! ", true],
  ["Todo.byId('1').title", false],
  ["Todo.byId('1') { title }", false],
])("what returns the document as it is: %s", (query, isWhole) => {
  expect(named(fql([query] as never))?.isWhole).toBe(isWhole);
});
