import { beforeEach, expect, test } from "vitest";
import type { Database } from "../../src/store";
import { ask, data, database, failure, int } from "./query";

let db: Database;
beforeEach(() => {
  db = database(
    `Collection.create({ name: "Todo" })`,
    `Todo.create({ id: 1, title: "a", o: { x: 1, y: 2 } })`,
  );
});

test("all writes of a query have its commit time", () => {
  data(db, "[2, 3].forEach(i => Todo.create({ id: ID(i) }))");
  expect(data(db, "Todo.byId(2)!.ts == Todo.byId(3)!.ts")).toBe(true);
});

test("inside the query that writes it, the time of a document is not a Time yet", () => {
  expect(data(db, "Todo.create({}).ts isa Time")).toBe(false);
  expect(data(db, "Todo.byId(1)!.ts isa Time")).toBe(true);
});

test("a variable shows what was written since", () => {
  expect(data(db, 'let t = Todo.byId(1)!\nt.update({ title: "b" })\nt.title')).toBe("b");
});

test("update merges objects and null removes; replace starts anew", () => {
  expect(data(db, "Todo.byId(1)!.update({ o: { x: null, z: 3 } }).o")).toEqual({
    y: int(2),
    z: int(3),
  });
  expect(data(db, "Todo.byId(1)!.replace({ n: 1 }).data")).toEqual({ n: int(1) });
});

test("a failure undoes what the query wrote before", () => {
  expect(failure(db, "Todo.create({ id: 2 })\nTodo.byId(1)!.delete()\nabort(0)").code).toBe(
    "abort",
  );
  expect(data(db, "Todo.all().map(.id)")).toEqual({ "@set": { data: ["1"] } });
});

test("a failure while the answer is put together undoes the query too", () => {
  expect(ask(db, "Todo.create({ id: 2 })\nTodo.all().map(t => 1 / 0)").status).toBe(400);
  expect(data(db, "Todo.all().count()")).toEqual(int(1));
});

test("a document in a document answers as a reference, but leads on", () => {
  expect(data(db, "Todo.create({ id: 2, of: Todo(1) }).of.title")).toBe("a");
  expect(data(db, "Todo.byId(2)")).toMatchObject({
    "@doc": { of: { "@ref": { id: "1", coll: { "@mod": "Todo" } } } },
  });
});

test("a missing document is null, keeps its id, and fails when it is used", () => {
  expect(data(db, "[Todo(9) == null, Todo(9).id, Todo(9) ?? 0]")).toEqual([true, "9", int(0)]);
  expect(failure(db, "Todo(9)!.title")).toMatchObject({
    code: "document_not_found",
    message: "Collection `Todo` does not contain document with id 9.",
  });
});

test("`at` reads the past", () => {
  data(db, `Todo.byId(1)!.update({ title: "new" })`);
  const then = `at (Todo.byId(1)!.ts.subtract(1, "microsecond"))`;
  expect(data(db, `[${then} { Todo.byId(1)!.title }, Todo.byId(1)!.title]`)).toEqual(["a", "new"]);
});

test.each([
  ["Set.single(1)", "Set<Any>"],
  ["Todo", "Todo"],
  ["Math", "Math"],
  ["newId()", "ID"],
])("%s cannot be stored", (value, type) => {
  expect(failure(db, `Todo.create({ o: { deep: [${value}] } })`).message).toBe(
    `Value at \`o.deep[0]\` has type ${type}, which cannot be persisted.`,
  );
});

test("unique constraints hold between documents, but not where the field is missing", () => {
  data(db, `Collection.create({ name: "User", constraints: [{ unique: ["email"] }] })`);
  data(db, `User.create({ email: "a" })\nUser.create({})\nUser.create({})`);
  expect(failure(db, `User.create({ email: "a" })`).failures).toEqual([
    { paths: [["email"]], message: "Failed unique constraint" },
  ]);
  data(db, `User.all().where(.email == "a").forEach(.delete())\nUser.create({ email: "a" })`);
});

test("check constraints see the new document, and all that fail are listed", () => {
  data(
    db,
    `Collection.create({ name: "Item", constraints: [
      { check: { name: "positive", body: "d => d.n > 0" } }, { check: { name: "named", body: "(.name != null)" } }] })`,
  );
  expect(failure(db, "Item.create({ n: 0 })").failures).toEqual([
    { paths: [], message: "Document failed check constraint `positive`" },
    { paths: [], message: "Document failed check constraint `named`" },
  ]);
});

test("defined fields are checked where they are, and defaults fill in", () => {
  data(
    db,
    `Collection.create({ name: "T", fields: { n: { signature: "Int", default: "7" }, o: { signature: "{ a: String }?" } } })`,
  );
  expect(data(db, "T.create({}).n")).toEqual(int(7));
  const wrong = "T.create({ n: null, o: { a: 1, b: 2 }, x: 1 })";
  expect(failure(db, wrong, { typecheck: false }).failures).toEqual([
    { paths: [["n"]], message: "Missing required field of type Int" },
    { paths: [["o", "a"]], message: "Expected String, provided Int" },
    { paths: [["o", "b"]], message: "Unexpected field provided" },
    { paths: [["x"]], message: "Unexpected field provided" },
  ]);
});

