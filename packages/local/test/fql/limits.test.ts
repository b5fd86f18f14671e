import fc from "fast-check";
import { expect, test } from "vitest";
import { ask, data, database, failure, int } from "./query";
import { runs } from "../../../../test/support/runs";

test.each([
  "Set.sequence(0, 2147483647).count()",
  '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches("(a+)+$")',
])("%s ends at the deadline", (query) => {
  expect(failure(database(), query, { timeout: 100 })).toMatchObject({
    status: 440,
    code: "time_out",
  });
});

test("endless recursion fails", () => {
  expect(failure(database(), "let f = g => g(g)\nf(f)").code).toBe("stack_overflow");
});

test.each([
  "[".repeat(5_000) + "]".repeat(5_000),
  "(".repeat(5_000) + "1" + ")".repeat(5_000),
  `1${" + 1".repeat(50_000)}`,
])("nesting without end is refused", (query) => {
  expect(ask(database(), query).status).toBe(400);
});

test("names of JavaScript's own are fields like others", () => {
  const db = database(`Collection.create({ name: "C" })`);
  const object = `{ "__proto__": 1, constructor: 2, toString: 3, hasOwnProperty: 4 }`;
  expect(JSON.stringify(data(db, `C.create(${object}).data`, { format: "simple" }))).toBe(
    `{"__proto__":1,"constructor":2,"toString":3,"hasOwnProperty":4}`,
  );
  expect(data(db, `let o = ${object}\no.__proto__`)).toEqual(int(1));
});

test.each([
  '"x".constructor',
  "[].__proto__",
  "Math.constructor",
  "{}.prototype",
  "(x => x).constructor",
  "1.valueOf",
])("%s leads nowhere", (query) => {
  expect(data(database(), query, { typecheck: false })).toBeNull();
});

const ATOMS = [
  "1",
  "2.5",
  "null",
  "true",
  '"a"',
  "[]",
  "{}",
  "C",
  "C.all()",
  "C.byId(1)",
  "Math",
  "x => x",
  "x",
  "Set.sequence(0, 3)",
  'Time("2024-01-01T00:00:00Z")',
  "newId()",
  "Query.token()",
  "C.definition",
  "abort",
  "Object",
];
const METHODS = [
  "map",
  "where",
  "filter",
  "first",
  "count",
  "toArray",
  "paginate",
  "update",
  "delete",
  "create",
  "order",
  "take",
  "fold",
  "concat",
  "slice",
  "at",
  "toString",
  "distinct",
  "reverse",
  "flatMap",
  "includes",
  "byId",
  "keys",
  "__proto__",
  "length",
];
const program = fc.letrec<{ expr: string }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(...ATOMS),
    fc
      .tuple(
        tie("expr"),
        fc.constantFrom(..."+ - * / % ** == < && || ?? isa | &".split(" ")),
        tie("expr"),
      )
      .map((parts) => `(${parts.join(" ")})`),
    fc
      .tuple(tie("expr"), fc.constantFrom(...METHODS), fc.array(tie("expr"), { maxLength: 2 }))
      .map(([self, name, args]) => `${self}.${name}(${args.join(", ")})`),
    fc.tuple(tie("expr"), fc.constantFrom(...METHODS)).map(([self, name]) => `${self}?.${name}`),
    fc.tuple(tie("expr"), tie("expr")).map(([self, key]) => `${self}[${key}]`),
    tie("expr").map((value) => `${value}!`),
    tie("expr").map((value) => `{ a: ${value} } { a }`),
    fc.tuple(tie("expr"), tie("expr")).map(([test, value]) => `(if (${test}) ${value})`),
  ),
})).expr;

test("any program gets an answer of the protocol, and a failed one changes nothing", () => {
  const db = database(`Collection.create({ name: "C" })`, "C.create({ id: 1, n: 1 })");
  fc.assert(
    fc.property(program, fc.boolean(), (query, typecheck) => {
      const before = data(db, "C.all().count()");
      const { status, body } = ask(db, query, { typecheck, timeout: 1_000, arguments: { x: "v" } });
      expect([200, 400, 440]).toContain(status);
      if (status === 200) return;
      expect(body["error"]).toMatchObject({
        code: expect.any(String) as string,
        message: expect.any(String) as string,
      });
      expect(data(db, "C.all().count()")).toEqual(before);
    }),
    runs(400),
  );
});

test("a transaction computes 12,000 operations at most", () => {
  const { status, body } = ask(database(), "Set.sequence(0, 700000).fold(0, (a, b) => a + b)", {
    timeout: 60_000,
  });
  expect({ status, error: body["error"] }).toEqual({
    status: 400,
    error: {
      code: "invalid_request",
      message: "Transaction does too much compute: got 12001, limit: 12000",
    },
  });
});

test.each<[string, Partial<Record<"compute_ops" | "read_ops" | "write_ops", number>>]>([
  ["1", { compute_ops: 1, read_ops: 0, write_ops: 0 }],
  ["C.all().count()", { read_ops: 8 }],
  ["C.all().count() + C.all().count()", { compute_ops: 2, read_ops: 8 }],
  ["C.byN(1).count()", { read_ops: 1 }],
  ["C.all().map(.x).toArray().length", { compute_ops: 2, read_ops: 48 }],
  ['C.byId("99").exists()', { read_ops: 1 }],
  ["Array.sequence(0, 100).map(i => C.all().count()).length", { compute_ops: 87, read_ops: 8 }],
  ["C.create({ n: 5 }).n", { read_ops: 0, write_ops: 1 }],
  ["C.byN(2).first()!.update({ n: 7 }).n", { read_ops: 2, write_ops: 1 }],
])("%s costs what it costs on the server", (query, stats) => {
  const db = database(
    `Collection.create({ name: "C", indexes: { byN: { terms: [{ field: "n" }] } } })`,
    "Set.sequence(0, 40).forEach(i => C.create({ n: i % 4 }))",
  );
  expect(ask(db, query).body["stats"]).toMatchObject(stats);
});
