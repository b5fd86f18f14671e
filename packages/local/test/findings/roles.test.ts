// Statements 9 and 11 to 24 of the conformance suite's FINDINGS.md, the second part.
import { beforeEach, expect, test } from "vitest";
import type { QueryRequest } from "../../src/engine";
import type { Caller } from "../../src/store/caller";
import type { Database } from "../../src/store";
import { database, failure, user } from "../fql/query";
import { answer, int, nullRef, set } from "./answer";

const DENIED = "permission_denied: Insufficient privileges to perform the action.";
const UNCHECKED = { typecheck: false };
const MINE = "d => d.owner == Query.token()!.sub";
let db: Database;

beforeEach(() => {
  db = database(
    `Collection.create({ name: "Todo", indexes: { byOwner: { terms: [{ field: "owner" }] } } })`,
    `Collection.create({ name: "Note" })`,
    `Todo.create({ id: 1, owner: "ann", n: 1 })\nTodo.create({ id: 2, owner: "bob", n: 2 })`,
    "Note.create({ id: 1, other: Todo(2), list: [Todo(1), Todo(2)] })",
  );
});

/** Ann, with these actions on Todo, and all on Note. */
function ann(actions: string, more: Partial<QueryRequest> = {}): Partial<QueryRequest> {
  answer(db, `Role.byName("user")?.delete()`);
  const made = answer(
    db,
    `Role.create({ name: "user", privileges: [
      { resource: "Todo", actions: ${actions} }, { resource: "Note", actions: { read: true } }] })`,
  );
  expect(made).toHaveProperty("@doc");
  return { ...UNCHECKED, ...user("ann", "user"), ...more };
}
const key = (builtin: Caller["builtin"] & string): Partial<QueryRequest> => ({
  caller: { builtin, roles: [], claims: null },
});

test("9: a role may be listed once, built-in ones not at all", () => {
  answer(db, `Role.create({ name: "a" })`);
  const provider = (roles: string): string =>
    JSON.stringify(
      failure(
        db,
        `AccessProvider.create({ name: "P", issuer: "i", jwks_uri: "https://p.example/jwks", roles: ${roles} })`,
      ),
    );
  expect(provider(`["a", "a"]`)).toContain(
    "The role `a` is present more than once, there can only be one entry per role.",
  );
  expect(provider(`["admin"]`)).toContain("Builtin role `admin` not allowed.");
  expect(provider(`["nope"]`)).toContain("Role `nope` does not exist");
});

test("9: a role is renamed in providers, and stays as long as one uses it", () => {
  answer(db, `Role.create({ name: "a" })`);
  answer(
    db,
    `AccessProvider.create({ name: "P", issuer: "i", jwks_uri: "https://p.example/jwks", roles: ["a"] })`,
  );
  answer(db, `Role.byName("a")!.update({ name: "b" })`);
  expect(answer(db, `AccessProvider.byName("P")!.roles`)).toEqual(["b"]);
  expect(answer(db, `Role.byName("b")!.delete()`)).toMatch(
    /^(invalid_schema|constraint_failure): /,
  );
});

test.each([
  ["Todo.where(.n > 0).count()", int(1)],
  ["Todo.all().first()!.id", "1"],
  [`Todo.byOwner("bob").isEmpty()`, true],
  ["Todo.all().map(.n).toArray()", [int(1)]],
])("11: %s leaves out what is hidden", (query, expected) => {
  expect(answer(db, query, ann(`{ read: "${MINE}" }`))).toEqual(expected);
});

test("11: without any right to read an event source is refused, by the collection's name", () => {
  const message = "permission_denied: Insufficient privileges to read from collection Todo.";
  expect(answer(db, "Todo.all().eventSource()", ann("{ create: true }"))).toBe(message);
});

test.each([
  ["Todo.byId(2).id", "2"],
  ["Todo.byId(2).exists()", false],
  ["Todo.byId(2) == null", true],
  ["Todo.byId(2) ?? 7", int(7)],
  ["Todo.byId(2)?.n", null],
])("12: %s works on a hidden document", (query, expected) => {
  expect(answer(db, query, ann(`{ read: "${MINE}" }`))).toEqual(expected);
});

test.each([
  ["Note.byId(1)!.other.n", DENIED],
  ["Note.byId(1)!.other?.n", null],
  ["Note.byId(1)! { other { n } }", { other: null }],
  ["Note.byId(1)! { list { n } }", DENIED],
  ["Note.byId(1)!.list.map(.n)", DENIED],
  ["Note.where(.other.n == 2).count()", DENIED],
])("13: %s through a reference", (query, expected) => {
  expect(answer(db, query, ann(`{ read: "${MINE}" }`))).toEqual(expected);
});

test.each([
  "Todo.byId(1)!.update({ n: 9 })",
  "Todo.byId(1)?.update({ n: 9 })",
  "Todo.byId(1)!.delete()",
])("14: %s of what one may only read is denied", (query) => {
  expect(answer(db, query, ann("{ read: true }"))).toBe(DENIED);
});

test("14: to write without reading one never gets to the document", () => {
  expect(failure(db, "Todo.byId(1)!.update({ n: 9 })", ann("{ write: true }"))).toMatchObject({
    code: "null_value",
    message: "Null value, due to permission denied",
  });
});

test("15: what was written and may not be read is a null document, and its fields deny the write", () => {
  const rights = ann(`{ create: true, read: "${MINE}" }`);
  expect(answer(db, `Todo.create({ owner: "bob" }).exists()`, rights)).toBe(false);
  expect(answer(db, `Todo.create({ owner: "bob" }).owner`, rights)).toBe(DENIED);
  expect(answer(db, `Todo.all().count()`)).toEqual(int(3));
});

