import { expect, test } from "vitest";
import { answer } from "../findings/answer";
import { data, database, failure } from "./query";

const TERMS = `terms: [{ field: "a" }]`;
const REFUSED = {
  code: "invalid_index_invocation",
  message: "The index `C.i` is not queryable.",
};
const withIndex = (fields: string): ReturnType<typeof database> =>
  database(`Collection.create({ name: "C", indexes: { i: { ${fields} } } })`);

test.each<[call: string, typecheck: boolean]>([
  ["C.i(1)", true],
  ["C.i(1).count()", false],
  ["C.i(1, { from: 2 })", true],
  ["C?.i(1)?.first()", true],
  ["let f = C.i; f(1)", true],
  ["[1].map(C.i)", true],
  ["Set.sequence(0, 1).map(x => C.i(x).count()).toArray()", true],
  ["C.i(1).eventSource()", true],
  // What is wrong with the arguments is not looked at.
  ["C.i(x => x)", true],
  ["C.i(C.all())", true],
  ["C.i(1, 2)", false],
])("an index that is not queryable refuses %s (type checks: %s)", (call, typecheck) => {
  const db = withIndex(`${TERMS}, queryable: false`);
  expect(failure(db, call, { typecheck })).toMatchObject(REFUSED);
});

test.each<[call: string, error: string]>([
  ["C.i(abort(1))", "abort: Query aborted."],
  [
    "C.i()",
    "invalid_function_invocation: callee function expects 1 or 2 arguments, but 0 were provided.",
  ],
])("an index that is not queryable is called only with its arguments: %s", (call, error) => {
  expect(answer(withIndex(`${TERMS}, queryable: false`), call, { typecheck: false })).toBe(error);
});

test("an index that is not queryable is a function, which nobody may call", () => {
  const db = withIndex(`${TERMS}, queryable: false`);
  expect(data(db, "C.i.toString()", { typecheck: false })).toBe("[function i()]");
  expect(data(db, "C.definition.indexes!.i { queryable, status }")).toEqual({
    queryable: false,
    status: "complete",
  });
});

test("computed fields and functions fail at an index that is not queryable", () => {
  const db = withIndex(`${TERMS}, queryable: false`);
  data(db, `Function.create({ name: "f", body: "() => C.i(1).count()" })`);
  data(
    db,
    `Collection.create({ name: "D", computed_fields: { n: { body: "d => C.i(1).count()" } } })`,
  );
  expect(failure(db, "f()")).toMatchObject(REFUSED);
  expect(failure(db, "D.create({}).n")).toMatchObject(REFUSED);
});

test.each<[change: string, isQueryable: boolean]>([
  ["update({ indexes: { i: { queryable: false } } })", false],
  ["update({ indexes: { i: { queryable: true } } })", true],
  ["update({ indexes: { i: { queryable: null } } })", true],
  [`replace({ name: "C", indexes: { i: { ${TERMS}, queryable: false } } })`, false],
  [`replace({ name: "C", indexes: { i: { ${TERMS} } } })`, true],
])("`%s` makes whether an index is queryable %s", (change, isQueryable) => {
  const db = withIndex(`${TERMS}, queryable: ${String(!isQueryable)}`);
  data(db, `C.create({ id: 1, a: 1 }); C.definition.${change}`);
  if (isQueryable) expect(data(db, "C.i(1).count()")).toEqual({ "@int": "1" });
  else expect(failure(db, "C.i(1)")).toMatchObject(REFUSED);
});

const UNIQUE = `unique: ["a"]`;
const CHECK = `check: { name: "c", body: "d => true" }`;
const READ_ONLY = "status: Failed to update field because it is readonly";

// The first collection has one constraint, the second a check behind it.
test.each<[constraints: string, of: readonly [number | null, number | null]]>([
  [`{ ${UNIQUE} }`, [null, null]],
  [`{ ${UNIQUE}, status: "active" }`, [null, null]],
  [`{ unique: ["b"], status: "active" }`, [null, null]],
  [`{ ${UNIQUE}, status: "pending" }`, [0, 0]],
  [`{ ${UNIQUE}, status: "failed" }`, [0, 0]],
  [`{ ${UNIQUE} }, { unique: ["b"], status: "active" }`, [1, 1]],
  [`{ unique: ["b"], status: "active" }, { ${UNIQUE} }`, [null, null]],
  [`{ ${CHECK} }, { ${UNIQUE}, status: "active" }`, [1, 1]],
])(
  "the status of a unique constraint is that at its place, or refused: [%s]",
  (constraints, of) => {
    const shapes = [`{ ${UNIQUE} }`, `{ ${UNIQUE} }, { ${CHECK} }`];
    for (const [i, shape] of shapes.entries()) {
      const definition = (list: string): string => `{ name: "C", constraints: [${list}] }`;
      for (const method of ["update", "replace"]) {
        const db = database(`Collection.create(${definition(shape)})`);
        const change = `C.definition.${method}(${definition(constraints)})`;
        if (of[i] === null) expect(data(db, change)).toBeTruthy();
        else expect(failure(db, change).summary).toContain(`constraints[${of[i]}].${READ_ONLY}`);
      }
    }
  },
);

test("nobody makes a unique constraint with a status", () => {
  const query = `Collection.create({ name: "C", constraints: [{ ${UNIQUE}, status: "active" }] })`;
  const { summary } = failure(database(), query, { typecheck: false });
  expect(summary).toContain(`constraints[0].${READ_ONLY}`);
});
