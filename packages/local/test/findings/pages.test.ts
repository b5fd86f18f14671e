// Statements 30 to 34 of the conformance suite's FINDINGS.md, the first part.
import { beforeEach, expect, test } from "vitest";
import type { Database } from "../../src/store";
import { database, failure, user } from "../fql/query";
import { answer, int, nullRef, set } from "./answer";

let db: Database;
beforeEach(() => {
  db = database(
    `Collection.create({ name: "Item" })`,
    "Set.sequence(1, 8).forEach(i => Item.create({ id: ID(i), n: i }))",
  );
});
const UNCHECKED = { typecheck: false };

interface Page {
  data: unknown[];
  after?: string;
}
const page = (query: string): Page => answer(db, query) as Page;
const next = (cursor: string | undefined): Page => page(`Set.paginate("${cursor}")`);

test("30: a set within an object and an array answers as a page", () => {
  expect(answer(db, "{ a: [Item.all().take(1).map(.n)] }")).toEqual({ a: [set(int(1))] });
});

test("30: paginate answers a plain page, and no page is empty or has a before", () => {
  const first = page("Item.all().map(.n).paginate(7)");
  expect(first).toEqual({ data: [1, 2, 3, 4, 5, 6, 7].map(int) });
});

test.each(["Item.all().pageSize(3).map(.n)", "Item.all().pageSize(3).where(.n > 0) { n }"])(
  "30: %s keeps its page size",
  (query) => {
    const { "@set": shown } = answer(db, query) as { "@set": Page };
    expect(shown.data).toHaveLength(3);
    expect(next(shown.after).data).toHaveLength(3);
  },
);

test("31: values of a later page are those of the first one's time, deleted documents' too", () => {
  const { after } = page("Item.all().map(.n).paginate(2)");
  answer(db, "Item.byId(3)!.update({ n: 33 })\nItem.byId(4)!.delete()");
  expect(next(after).data).toEqual([int(3), int(4)]);
});

test("31: whole documents of a later page are as they are now", () => {
  const { after } = page("Item.where(.n < 5).paginate(2)");
  answer(db, "Item.byId(3)!.update({ n: 33 })\nItem.byId(4)!.delete()");
  expect(next(after).data).toMatchObject([
    { "@doc": { id: "3", n: int(33) } },
    nullRef("Item", "4", "not found"),
  ]);
});

test("31: a document that came since is on no later page", () => {
  const { after } = page("Item.all().map(.n).paginate(6)");
  answer(db, "Item.create({ id: 99, n: 99 })");
  expect(next(after)).toEqual({ data: [int(7)] });
});

test("32: distinct sorts a set, and keeps the order of an array", () => {
  expect(answer(db, "[3, 1, 3].toSet().distinct()")).toEqual(set(int(1), int(3)));
  expect(answer(db, "[3, 1, 3].distinct()")).toEqual([int(3), int(1)]);
});

test.each(["Item.all().map(.delete())", "Item.where(x => x.delete() == null)"])(
  "32: %s may not write",
  (query) => {
    expect(failure(db, `(${query}).toArray()`, UNCHECKED).code).toBe("invalid_effect");
  },
);

test("32: forEach and the map of an array may", () => {
  answer(db, "Item.all().take(1).forEach(x => x.delete())");
  answer(db, "Item.all().take(1).toArray().map(x => x.delete())");
  expect(answer(db, "Item.all().count()")).toEqual(int(5));
});

test("32: flatMap wants its own kind", () => {
  expect(answer(db, "Item.all().take(2).flatMap(x => Set.single(x.n))")).toEqual(
    set(int(1), int(2)),
  );
  expect(failure(db, "Item.all().flatMap(x => [x.n]).toArray()", UNCHECKED).code).toMatch(
    /^(type_mismatch|invalid_)/,
  );
});

test("32: an array of more than 16,000 is too large", () => {
  expect(failure(db, "Set.sequence(0, 16001).toArray()").code).toBe("value_too_large");
  expect(answer(db, "Set.sequence(0, 16000).toArray().length")).toEqual(int(16_000));
});

test("32: a set equals the same set", () => {
  expect(answer(db, "Item.all() == Item.all()")).toBe(true);
});

test("33: a filter of an array takes null for false, a field of null throws", () => {
  expect(answer(db, "[1, 2].filter(x => null)", UNCHECKED)).toEqual([]);
  expect(failure(db, "Item.where(.missing.x == 1)", UNCHECKED).code).toBe("invalid_null_access");
});

test.each([
  ["Item.where(.n > 99).first()!", "Null value, due to empty set"],
  ["[].first()!", "Null value, due to empty array"],
  ["let o: Any = {}\no.a!", "Null value, due to missing field `a`"],
  ['"x".parseInt()!', "Null value, due to invalid number"],
  ["let x: Any = null\nx!", "Null value, due to null literal"],
])("33: %j says why it is null", (query, message) => {
  const { message: said } = failure(db, query, UNCHECKED);
  if (message.endsWith("literal")) expect(said).toMatch(/null literal/i);
  else expect(said).toBe(message);
});

test.each([
  ["[1].map(1 / 0)", "divide_by_zero"],
  ["Item.byId(9)!.n", "document_not_found"],
])("34: the summary of %s points at its place", (query, code) => {
  const { summary, code: got } = failure(db, query, UNCHECKED);
  expect(got).toBe(code);
  expect(summary).toMatch(/^error: .*\nat \*query\*:1:\d+\n {2}\|\n1 \| .*\n {2}\| +\^+\n {2}\|/);
});

test.each(['"abc', "@", "`", ")"])("34: %s ends the query", (query) => {
  expect(failure(db, query).summary).toContain(
    "Unexpected end of query. Expected statement or expression",
  );
});

test("23 of the second part: a cursor is not bound to its user", () => {
  answer(db, "Item.all().forEach(x => x.update({ owner: if (x.n % 2 == 0) 'ann' else 'bob' }))");
  answer(
    db,
    `Role.create({ name: "user", privileges: [{ resource: "Item", actions: { read: "d => d.owner == Query.token()!.sub" } }] })`,
  );
  const first = answer(db, "Item.all().map(.n).paginate(2)", user("ann", "user")) as Page;
  expect(first.data).toEqual([int(2), int(4)]);
  const bobs = answer(db, `Set.paginate("${first.after}")`, user("bob", "user")) as Page;
  expect(bobs.data).toEqual([int(7)]);
});
