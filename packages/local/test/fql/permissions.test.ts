import { beforeEach, expect, test } from "vitest";
import { evaluatePredicate } from "../../src/fql";
import type { Database } from "../../src/store";
import { data, database, failure, int, user } from "./query";

const MINE = "d => d.owner == Query.token()!.sub";
let db: Database;

function role(actions: string): void {
  data(db, `Role.byName("user")?.delete()`);
  data(
    db,
    `Role.create({ name: "user", privileges: [{ resource: "Todo", actions: ${actions} }] })`,
  );
}
const ann = user("ann", "user");

beforeEach(() => {
  db = database(
    `Collection.create({ name: "Todo", indexes: { byOwner: { terms: [{ field: "owner" }] } } })`,
    `Todo.create({ id: 1, owner: "ann", n: 1 })\nTodo.create({ id: 2, owner: "bob", n: 2, other: Todo(1) })`,
  );
  role(`{ read: "${MINE}" }`);
});

test("sets leave out what one may not read, without a word", () => {
  expect(data(db, "Todo.all().map(.n)", ann)).toEqual({ "@set": { data: [int(1)] } });
  expect(data(db, `Todo.byOwner("bob").count()`, ann)).toEqual(int(0));
});

test("a hidden document and a missing one look the same under a predicate", () => {
  const denied = (id: string): unknown => ({
    "@ref": { id, coll: { "@mod": "Todo" }, exists: false, cause: "permission denied" },
  });
  expect(data(db, "[Todo.byId(2), Todo.byId(9)]", ann)).toEqual([denied("2"), denied("9")]);
  expect(failure(db, "Todo.byId(2)!", ann).message).toBe("Null value, due to permission denied");
});

test("without any right to read, a list is empty but an index refuses", () => {
  role("{ create: true }");
  expect(data(db, "Todo.all().count()", ann)).toEqual(int(0));
  expect(failure(db, `Todo.byOwner("ann")`, ann)).toMatchObject({
    code: "permission_denied",
    message: "Insufficient privileges to read from collection Todo.",
  });
});

test("a denied write undoes the query", () => {
  role(`{ read: true, create: "${MINE}" }`);
  expect(
    failure(db, `Todo.create({ owner: "ann" })\nTodo.create({ owner: "bob" })`, ann).code,
  ).toBe("permission_denied");
  expect(data(db, "Todo.all().count()")).toEqual(int(2));
});

test("an id of one's own needs create_with_id and create", () => {
  role("{ create: true, read: true }");
  expect(failure(db, "Todo.create({ id: 7 })", ann).code).toBe("permission_denied");
  role("{ create: true, create_with_id: true, read: true }");
  expect(data(db, "Todo.create({ id: 7 }).id", ann)).toBe("7");
});

test("a write predicate sees the document before and after", () => {
  role(`{ read: true, write: "(old, new) => old.owner == new.owner" }`);
  expect(data(db, "Todo.byId(1)!.update({ n: 5 }).n", ann)).toEqual(int(5));
  expect(failure(db, `Todo.byId(1)!.update({ owner: "eve" })`, ann).code).toBe("permission_denied");
});

test.each([
  "d => d.a.b",
  "d => 1",
  "d => null",
  "d => 'true'",
  "d => abort(1)",
  "d => { d.delete(); true }",
])("%s lets nobody through", (predicate) => {
  role(`{ read: "${predicate}" }`);
  expect(data(db, "Todo.all().count()", ann)).toEqual(int(0));
  expect(data(db, "Todo.all().count()")).toEqual(int(2));
});

test("a predicate may read what its user may not", () => {
  role(`{ read: "d => Todo.byId(2)!.owner == 'bob'" }`);
  expect(data(db, "Todo.all().count()", ann)).toEqual(int(2));
});

test("a document that one may write but not read comes back as a null document", () => {
  role(`{ read: "${MINE}", create: true }`);
  expect(data(db, `Todo.create({ owner: "bob" })`, ann)).toMatchObject({
    "@ref": { cause: "permission denied" },
  });
  expect(failure(db, `Todo.create({ owner: "bob" }).owner`, ann).code).toBe("permission_denied");
  expect(data(db, "Todo.all().count()")).toEqual(int(3));
});

test("a page is filled with documents that one may read", () => {
  data(
    db,
    `Array.sequence(10, 40).forEach(i => Todo.create({ id: ID(i), n: i, owner: if (i % 10 == 0) "ann" else "bob" }))`,
  );
  expect(data(db, "Todo.all().pageSize(3).map(.n)", ann)).toMatchObject({
    "@set": { data: [int(1), int(10), int(20)] },
  });
});

