import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import type { Database } from "../../src/store";
import { data, database, failure, int } from "./query";
import { runs } from "../../../../test/support/runs";

let db: Database;
beforeEach(() => {
  db = database(
    `Collection.create({ name: "P", indexes: {
      byG: { terms: [{ field: "g" }], values: [{ field: "n", order: "desc" }] },
      byTag: { terms: [{ field: "tags", mva: true }] } } })`,
    "Array.sequence(1, 7).forEach(i => P.create({ id: ID(i), n: i, g: i % 2, tags: [i.toString(), 'all'] }))",
  );
});

interface Page {
  data: unknown[];
  after?: string;
}
const page = (query: string, args?: Record<string, unknown>): Page =>
  data(db, query, { format: "simple", ...(args && { arguments: args }) }) as Page;

/** All elements of a set, page by page. */
function walk(set: string): unknown[] {
  const found: unknown[] = [];
  let next = page(`(${set}).paginate(2)`);
  for (; ; next = page("Set.paginate(c)", { c: next.after })) {
    found.push(...next.data);
    if (next.after === undefined) return found;
  }
}

test.each([
  "P.all().map(.n)",
  "P.all().reverse().map(.n)",
  "P.where(.g == 1).map(.n)",
  "P.byG(1).map(.n)",
  "P.byG(1).reverse().map(.n)",
  "P.byG(1, { from: 4 }).map(.n)",
  "P.all().order(.g, desc(.n)).map(.n)",
  "P.all().take(5).map(.n)",
  "P.all().drop(2).map(.n)",
  "P.all().take(5).reverse().map(.n)",
  "P.byG(1).concat(P.byG(0)).map(.n)",
  "P.all().flatMap(p => P.byG(p.g)).map(.n)",
  "P.all().map(.g).distinct()",
  "Set.sequence(0, 5)",
  "Set.sequence(0, 5).reverse()",
  "[3, 1, 2].toSet()",
])("%s gives the same by pages as at once", (set) => {
  expect(walk(set)).toEqual(data(db, `(${set}).toArray()`, { format: "simple" }));
});

test("a last page that is full has no cursor", () => {
  expect(page("P.all().paginate(6)").after).toBeUndefined();
});

test("a cursor filters and maps as of the first page, but whole documents show what they say now", () => {
  const mapped = page("P.where(.g == 1).map(.n).paginate(1)");
  const whole = page("P.where(.g == 1).paginate(1)");
  data(db, "P.byId(3)!.update({ g: 0, n: 33 })");
  expect(page("Set.paginate(c)", { c: mapped.after }).data).toEqual([3]);
  expect(page("Set.paginate(c)", { c: whole.after }).data).toMatchObject([
    { id: "3", n: 33, g: 0 },
  ]);
});

test("a made-up cursor is refused", () => {
  expect(failure(db, `Set.paginate("made up")`)).toMatchObject({
    code: "invalid_cursor",
    message: "Cursor cursor is invalid or expired.",
  });
});

test.each([0, -1, 16_001])("a page of %d is refused", (size) => {
  expect(failure(db, `P.all().paginate(${size})`).code).toBe("invalid_bounds");
});

test("an index follows its documents", () => {
  expect(data(db, `P.byTag("3").map(.id)`)).toEqual({ "@set": { data: ["3"] } });
  data(db, `P.byId(3)!.update({ tags: ["new"] })\nP.byId(4)!.delete()`);
  expect(data(db, `P.byTag("3").count() + P.byTag("4").count()`)).toEqual(int(0));
  expect(data(db, `[P.byTag("new").count(), P.byTag("all").count()]`)).toEqual([int(1), int(4)]);
});

test("an index that is added later has the documents of before", () => {
  data(db, `P.definition.update({ indexes: { byN: { terms: [{ field: "n" }] } } })`);
  expect(data(db, "P.byN(5).map(.id)")).toEqual({ "@set": { data: ["5"] } });
});

test("set functions may not write, array functions may", () => {
  expect(failure(db, "P.all().map(.delete()).toArray()").message).toBe(
    "`delete` performs a write, which is not allowed in set functions.",
  );
  data(db, "P.all().toArray().map(.delete())");
  expect(data(db, "P.all().count()")).toEqual(int(0));
});

test("deleting in forEach reaches every document", () => {
  data(db, "P.all().forEach(.delete())");
  expect(data(db, "P.all().isEmpty()")).toBe(true);
});

