import { TaggedTypeFormat } from "fauna";
import { expect, test } from "vitest";

import type { FaunaOrder } from "../../src/live/live-query-options";
import { compareBy, compareValues } from "../../src/live/row-order";
import { compareIds } from "../../src/live/rows";
import recorded from "./fauna-order.json" with { type: "json" };

const decode = (value: unknown): never =>
  TaggedTypeFormat.decode(JSON.stringify(value), { long_type: "bigint" }) as never;

interface Row {
  readonly id: string;
}

/** Sorts from any beginning: of an order it may not matter. */
function sorted<T>(values: readonly T[], compare: (a: T, b: T) => number): T[] {
  const [once, turned] = [values.toSorted(compare), values.toReversed().toSorted(compare)];
  expect(turned).toEqual(once);
  return once;
}

test.each(recorded.orders)("rows are as $query of the real server has them", ({ order, ids }) => {
  const compare = compareBy(order as FaunaOrder<never>) as (a: Row, b: Row) => number;
  const rows = recorded.rows.map((row): Row => decode(row));
  const all = sorted(rows, (a, b) => compare(a, b) || compareIds(a, b));
  expect(all.map(({ id }) => id)).toEqual(ids);
});

test.each(recorded.arrays)("values are as the real server's $query", ({ ordered }) => {
  const values: readonly unknown[] = decode(ordered);
  expect(sorted(values, compareValues)).toEqual(values);
});

test("text is compared by code points, which are not what UTF-16 sorts by", () => {
  const texts = ["", "B", "Z", "a", "aa", "ä", "\uffff", "😀", "😀a"];
  expect(sorted(texts, compareValues)).toEqual(texts);
});

test("numbers are compared by value, whatever their size and type", () => {
  const numbers = [-Infinity, -1.5, -1, 0, 0.5, 1, 2, 10, 2n ** 60n, 2n ** 60n + 1n, Infinity, NaN];
  expect(sorted<unknown>(numbers, compareValues)).toEqual(numbers);
  expect(compareValues(1n, 1)).toBe(0);
});

test("times are compared as times, however many digits they have", () => {
  const times = ["", ".500", ".500000001", ".500001", ".600"].map((fraction) =>
    decode({ "@time": `2026-01-01T00:00:00${fraction}Z` }),
  );
  expect(sorted<unknown>(times, compareValues)).toEqual(times);
});

test("bytes, lists and objects are compared part by part, the shorter one first", () => {
  const values = [
    ...[new Uint8Array([1]), new Uint8Array([1, 0]), new Uint8Array([200])],
    ...[[1], [1, "a"], [2]],
    ...[{}, { a: 1 }, { a: 1, b: 1 }, { a: 2 }, { b: 0 }],
  ];
  expect(sorted<unknown>(values, compareValues)).toEqual(values);
});

test("which of two documents of different collections comes first is not known", () => {
  const ref = (name: string, id: string): unknown =>
    decode({ "@ref": { id, coll: { "@mod": name } } });
  expect(compareValues(ref("Todo", "9"), ref("Todo", "10"))).toBeLessThan(0);
  expect(compareValues(ref("Todo", "9"), ref("Todo", "9"))).toBe(0);
  expect(compareValues(ref("Todo", "9"), ref("List", "9"))).toBeNaN();
  expect(compareValues(decode({ "@mod": "Todo" }), decode({ "@mod": "List" }))).toBeNaN();
});

test("a field may be one of an object, and a missing one comes last", () => {
  const compare = compareBy([["address.city", "desc"]]) as (a: object, b: object) => number;
  const rows = [{ id: "1" }, { address: { city: "Ulm" } }, { address: { city: "Bonn" } }];
  expect(sorted(rows, compare)).toEqual(rows);
});

const document = (data: object): never =>
  decode({
    "@doc": { id: "1", coll: { "@mod": "Todo" }, ts: { "@time": "2026-01-01T00:00:00Z" }, ...data },
  });
const owner = { "@ref": { id: "5", coll: { "@mod": "Owner" } } };

test.each([
  ["of a field that no row has", "rank", { id: "1" }, { id: "2" }],
  ["of a field within one that no row has", "address.city", { id: "1" }, { id: "2" }],
  ["of a field that the objects in both lack", "at.city", { at: {} }, { at: {} }],
  ["of what references lead to", "owner.name", document({ owner }), document({ owner })],
  [
    "of what a reference leads to, if the other row has none",
    "owner.name",
    document({ owner }),
    document({}),
  ],
  ["of what objects inherit", "constructor.name", { id: "1" }, { id: "2" }],
])("the order %s is not known", (_, field, a, b) => {
  const compare = compareBy([[field, "desc"]]) as (a: object, b: object) => number;
  expect([compare(a, b), compare(b, a)]).toEqual([NaN, NaN]);
});

test("a whole document has null where it has no field, and so has an object where it says so", () => {
  const compare = compareBy(["address.city"]) as (a: object, b: object) => number;
  expect(compare(document({}), document({ address: {} }))).toBe(0);
  expect(compare({ address: null }, { address: { city: null } })).toBe(0);
  expect(compare(document({ address: { city: "Ulm" } }), document({}))).toBeLessThan(0);
});

test("a function is taken as it is", () => {
  const order = (): number => 7;
  expect(compareBy(order)).toBe(order);
});
