import { expect, onTestFinished, test, vi } from "vitest";
import { parseQuery, parseType } from "../../src/fql/parser";
import { LIBRARY } from "../../src/fql/stdlib/library";
import { CheckRun } from "../../src/types/check-run";
import { Constraint } from "../../src/types/constrain";
import { coalesced } from "../../src/types/coalesce";
import { Inference } from "../../src/types/infer";
import { SchemaTypes } from "../../src/types/schema-types";
import { named, NULL, record, union } from "../../src/types/type";
import { ask, database } from "../fql/query";

const typeOf = (...values: readonly string[]): unknown => {
  const parts = values.flatMap((value) => [{ value }, ", "]);
  return ask(db, { fql: ["[", ...parts.slice(0, -1), "]"] }).body["static_type"];
};
const db = database();

test("what was found out about a text holds for values of the same types in the same places", () => {
  expect(typeOf("a", "a", "b")).toBe('["a", "a", "b"]');
  expect(typeOf("a", "b", "b")).toBe('["a", "b", "b"]');
  expect(typeOf("a", "a", "b")).toBe('["a", "a", "b"]');
});

test("a change of the schema lets a text be checked anew", () => {
  const query = `User.all().map(.name)`;
  expect(ask(db, query).body["error"]).toMatchObject({ code: "invalid_query" });
  ask(db, `Collection.create({ name: "User", fields: { name: { signature: "String" } } })`);
  expect(ask(db, query).body["static_type"]).toBe("Set<String>");
  ask(db, `User.definition.update({ fields: { name: { signature: "Int" } } })`);
  expect(ask(db, query).body["static_type"]).toBe("Set<Int>");
});

test("a text is checked once for each version of the schema", () => {
  const checks = vi.spyOn(Inference.prototype, "whole");
  onTestFinished(() => checks.mockRestore());
  const query = "User.all().where(.name == 1)";
  for (let i = 0; i < 3; i++) ask(db, query);
  expect(checks).toHaveBeenCalledOnce();
  ask(db, `Collection.create({ name: "Post" })`);
  checks.mockClear();
  for (let i = 0; i < 3; i++) ask(db, query);
  expect(checks).toHaveBeenCalledOnce();
});

test("texts with the same names of the schema share an environment", () => {
  const [field, collection] = [parseType("String"), { name: "User", alias: null }];
  const types = new SchemaTypes(LIBRARY, {
    collections: [
      {
        ...collection,
        fields: new Map([["name", { type: field, initial: null }]]),
        computed: new Map(),
        wildcard: null,
        documentTtls: null,
        indexes: new Map(),
      },
    ],
    functions: [],
    roles: new Set(),
    grants: [],
  });
  const environmentOf = (text: string): unknown =>
    types.environmentFor(parseQuery({ name: "*query*", text }));
  expect(environmentOf("User.all().count()")).toBe(environmentOf("let x = User; x.byId('1')"));
  expect(environmentOf("User.all().count()")).not.toBe(environmentOf("Time.now()"));
});

test("what a type without variables comes to is found once", () => {
  const closed = record(new Map([["a", union([named("String"), NULL])]]));
  for (const isValue of [true, false])
    expect(coalesced(closed, isValue)).toBe(coalesced(closed, isValue));
});

test("a check without a choice leaves nothing to decide", () => {
  const decide = vi.spyOn(CheckRun.prototype, "decide");
  onTestFinished(() => decide.mockRestore());
  ask(db, "let name = 'a'\nTime.now().add(name.length, 'days')");
  expect(decide).not.toHaveBeenCalled();
  ask(db, "[1].slice(0).nope");
  expect(decide).toHaveBeenCalled();
});

test("a union that a value plainly fits opens no choice, and changes neither types nor what is told of a mistake", () => {
  const typed = database(
    `Collection.create({ name: "Note", fields: {
      title: { signature: "String" }, done: { signature: "Boolean", default: "false" }, made: { signature: "Time?" }
    } })`,
  );
  const decide = vi.spyOn(CheckRun.prototype, "decide");
  onTestFinished(() => decide.mockRestore());
  const made = `["a", "b"].map(title => Note.create({ title: title, done: title == "a", made: Time.now() }))`;
  expect(ask(typed, made).body["static_type"]).toBe("Array<Note>");
  expect(decide).not.toHaveBeenCalled();
  const { summary } = ask(typed, `Note.create({ title: "a", done: 1, made: Time.now() })`).body;
  expect(summary).toContain("Type `Int` is not a subtype of `Null | Boolean`");
  expect(decide).toHaveBeenCalled();
});