test("order sorts as a stable sort by the same keys does", () => {
  const row = fc.record({ a: fc.integer({ min: 0, max: 3 }), b: fc.integer({ min: 0, max: 3 }) });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
      const sorted = rows.map((r, i) => ({ ...r, i })).sort((x, y) => x.a - y.a || y.b - x.b);
      const given = rows.map((r, i) => ({ ...r, i }));
      const query = "rows.toSet().order(.a, desc(.b)).map(.i).toArray()";
      expect(data(db, query, { format: "simple", arguments: { rows: given } })).toEqual(
        sorted.map(({ i }) => i),
      );
    }),
    runs(50),
  );
});

test.each([
  ["P.all().take(2)", "P.all().take(2)", true],
  ["P.all().take(2)", "P.all().take(3)", false],
  ["P.all().drop(1).reverse()", "P.all().drop(1).reverse()", true],
  ["P.byG(1).concat(P.all())", "P.byG(1).concat(P.all())", true],
  ["P.byG(1).concat(P.all())", "P.all().concat(P.byG(1))", false],
  ["P.byG(1, { from: 4 })", "P.byG(1, { to: 4 })", false],
  ["[1, 2].toSet()", "[1, 2].toSet()", true],
  ["Set.sequence(1, 3)", "[1, 2].toSet()", false],
  ["P.all().pageSize(2)", "P.all().pageSize(2)", false],
  ["P.where(f)", "P.where(f)", true],
  ["P.where(x => x.n > 1)", "P.where(x => x.n > 1)", false],
])("sets are the same where they are made of the same: %s and %s", (a, b, same) => {
  const setup = "let f = (x => x.n > 1)\n";
  expect(data(db, `${setup}${a} == ${b}`)).toBe(same);
  expect(data(db, `${setup}[${a}].includes(${b})`)).toBe(same);
});

test("a set inside of a document is a page where the answer shows it elsewhere, and a token otherwise", () => {
  db = database(
    `Collection.create({ name: "A", computed_fields: { kids: { body: "a => A.all().where(.p == a.id)" } } })`,
    'A.create({ id: "1" })',
    'A.create({ id: "2", p: 1 })',
  );
  interface Shown {
    "@doc": { kids: { "@set": unknown } };
  }
  const token: unknown = expect.any(String);
  const kids = (query: string): unknown => (data(db, query) as { d: Shown }).d["@doc"].kids["@set"];
  const page = { data: [{ "@ref": { id: "2", coll: { "@mod": "A" } } }] };
  expect(kids('{ d: A.byId("1")! }')).toEqual(token);
  expect(kids('{ d: A.byId("1")!, k: A.byId("1")!.kids }')).toEqual(page);
  expect(kids('{ k: [A.byId("1")!.kids], d: A.byId("1")! }')).toEqual(page);
  expect(kids('{ d: A.byId("1")!, k: A.byId("2")!.kids }')).toEqual(token);
  expect(kids('{ d: A.byId("1")!, k: A.byId("1")!.kids.pageSize(1) }')).toEqual(token);
});

test("numbers of all kinds are in an index by their size, and as they were made where that is the same", () => {
  const number = fc.oneof(
    fc.integer({ min: -2, max: 2 }).map(String),
    fc.integer({ min: -4, max: 4 }).map((n) => (n / 2).toFixed(1)),
  );
  fc.assert(
    fc.property(fc.array(number, { maxLength: 12 }), (numbers) => {
      const filled = database(
        `Collection.create({ name: "V", indexes: { up: { values: [{ field: ".v" }] }, down: { values: [{ field: ".v", order: "desc" }] } } })`,
        `[${numbers.join()}].forEach((v) => V.create({ v: v }))`,
      );
      const rows = numbers.map(Number);
      const up = rows.toSorted((a, b) => a - b);
      const read = (query: string): unknown => data(filled, query, { format: "simple" });
      expect(read("V.up().map(.v).toArray()")).toEqual(up.map((v) => v + 0));
      expect(read("V.down().map(.v).toArray()")).toEqual(
        rows.toSorted((a, b) => b - a).map((v) => v + 0),
      );
      expect(read("V.up({ from: 0, to: 1.0 }).count()")).toBe(
        rows.filter((v) => v >= 0 && v <= 1).length,
      );
    }),
    runs(30),
  );
});
