import { fql, Module, type Query } from "fauna";
import { expect, test } from "vitest";

import { rulesOf } from "../../src/live/row-rules";
import { compareIds, type RowRules } from "../../src/live/rows";

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
  ["documents after several statements", fql` let a = 1; let b=2\n\n Todo . all ( ) `],
  ["documents whose comment is like a string", fql`Todo.all() // it's "one\n.where(.done)`],
  ["documents with a comment about expressions", fql`Todo.all() // #{x}`],
  ["those that a text with '#{' is compared with", fql`Todo.where(.title == '#{(')`],
  [
    "those of queries that are parts of a text",
    fql`Todo.${fql`where(.n == ${1})`}${fql`.map`}(t => { id: t.id })`,
  ],
  [
    "an id in a projection in lines of its own",
    fql`Todo.all()\n  .where(.done) {\n    title,\n    id\n  }`,
  ],
  ["documents after a statement with more spaces", fql`let  a  =  1\n\n  Todo.all()`],
  ["those of a collection that is named with spaces", fql`Collection ("Todo") . where (.done)`],
  ["those of an index whose name begins as a document's", fql`Todo.firstByRank(1)`],
  ["those of an index whose name ends as a document's", fql`Todo.rank_first(1)`],
  ["what steps without spaces make", fql`Todo.all(){id}.where(.id != "1")`],
  [
    "what steps with spaces make",
    fql`Todo . all ( ) \n { id } \n . map ( t => t { id } ) . where ( .id != "1" ) `,
  ],
  ["an id that a projection names", fql`Todo.all() { title, id : . id }`],
  ["an id with spaces around", fql`Todo.all().map( ( t ) => { id : t . id } )`],
  ["an id without any space", fql`Todo.all().map(t=>{id:t.id})`],
  ["an id in a map's projection without any space", fql`Todo.all().map(t=>t{id})`],
  ["an id in a map's projection with spaces", fql`Todo.all().map( ( t ) => t { id: .id } )`],
  ["an id besides names that begin alike", fql`Todo.all() { id, ideas, idle: .id }`],
  [
    "an id besides the field of another lambda",
    fql`Todo.all().map(t => { id: t.id, all: t.all.map(x => { id: x.sku, user: x.user }) })`,
  ],
  ["an id of a row whose name has several letters", fql`Todo.all().map(todo => { id: todo.id })`],
  ["an id in a projection", fql`Todo.all() { id, title }`],
  ["those that name a document to compare with", fql`Todo.where(.user == User.byId(${"1"}))`],
  ["those that name the user", fql`Todo.where(.owner == Query.token()!.sub)`],
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
  [
    "a count of a set for each row",
    fql`Todo.all().map(t => { id: t.id, all: Todo.all().count() })`,
  ],
  ["what a projection reads of a set", fql`Todo.all() { id, replies: Todo.byParent(.id).count() }`],
  ["a page that another set bounds", fql`Todo.all().pageSize(Todo.byRank(3).count() + 1)`],
  ["a filter that reads a set", fql`Todo.where(t => Todo.byRank(t.rank).count() > 1)`],
  ["another document's projection", fql`Todo.all().map(t => t.user { id, name })`],
  ["another document's id", fql`Todo.all().map(t => { id: t.user.id, title: t.title })`],
  ["a field as id", fql`Todo.all().map(t => { id: t.sku })`],
  ["a field as id of a projection", fql`Todo.all() { id: .sku, title }`],
  ["a field as id after the id in a projection", fql`Todo.all() { id, id: .sku }`],
  ["a field as id before the id in a projection", fql`Todo.all() { id: .sku, id }`],
  ["an id that is called by a string", fql`Todo.all().map(t => { "id": t.sku })`],
  ["what the next line makes of the id", fql`Todo.all().map(t => { id: t.id\n .slice(1) })`],
  ["what the next line makes of a projection's id", fql`Todo.all() { id: .id\n .slice(1), title }`],
  ["what an operator makes of the id", fql`Todo.all().map(t => { id: t.id + "a" })`],
  ["what an operator makes of a projection's id", fql`Todo.all() { id: .id ?? .sku }`],
  ["a field of the id", fql`Todo.all().map(t => { id: t.id.user })`],
  ["fields of a projection's id", fql`Todo.all() { id { sku } }`],
  ["an id that has a similar name", fql`Todo.all().map(t => { id: t.ids })`],
  ["an id that has a similar name in a projection", fql`Todo.all() { idea: .id }`],
  ["an id of a similar variable", fql`Todo.all().map(t => { id: tt.id })`],
  ["another variable's projection", fql`let user = ${"a"}\nTodo.all().map(t => user { id })`],
  ["a similar variable's projection", fql`Todo.all().map(t => tt { id, title })`],
  ["a projection of an object", fql`Todo.all().map(t => { id: t.id, a: 1 } { id: .sku })`],
  ["a projection of a projection", fql`Todo.all().map(t => t { id, user } { user, id: .sku })`],
  ["a string as id after the id", fql`Todo.all().map(t => { id: t.id, "id" : t.sku })`],
  ["a lambda that an outer one returns", fql`Todo.all().map(a => (t) => { id: t.id })`],
  ["what is made of a lambda", fql`Todo.all().map((t => { id: t.id }).user)`],
  ["one of two objects", fql`Todo.all().map(t => { id: t.id, a: 1 } ?? { a: 2, id: t.sku })`],
  ["one of two projections", fql`Todo.all().map(t => t { id, a } ?? t.user { a, id })`],
  ["a field of an object", fql`Todo.all().map(t => { id: t.id, user: t.user }.user)`],
  ["a field of a projection", fql`Todo.all().map(t => t { id, user }.user)`],
  ["an object that is compared", fql`Todo.all().map(t => t.user ?? { id: t.id })`],
  ["an object behind another lambda", fql`Todo.all().map(t => t => { id: t.id })`],
  ["an object within a list", fql`Todo.all().map(t => [{ id: t.id }])`],
  ["an object within a call", fql`Todo.all().map(t => pick({ id: t.id }))`],
  ["an object besides", fql`Todo.all().map(t => { id: t.id }, { id: .sku })`],
  ["a lambda that is inserted", fql`Todo.all().map(t => t${fql`.user`} { id })`],
  ["a step that is inserted", fql`Todo.all()${fql`.map(t => t.user)`}`],
  ["a function that is inserted", fql`Todo.all().map(${fql`t => t.user { id }`})`],
  ["a shadowed row in a block", fql`Todo.all().map(t => { let t = t.user; { id: t.id } })`],
  ["a projection that ends a block", fql`Todo.all().map(t => { let u = t.user; u { id } })`],
  ["the short form of a projection", fql`Todo.all().map(.user { id })`],
  ["a projection of what may be null", fql`Todo.all().map(t => t.user? { id })`],
  ["a projection of what is not null", fql`Todo.all().map(t => t.user! { id })`],
  ["an id that is picked safely", fql`Todo.all().map(t => { id: t.user?.id })`],
  [
    "a map behind a string with an expression",
    fql`Todo.where(.a == "#{${"a"}}").map(.user).where(.b == "b")`,
  ],
  [
    "a map between strings with expressions",
    fql`Todo.where(.a == "(#{1}").map(t => t.user).where(.b == "#{1})")`,
  ],
  [
    "a map between texts with brackets",
    fql`Todo.where(.a == '(#{').map(t => t.user).where(.b == '})')`,
  ],
  [
    "a map between long texts",
    fql`Todo.where(.a == <<-END\n(\nEND\n).map(t => t.user).where(.b == <<-END\n)\nEND\n)`,
  ],
  ["a map between comments with brackets", fql`Todo.all() // \r.where(\n.map(t => t.user) // \r)`],
  [
    "a map in a query that is inserted into a step",
    fql`Todo.where(.a == ${fql`1).map(t => t.user).where((.b == 1`}))`,
  ],
  [
    "a variable within comments with expressions",
    fql`let a = 1 // #{(\nlet all = b // #{})}\nall.where(.a)`,
  ],
  [
    "a variable in a statement that is inserted",
    fql`let a = ${fql`1\nlet all = b`}\nall.where(.a)`,
  ],
  [
    "what is called like Fauna's own function",
    fql`let Collection = name => pick(name)\nCollection("Todo").all()`,
  ],
  ["a set of sets", fql`Set.sequence(1, 9)`],
  ["what is made of a set of sets", fql`Set.single(${"a"}).map(t => { id: t.id })`],
  ["what is not a value but tells of documents", fql`${{ all: fql`() => todosOf("a")` }}.all()`],
  ["one of several documents", fql`Todo.firstWhere(.done)`],
  ["the first document", fql`Todo.first()`],
  ["a document that another one tells of", fql`Todo.byId(List.all().first()!.todo)`],
  ["a new document", fql`Todo.create({ title: "a" })`],
  ["a new document of data", fql`Todo.createData({ title: "a" })`],
  ["a set behind another text", fql`messages() Todo.all()`],
  ["a set before another text", fql`Todo.all() ?? messages()`],
  ["a set behind a statement without an end", fql`let a = 1 Todo.all()`],
  ["a set in a statement of several lines", fql`let all = a\n.map(.user)\nall.where(.done)`],
  ["a set behind another operator", fql`!Todo.all()`],
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
  [25, fql`Todo.all().pageSize(25)`],
  [128, fql`Todo.all().pageSize(\n${128}\n)`],
  [7, fql`Todo.all().pageSize( 7 ).where(.n < 100)`],
  [50, fql`Todo.all().pageSize(${fql`5`}0)`],
  [30, fql`Todo.all().pageSize(/* not 20 */ 30)`],
  [16, fql`Todo.where(.title == "Todo.pageSize(3)")`],
  [16, fql`Todo.all().where(.pageSize(3) == 1)`],
  [0, fql`Todo.all().pageSize(-1)`],
  [0, fql`Todo.all().pageSize(1_0)`],
  [0, fql`Todo.all().pageSize(2 + ${3})`],
  [0, fql`Todo.all().pageSize(${2} * 3)`],
  [0, fql`Todo.all().pageSize(${2} ?? 3)`],
  [0, fql`Todo.all().pageSize((3))`],
  [0, fql`Todo.all().pageSize(${"many"})`],
  [0, fql`Todo.all().pageSize(3).where(.done).pageSize(3)`],
  [0, fql`let size = 3\nTodo.all().pageSize(size)`],
  [0, fql`Todo.all().pageSize(2 + 2)`],
  [0, fql`Todo.all().pageSize(4).pageSize(3)`],
])("a page has at most %d rows, or 0 if that is not certain", (size, query) => {
  expect(rules(query).pageSize).toBe(size);
});