test("parts of a field have defaults of their own", () => {
  const signature = `{ x: Int = 1, y: String = "y, }" }`;
  data(db, `Collection.create({ name: "Parts", fields: { o: { signature: '${signature}' } } })`);
  const { x, y } = data(db, "Parts.create({}).o") as Record<string, unknown>;
  expect([x, y]).toEqual([int(1), "y, }"]);
});

test("computed fields are there to read, not to write", () => {
  data(
    db,
    `Collection.create({ name: "P", computed_fields: { twice: { body: "p => p.n * 2" } } })`,
  );
  expect(data(db, "P.create({ n: 4 }).twice")).toEqual(int(8));
  expect(failure(db, "P.create({ twice: 1 })").failures).toEqual([
    { paths: [["twice"]], message: "Cannot write to a computed field" },
  ]);
});

test("a document whose ttl is over is gone", () => {
  data(db, `Todo.byId(1)!.update({ ttl: Time.now().subtract(1, "hour") })`);
  expect(data(db, "[Todo.byId(1).exists(), Todo.all().isEmpty()]")).toEqual([false, true]);
});

test("a renamed collection keeps its documents, and roles follow", () => {
  data(
    db,
    `Role.create({ name: "r", privileges: [{ resource: "Todo", actions: { read: true } }] })`,
  );
  data(db, `Todo.definition.update({ name: "Task" })`);
  expect(data(db, `[Task.byId(1)!.title, Role.byName("r")!.privileges[0].resource]`)).toEqual([
    "a",
    "Task",
  ]);
});

test("an update takes nulls out of all that it gives, arrays too; what is there already keeps its own", () => {
  const given = "[1, null, [null], { a: null, b: [null, 2] }]";
  const kept = [int(1), null, [null], { b: [null, int(2)] }];
  const bare = [int(1), [], { b: [int(2)] }];
  expect(data(db, `Todo.create({ id: 7, l: ${given} }).l`)).toEqual(kept);
  expect(data(db, `Todo.byId(7)!.update({ m: ${given}, n: { o: ${given} } }).l`)).toEqual(kept);
  expect(data(db, "Todo.byId(7)! { m, n }")).toEqual({ m: bare, n: { o: bare } });
  expect(data(db, `Todo.byId(7)!.updateData({ l: ${given} }).l`)).toEqual(bare);
  expect(data(db, `Todo.byId(7)!.replace({ l: ${given} }).l`)).toEqual(kept);
});

test("a projection of a collection or a module has their fields", () => {
  expect(data(db, "Math { PI, none }", { typecheck: false })).toEqual({
    PI: { "@double": "3.141592653589793" },
    none: null,
  });
  expect(data(db, "Todo { title, defined: .definition.name }", { typecheck: false })).toEqual({
    title: null,
    defined: "Todo",
  });
  expect(data(db, '"abc" { length }', { typecheck: false })).toBe("abc");
});

test("a collection with null as its days of history keeps it for ever", () => {
  data(db, 'Collection.create({ name: "Kept", history_days: null })');
  data(db, "Kept.create({ id: 1 })");
  expect(data(db, 'Collection.byName("Kept")!.history_days')).toBeNull();
  expect(data(db, 'at (Time("2020-01-01T00:00:00Z")) { Kept.all().count() }')).toEqual(int(0));
  data(db, 'Collection.byName("Kept")!.replace({ name: "Kept" })');
  expect(data(db, 'Collection.byName("Kept")!.history_days')).toEqual(int(0));
});

test.each([
  `Collection.byName("Todo")`,
  `Collection.byName("Todo")!`,
  `Collection.byName("Nope")`,
  `Role.byName("x")`,
])("a document that was looked up by its name is not stored: %s", (value) => {
  const { message } = failure(db, `Todo.create({ a: [${value}] })`, { typecheck: false });
  expect(message).toBe("Value at `a[0]` has type Doc, which cannot be persisted.");
});

test.each([
  "Todo.definition",
  `Collection.firstWhere(.name == "Todo")`,
  "Collection.all().first()",
])("a definition that was reached otherwise is stored: %s", (value) => {
  expect(data(db, `Todo.create({ a: ${value} }).a.name`)).toBe("Todo");
});

test.each(["create", "createData", "byId(1).update", "byId(1).replaceData"])(
  "a document is no data to %s",
  (write) => {
    const { message } = failure(db, `Todo.${write}(Todo.byId(1))`, { typecheck: false });
    expect(message).toBe("expected value for `data` of type { *: Any }, received Doc");
  },
);

test("what refers into a deleted collection is null, and says so, also when there is another one of its name", () => {
  const db = database(
    `Collection.create({ name: "A" })`,
    `Collection.create({ name: "B" })`,
    `A.create({ id: 1, x: 1 }); B.create({ id: 1, a: A.byId(1) })`,
    `Collection.byName("A")!.delete(); null`,
    `Collection.create({ name: "A" })`,
    `A.create({ id: 1, x: 2 })`,
  );
  expect(data(db, `B.byId(1)!.a`)).toMatchObject({
    "@ref": { exists: false, cause: "collection deleted" },
  });
  expect(data(db, `[B.byId(1)!.a == null, B.byId(1)!.a?.x]`)).toEqual([true, null]);
  expect(failure(db, `B.byId(1)!.a.x`)).toMatchObject({
    code: "invalid_null_access",
    message: "Cannot access `x` on null.",
  });
});
