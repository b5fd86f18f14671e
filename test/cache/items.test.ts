import { Document, Module, NullDocument, DocumentReference, TimeStub } from "fauna";
import faunadb from "faunadb";
import { expect, test } from "vitest";

import { itemsOf } from "../../src/cache/items";
import type { FaunaPage, FaunaPages } from "../../src/cache/pages";

const ts = TimeStub.from("2026-01-01T00:00:00Z");
const coll = new Module("Todo");
const todo = (id: number): Document => new Document({ coll, id: String(id), ts });

const pagesOf = (...pages: FaunaPage<unknown>[]): FaunaPages<unknown> => ({
  pages,
  pageParams: pages.map(() => null),
});

/** A page that counts how often its data are read. */
function counted(data: unknown[]): { page: FaunaPage<unknown>; reads: () => number } {
  let reads = 0;
  const page = {
    get data() {
      reads++;
      return data;
    },
  };
  return { page, reads: () => reads };
}

test("the same data gives the same array", () => {
  const data = pagesOf({ data: [todo(1)] });
  expect(itemsOf(data)).toBe(itemsOf(data));
  expect(itemsOf(undefined)).toBe(itemsOf(undefined));
});

test("a further page is added without reading the earlier ones again", () => {
  const first = counted([todo(1), todo(2)]);
  itemsOf(pagesOf(first.page));
  const before = first.reads();
  const items = itemsOf(pagesOf(first.page, { data: [todo(3)] })) as Document[];
  expect(items.map(({ id }) => id)).toEqual(["1", "2", "3"]);
  expect(first.reads()).toBe(before);
});

test("items that were returned before never change", () => {
  const page = { data: [todo(1)] };
  const before = pagesOf(page);
  const items = itemsOf(before);
  itemsOf(pagesOf(page, { data: [todo(1), todo(2)] }));
  expect(items).toHaveLength(1);
  expect(itemsOf(before)).toBe(items);
});

test("two lists that continue the same first page do not mix", () => {
  const page = { data: [todo(1)] };
  itemsOf(pagesOf(page));
  itemsOf(pagesOf(page, { data: [todo(2)] }));
  const items = itemsOf(pagesOf(page, { data: [todo(3), todo(2)] })) as Document[];
  expect(items.map(({ id }) => id)).toEqual(["1", "3", "2"]);
});

test("null documents are left out, and references count as their documents", () => {
  const reference = new DocumentReference({ coll, id: "1" });
  const missing = new NullDocument(new DocumentReference({ coll, id: "2" }), "not found");
  const data = pagesOf({ data: [todo(1), missing] }, { data: [reference] });
  expect(itemsOf(data)).toEqual([reference]);
});

test("with FQL v4, documents and references are identified by their reference, and other values all stay", () => {
  const { Ref, FaunaTime, Native } = faunadb.values;
  const ref = (): unknown => new Ref("1", new Ref("Todo", Native.COLLECTIONS));
  const time = (): unknown => new FaunaTime("2026-01-01T00:00:00Z");
  const last = { ref: ref(), ts: 2, data: {} };
  const named = [
    { ref: ref(), title: "a" },
    { ref: ref(), title: "b" },
  ];
  const data = pagesOf(
    { data: [{ ref: ref(), ts: 1 }, time(), ...named] },
    { data: [last, time()] },
  );
  expect(itemsOf(data)).toEqual([last, time(), ...named, time()]);
});

test("a reference of FQL v4 that comes twice is one item, and what only looks like a document is none", () => {
  const { Ref } = faunadb.values as unknown as {
    Ref: new (id: string, collection: unknown) => object;
  };
  const collection = new Ref("Todo", new Ref("collections", undefined));
  const items = itemsOf(
    pagesOf({ data: [new Ref("1", collection)] }, { data: [new Ref("1", collection)] }),
  );
  expect(items).toHaveLength(1);
  const projection = { ref: null, ts: 1 };
  expect(itemsOf(pagesOf({ data: [projection] }, { data: [projection] }))).toHaveLength(2);
});