test.each([
  ["the first of them", [-1, -2, 0], NaN],
  ["the last of them", [0, 2, 2], NaN],
  ["one in the middle", [2, -2, 2], NaN],
  ["one that is not certain", [1, NaN], NaN],
  ["all of them, which are not certain", [NaN, NaN], NaN],
  ["none of them", [-3, -1, -2], -1],
  ["none of them, where rows are alike", [0, 0], 0],
  ["no other one", [5], 1],
])("rows are in the order that all say, unless it differs in %s", (_what, signs, order) => {
  const { compare } = rules(fql`Todo.all()`, ...signs.map((sign) => () => sign));
  expect(compare?.(undefined as never, undefined as never)).toBe(order);
});

test.each<[string, Query, boolean]>([
  ["all of a collection", fql`Todo.all().map(t => { id: t.id })`, true],
  ["some of a collection", fql`Todo.where(.done) { id }`, true],
  ["all of a collection that a value names", fql`${todo}.all()`, true],
  ["an index", fql`Todo.byList("a")`, false],
  ["an index whose name ends alike", fql`Todo.overall()`, false],
  ["an index whose name begins alike", fql`Todo.whereDone()`, false],
  ["what is not known", fql`todosOf("a")`, false],
  ["a document", fql`Todo.byId("1")!`, false],
])("the order is that of ids for sets of collections only: %s", (_what, query, isById) => {
  expect(rules(query).compare).toBe(isById ? compareIds : undefined);
});

test.each([
  ["as it is", fql`Todo.byId("1")!`, false],
  ["as a projection", fql`Todo.byId("1")! { title }`, true],
  ["as one of its fields", fql`Todo.byId("1")?.user`, true],
])("events are about a named document %s, or not", (_what, query, isUncertain) => {
  expect(rules(query)).toMatchObject({ isUncertain, pageSize: 0 });
});

test("what shares rows is handed on", () => {
  expect(rules(all).share).toBe(shared);
});