test.each([
  ["{ create: true }", false],
  ["{ create_with_id: true }", false],
  ["{ create: true, create_with_id: true }", true],
  ["{ create: true, create_with_id: 'd => d.n == 3' }", true],
])("16: an id of one's own under %s: %s", (actions, allowed) => {
  const made = answer(db, `Todo.create({ id: 3, n: 3 }).id`, ann(actions));
  expect(made).toBe(allowed ? "3" : DENIED);
});

test("17: predicates take as many parameters as they are given", () => {
  const role = (actions: string): unknown =>
    answer(db, `Role.create({ name: "r", privileges: { resource: "Todo", actions: ${actions} } })`);
  expect(role("{ read: '(a, b) => true' }")).toMatch(/^constraint_failure: /);
  expect(role("{ write: 'a => true' }")).toMatch(/^constraint_failure: /);
  const rights = ann("{ read: true, write: '(a, b, c) => true' }");
  expect(answer(db, "Todo.byId(1)!.update({ n: 9 })", rights)).toBe(DENIED);
});

test("18: missing equals missing", () => {
  answer(db, "Todo.create({ id: 3, n: 3 })");
  const rights = ann("{ read: 'd => d.owner == Query.token()!.subject' }");
  expect(answer(db, "Todo.all().map(.id)", rights)).toEqual(set("3"));
});

test("18: `includes` of a text finds a part of it", () => {
  const rights = ann("{ read: 'd => Query.token()!.sub.includes(d.owner)' }");
  answer(db, `Todo.create({ id: 3, owner: "an" })`);
  expect(answer(db, "Todo.all().map(.id)", rights)).toEqual(set("1", "3"));
});

test("19: a false takes nothing away that another role gives", () => {
  const { caller } = ann("{ read: true }");
  answer(
    db,
    `Role.create({ name: "no", privileges: { resource: "Todo", actions: { read: false } } })`,
  );
  const both = { caller: { ...(caller as Caller), roles: ["user", "no"] } };
  expect(answer(db, "Todo.all().count()", both)).toEqual(int(2));
});

test("19: the same resource twice in a role is refused", () => {
  const todo = `{ resource: "Todo", actions: { read: true } }`;
  expect(answer(db, `Role.create({ name: "r", privileges: [${todo}, ${todo}] })`)).toMatch(
    /Duplicate privileges `Todo`/,
  );
});

test("20: a lazy set from a function is judged again, a plain value is not", () => {
  answer(db, `Function.create({ name: "lazy", role: "server", body: "() => Todo.all()" })`);
  answer(
    db,
    `Function.create({ name: "plain", role: "server", body: "() => Todo.all().count()" })`,
  );
  const caller = ann(`{ read: "${MINE}" }`);
  answer(
    db,
    `Role.create({ name: "calls", privileges: [{ resource: "lazy", actions: { call: true } }, { resource: "plain", actions: { call: true } }] })`,
  );
  const rights = { ...caller, ...user("ann", "user", "calls") };
  expect(answer(db, "lazy().map(.id)", rights)).toEqual(set("1"));
  expect(answer(db, "plain()", rights)).toEqual(int(2));
  expect(answer(db, "plain()", caller)).toBe(DENIED);
});

test("21: a server key makes collections and functions, not roles and keys, and sees none", () => {
  const server = key("server");
  expect(answer(db, `Collection.create({ name: "New" }).name`, server)).toBe("New");
  expect(answer(db, `Function.create({ name: "f", body: "() => 1" }).name`, server)).toBe("f");
  answer(db, `Role.create({ name: "r" })`);
  expect(answer(db, `Role.create({ name: "r2" })`, server)).toBe(DENIED);
  expect(answer(db, `Key.create({ role: "server" })`, server)).toBe(DENIED);
  expect(answer(db, "[Role.all().count(), Key.all().count()]", server)).toEqual([int(0), int(0)]);
});

test("21: a read-only key reads and calls nothing, a client key sees nothing", () => {
  answer(db, `Function.create({ name: "f", body: "() => 1" })`);
  expect(answer(db, "Todo.all().count()", key("server-readonly"))).toEqual(int(2));
  expect(answer(db, "f()", key("server-readonly"))).toBe(DENIED);
  expect(answer(db, "Todo.create({})", key("server-readonly"))).toBe(DENIED);
  expect(answer(db, "Todo.all().count()", key("client"))).toEqual(int(0));
  expect(answer(db, "Todo.byId(1)", key("client"))).toEqual(
    nullRef("Todo", "1", "permission denied"),
  );
});

test("23: the past needs history_read", () => {
  answer(db, "Todo.byId(1)!.update({ n: 5 })");
  const past = `at (Todo.byId(1)!.ts.subtract(1, "microsecond")) { Todo.byId(1)?.n }`;
  expect(answer(db, past, ann("{ read: true }"))).not.toEqual(int(1));
  expect(answer(db, past, ann("{ read: true, history_read: true }"))).toEqual(int(1));
});

test("24: keys are loaded over https, and some names of roles are reserved", () => {
  const provider = `AccessProvider.create({ name: "P", issuer: "", jwks_uri: "http://p.example/jwks" })`;
  expect(JSON.stringify(failure(db, provider))).toContain("must be a valid https URI.");
  expect(answer(db, provider.replace("http:", "https:"))).toHaveProperty("@doc");
  expect(answer(db, `Role.create({ name: "admin" })`)).toMatch(/^constraint_failure: /);
  expect(answer(db, `Role.create({ name: "client" })`)).toHaveProperty("@doc");
});