test("the steps of a text that have one outcome take no constraint", () => {
  const typed = database(
    `Collection.create({ name: "Note", fields: { title: { signature: "String" }, made: { signature: "Time?" } } })`,
  );
  const run = vi.spyOn(Constraint.prototype, "run");
  onTestFinished(() => run.mockRestore());
  const steps = `if (Note.all().isEmpty()) Time.now().subtract(1, "minutes") else Time.now()`;
  expect(ask(typed, steps).body["static_type"]).toBe("Time");
  expect(ask(typed, "[Note.all().count(), Time.now()]").body["static_type"]).toBe("[Number, Time]");
  expect(run).not.toHaveBeenCalled();
  const { summary } = ask(typed, `if (Note.all().isEmty()) 1 else 2`).body;
  expect(summary).toContain("Type `Set<Note>` does not have field `isEmty`");
  expect(run).toHaveBeenCalled();
});

test.each([
  ["[Math.max(1, 2), Date.today()].map(x => x)", "Array<Date | Number>"],
  ["((...xs) => xs)(1, 2)", "Array<2 | 1>"],
  [`let f: (A, A) => A = (a, b) => a; f(1, "x")`, `"x" | 1`],
  ["[1, 2, 1].map(x => x)", "Array<1 | 2>"],
])("what a text's steps come to is printed in the server's order: %s", (query, type) => {
  expect(ask(db, query).body["static_type"]).toBe(type);
});

test("a choice of signatures that the number of arguments decides is opened if anything depends on it", () => {
  const decide = vi.spyOn(CheckRun.prototype, "decide");
  onTestFinished(() => decide.mockRestore());
  const typeOfQuery = (query: string): unknown => ask(db, query).body["static_type"];
  expect(typeOfQuery("let all = User.all()\n{ all: all, count: all.count() }")).toBe(
    "{ all: Set<User>, count: Number }",
  );
  expect(decide).not.toHaveBeenCalled();
  expect(typeOfQuery("(User.all() ?? [1]).isEmpty()")).toBe("Boolean");
  expect(typeOfQuery("let users: Set<User> | Int = User.all(); users")).toBe("Int | Set<User>");
  // An oddity of the server's, where the arguments of one choice do not decide the other.
  expect(typeOfQuery("{ a: User.all(), b: [1].slice(0) }")).toBe("{ a: Never, b: Array<1> }");
  expect(decide).toHaveBeenCalled();
});

test("a mistake is found once for each version of the schema, and told each time", () => {
  const checks = vi.spyOn(Inference.prototype, "whole");
  onTestFinished(() => checks.mockRestore());
  const told = [1, 2, 3].map(() => ask(db, "User.all().nope()").body["summary"]);
  expect(new Set(told).size).toBe(1);
  expect(told[0]).toContain("does not have field `nope`");
  expect(checks).toHaveBeenCalledOnce();
});

test.each([
  ["a", '"a"'],
  [{ "@int": "1" }, "1"],
  [{ "@long": "5000000000" }, "5000000000"],
  [{ "@double": "1.5" }, "1.5"],
  [{ "@double": "100.0" }, "100.0"],
  [{ "@double": "NaN" }, "Double"],
  [true, "Boolean"],
  [null, "Null"],
  [["a", { "@int": "1" }], '["a", 1]'],
  [{ a: { b: "x" } }, '{ a: { b: "x" } }'],
  [{ "@time": "2020-01-01T00:00:00Z" }, "Time"],
  [{ "@date": "2020-01-01" }, "Date"],
  [{ "@bytes": "YWI=" }, "Bytes"],
  [{ "@mod": "User" }, "UserCollection"],
  [{ "@ref": { id: "1", coll: { "@mod": "User" } } }, "User"],
])("5. The value %j, as an argument and in a template, has the type %s", (value, type) => {
  expect(ask(db, "x", { arguments: { x: value } }).body["static_type"]).toBe(type);
  expect(ask(db, { fql: [{ value }] }).body["static_type"]).toBe(type);
});

test("4. A value's type is known if the text leads to it", () => {
  const x = { "@mod": "User" };
  const alone = ask(db, "x.all()", { arguments: { x } }).body["summary"];
  expect(alone).toContain("Type `UserCollection` does not have field `all`");
  const { static_type } = ask(db, "[User, x.all()]", { arguments: { x } }).body;
  expect(static_type).toBe("[UserCollection, Set<User>]");
});

test.each(["x => x", "User.byId", "(a, b) => a + b", "{ let f = () => 1; f }"])(
  "40. A result that is a function adds a warning to its answer: %s",
  (query) => {
    const { status, body } = ask(db, query);
    expect(status).toBe(200);
    expect(body["summary"]).toContain("warning: Function is not called.");
  },
);
