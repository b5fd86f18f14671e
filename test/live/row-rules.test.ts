import { Document, fql, Module, type Query } from "fauna";
import { expect, test } from "vitest";

import { rulesOf } from "../../src/live/row-rules";
import type { RowRules } from "../../src/live/rows";

const shared: RowRules["share"] = (_previous, next) => next;
const rules = (query: Query, ...orders: ((a: never, b: never) => number)[]): RowRules =>
  rulesOf(query, orders, shared);
const todo = new Module("Todo");
const all = fql`Todo.all()`;

test.each<[string, Query]>([
  ["whole documents", fql`Todo.all()`],
  ["those of an index", fql`Todo.byList(${"a"})`],
  ["those of a collection that is a value", fql`${todo}.where(.done == false)`],
  ["those of a collection that is named", fql`Collection("Todo").all()`],
  ["those of a query within the query", fql`${all}.where(.title == ".map(x => x.user)")`],
  ["documents after statements", fql`let list = ${"a"}\nTodo.where(.list == list)`],
  ["documents after comments", fql`// .map(x => x.user)\nTodo.all() // { name }\n/* ! */`],
  ["an id in a projection", fql`Todo.all() { id, title }`],
  ["an id of a nested projection too", fql`Todo.where(.user!.id == "1") { id, user { id, name } }`],
  [
    "an id in an object",
    fql`Todo.all().map(t => { id: t.id, title: t.title, user: t.user { id } })`,
  ],
  ["an id in the projection of a map", fql`Todo.all().map((t) => t { id, title }).pageSize(5)`],
  [
    "an id that several steps keep",
    fql`Todo.all().map(t => { id: t.id }).where(.id != "1") { id }`,
  ],
])("rows are those of their ids: %s", (_what, query) => {
  expect(rules(query).isUncertain).toBe(false);
});

test.each<[string, Query]>([
  ["another document", fql`Todo.all().map(t => t.user)`],
  ["another document's projection", fql`Todo.all().map(t => t.user { id, name })`],
  ["another document's id", fql`Todo.all().map(t => { id: t.user.id, title: t.title })`],
  ["a field as id", fql`Todo.all().map(t => { id: t.sku })`],
  ["a field as id of a projection", fql`Todo.all() { id: .sku, title }`],
  ["an id that comes twice", fql`Todo.all().map(t => { id: t.id, "id": t.sku })`],
  ["a foreign id behind a comment", fql`Todo.all().map(t => { // id: t.id\n id: t.sku })`],
  [
    "an id that the next step replaces",
    fql`Todo.all().map(t => { id: t.id, user: t.user }).map(x => x.user { id })`,
  ],
  ["another variable's id", fql`Todo.all().map(t => { id: other.id })`],
  ["no id", fql`Todo.all() { title }`],
  ["no object", fql`Todo.all().map(.title)`],
  ["a map whose body is a block", fql`Todo.all().map(t => { let u = t.user\n { id: t.id } })`],
  ["what a function returns", fql`todosOf("a")`],
  ["what a method of a function's result returns", fql`messages().where(.done)`],
  ["a set in a field", fql`List.byId("1")!.todos`],
  ["a set in a variable", fql`let all = Todo.all().map(t => t.user)\nall.where(.id != "")`],
  ["one of two sets", fql`if (true) Todo.all() else Todo.all().map(t => t.user)`],
  ["a map of a query within the query", fql`${fql`Todo.all().map(t => t.user)`}.pageSize(5)`],
  ["a step that is not known", fql`Todo.all().flatMap(t => t.users)`],
])("rows may be others than those of their ids: %s", (_what, query) => {
  expect(rules(query).isUncertain).toBe(true);
});

test.each<[number, Query]>([
  [16, fql`Todo.all()`],
  [3, fql`Todo.all().pageSize(3)`],
  [4, fql`Todo.all().pageSize(${4})`],
  [5, fql`Todo.where(.list == ${"a"} && .n < ${9}).pageSize( ${5} ).map(t => { id: t.id })`],
  [16, fql`Todo.all().map(t => { id: t.id, more: t.more.pageSize(2) })`],
  [0, fql`let size = 3\nTodo.all().pageSize(size)`],
  [0, fql`Todo.all().pageSize(2 + 2)`],
  [0, fql`Todo.all().pageSize(4).pageSize(3)`],
])("a page has at most %d rows, or 0 if that is not certain", (size, query) => {
  expect(rules(query).pageSize).toBe(size);
});

test("the order of a collection's own sets is that of ids, and that of an index is not known", () => {
  expect(rules(fql`Todo.all() { id }`).compare).toBeDefined();
  expect(rules(fql`Todo.byList("a")`).compare).toBeUndefined();
});

test("several orders count where they agree", () => {
  const row = (id: string, title: string): Document =>
    new Document({ coll: todo, id, ts: undefined, title } as never);
  type Row = Document & { readonly title: string };
  const byTitle = (a: Row, b: Row): number => a.title.localeCompare(b.title);
  const byId = (a: Row, b: Row): number => Number(a.id) - Number(b.id);
  const { compare } = rules(fql`Todo.byList("a")`, byTitle as never, byId as never);
  expect(compare?.(row("1", "a") as never, row("2", "b") as never)).toBe(-1);
  expect(compare?.(row("1", "b") as never, row("2", "a") as never)).toBeNaN();
});