test("a function runs with its own role, but its documents are judged again outside", () => {
  data(
    db,
    `Function.create({ name: "all", role: "server", body: "() => [Todo.all().count(), Todo.byId(2)]" })`,
  );
  data(
    db,
    `Role.create({ name: "caller", privileges: [{ resource: "all", actions: { call: true } }] })`,
  );
  expect(data(db, "all()", user("ann", "caller"))).toMatchObject([
    int(2),
    { "@ref": { cause: "permission denied" } },
  ]);
  expect(failure(db, "all()", ann).code).toBe("permission_denied");
});

test("roles add up", () => {
  data(
    db,
    `Role.create({ name: "writer", privileges: [{ resource: "Todo", actions: { write: true } }] })`,
  );
  expect(data(db, "Todo.byId(1)!.update({ n: 3 }).n", user("ann", "user", "writer"))).toEqual(
    int(3),
  );
});

test("a unique constraint sees documents that its user does not", () => {
  data(db, `Todo.definition.update({ constraints: [{ unique: ["n"] }] })`);
  role(`{ read: "${MINE}", create: true }`);
  expect(failure(db, `Todo.create({ owner: "ann", n: 2 })`, ann).code).toBe("constraint_failure");
});

test.each([
  ["c => c.sub == 'ann'", true],
  ["c => c.sub", false],
  ["c => nope", false],
  ["c => Todo.byId(1)!.owner == c.sub", true],
  ["c => { Todo.create({}); true }", false],
  ["(a, b) => true", false],
  ["1 +", false],
])("the predicate %s of an access provider is %s", (source, expected) => {
  expect(evaluatePredicate(db, source, { roles: [], claims: { sub: "ann" } })).toBe(expected);
  expect(data(db, "Todo.all().count()")).toEqual(int(2));
});

test("a predicate about the schema reads the name of what it judges", () => {
  data(
    db,
    `Role.create({ name: "part", privileges: [{ resource: "Role", actions: { read: "r => r.name != 'user'" } }] })`,
  );
  expect(data(db, "Role.all().map(.name)", user("ann", "part"))).toEqual({
    "@set": { data: ["part"] },
  });
});

test("a check constraint may read its own collection while that is made", () => {
  data(
    db,
    `Collection.create({ name: "Few", constraints: [{ check: { name: "few", body: "_ => Few.all().count() < 3" } }] })`,
  );
  expect(data(db, "Few.create({ n: 1 }).n")).toEqual(int(1));
});

test("where a set was made decides between the rights to read and to history", () => {
  const then = data(db, "TransactionTime()") as { "@time": string };
  data(db, "Todo(1)!.update({ n: 10 })");
  role(`{ read: "${MINE}", history_read: "d => d.owner == 'bob'" }`);
  const past = `at (Time("${then["@time"]}"))`;
  const madeNow = `let todos = Todo.all()\n${past} { todos.map(.n).toArray() }`;
  expect(data(db, madeNow, ann)).toEqual([int(1)]);
  const madeThen = `let todos = ${past} { Todo.all() }\ntodos.map(.n).toArray()`;
  expect(data(db, madeThen, ann)).toEqual([int(2)]);
});

test("what is written to a document of the past changes what it says now", () => {
  const then = data(db, "TransactionTime()") as { "@time": string };
  data(db, `Todo(2)!.update({ owner: "ann", n: 20 })`);
  role(`{ read: "${MINE}", history_read: true, write: "(a, b) => b.owner == 'bob'" }`);
  const todo = `let todo = at (Time("${then["@time"]}")) { Todo(2)! }`;
  expect(data(db, `${todo}\ntodo.update({ more: true }).n`, ann)).toEqual(int(2));
  expect(failure(db, `${todo}\ntodo.update({ owner: "eve" })`, ann).code).toBe("permission_denied");
  expect(data(db, "Todo(2)! { owner, n, more }")).toEqual({ owner: "ann", n: int(20), more: true });
  data(db, "Todo(2)!.delete()");
  expect(failure(db, `${todo}\ntodo.update({ owner: "eve" })`, ann).code).toBe("permission_denied");
});

test("a check constraint reads a document of the past with the right to history", () => {
  const check = `{ check: { name: "some", body: "d => d.n > 0" } }`;
  data(db, `Collection.byName("Todo")!.update({ constraints: [${check}] })`);
  const then = data(db, "TransactionTime()") as { "@time": string };
  role(`{ read: "${MINE}", history_read: true, write: true }`);
  const written = `todo.replace({ owner: "bob", n: 5 }).owner`;
  expect(failure(db, `let todo = Todo(1)!\n${written}`, ann).code).toBe("permission_denied");
  const past = `let todo = at (Time("${then["@time"]}")) { Todo(1)! }\n${written}`;
  expect(data(db, past, ann)).toBe("ann");
});
