import { type DocumentReference, NullDocument, TaggedTypeFormat } from "fauna";
import { expect, test } from "vitest";

import type { FaunaOrder } from "../../src/live/live-query-options";
import { compareBy, compareValues } from "../../src/live/row-order";
import { compareIds } from "../../src/live/rows";
import recorded from "./fauna-order.json" with { type: "json" };

const decode = (value: unknown): never =>
  TaggedTypeFormat.decode(JSON.stringify(value), { long_type: "bigint" }) as never;

type Compare = (a: object, b: object) => number;

interface Row {
  readonly id: string;
}

/** Sorts from any beginning: of an order it may not matter. */
function sorted<T>(values: readonly T[], compare: (a: T, b: T) => number): T[] {
  const [once, turned] = [values.toSorted(compare), values.toReversed().toSorted(compare)];
  expect(turned).toEqual(once);
  for (const [index, one] of once.entries())
    for (const later of once.slice(index + 1)) {
      expect(compare(one, later)).toBeLessThanOrEqual(0);
      expect(compare(later, one)).toBeGreaterThanOrEqual(0);
    }
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
  const texts = [
    ...["", "B", "Z", "a", "aa", "ab", "b", "ä", "\ud7ff", "\ue000", "\uffff", "\uffffa"],
    ...["\u{10000}", "😀", "😀a", "😀b", "😁", "\u{10ffff}"],
  ];
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

test("values of one kind come before all of the next kind, and are equal to themselves", () => {
  const values = [
    ...[-1, 2n, NaN, new Uint8Array([9]), "", "z", [], [null], {}, { z: 1 }],
    ...[{ "@ref": { id: "1", coll: { "@mod": "Todo" } } }, { "@time": "2026-01-01T00:00:00Z" }]
      .concat([{ "@date": "2025-01-01" }, { "@date": "2026-01-01" }] as never)
      .map((value): unknown => decode(value)),
    ...[false, true, null],
  ];
  expect(sorted<unknown>(values, compareValues)).toEqual(values);
  for (const value of values) expect(compareValues(value, value)).toBe(0);
  expect(compareValues(null, undefined)).toBe(0);
});

test.each([
  ["a function", () => 0],
  ["a set", decode({ "@set": { data: [] } })],
  ["an object of no known class", Object.create(null)],
  ["a symbol", Symbol()],
])("how %s compares with anything is not known", (_, value) => {
  for (const other of [1, "a", {}, null, value])
    expect([compareValues(value, other), compareValues(other, value)]).toEqual([NaN, NaN]);
});

test("lists are compared by their first items that differ, even where later ones are not known", () => {
  const unknown = Symbol();
  expect(compareValues([1, unknown], [2, unknown])).toBeLessThan(0);
  expect(compareValues([1, unknown], [1, 2])).toBeNaN();
  expect(compareValues([unknown], [1, 2])).toBeNaN();
  expect(compareValues([3, 1], [3])).toBeGreaterThan(0);
  expect(compareValues({ b: 1, a: 1 }, { a: 1, b: 1 })).toBe(0);
  expect(compareValues({ b: 1, a: 2 }, { a: 1, b: 2 })).toBeGreaterThan(0);
});

test("rows are compared by the first field that differs, each in its own direction", () => {
  const compare = compareBy(["a", ["b", "desc"], ["c", "asc"], ["id", "desc"]]) as Compare;
  const rows = [
    ...[
      { a: 1, b: 2, c: 3, id: "1" },
      { a: 1, b: 1, c: 1, id: "2" },
    ],
    ...[
      { a: 1, b: 1, c: 2, id: "10" },
      { a: 1, b: 1, c: 2, id: "9" },
      { a: 2, b: 3, c: 0, id: "3" },
    ],
  ];
  expect(sorted(rows, compare)).toEqual(rows);
});

test("ids are compared as numbers, not as the texts that they are here", () => {
  const compare = compareBy(["id"]) as Compare;
  const rows = [
    { id: "9" },
    { id: "10" },
    { id: "1000000000000000001" },
    { id: "1000000000000000002" },
  ];
  expect(compare({ id: "9" }, { id: "9" })).toBe(0);
  expect(sorted(rows, compare)).toEqual(rows);
});

test("which of two documents of different collections comes first is not known", () => {
  const ref = (name: string, id: string): unknown =>
    decode({ "@ref": { id, coll: { "@mod": name } } });
  expect(compareValues(ref("Todo", "9"), ref("Todo", "10"))).toBeLessThan(0);
  expect(compareValues(ref("Todo", "9"), ref("Todo", "9"))).toBe(0);
  expect(compareValues(ref("Todo", "9"), ref("List", "9"))).toBeNaN();
  const module = (name: string): unknown => decode({ "@mod": name });
  expect(compareValues(module("Todo"), module("List"))).toBeNaN();
  expect(compareValues(module("Todo"), module("Todo"))).toBe(0);
  expect(compareValues(ref("Todo", "9"), module("Todo"))).toBeNaN();
  expect(compareValues(module("Todo"), ref("Todo", "9"))).toBeNaN();
  const missing = new NullDocument(ref("Todo", "10") as DocumentReference, "not found");
  expect(compareValues(ref("Todo", "9"), missing)).toBeLessThan(0);
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
