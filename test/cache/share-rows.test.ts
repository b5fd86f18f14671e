import fc from "fast-check";
import * as fauna from "fauna";
import { Document, fql, Module, NamedDocument, NullDocument, Page, TimeStub } from "fauna";
import faunadb from "faunadb";
import { describe, expect, test } from "vitest";

import { share } from "../../src/cache/share";
import { runs } from "../support/runs";

const { values } = faunadb;
const own = [Object, Array, Uint8Array];
const classes = new Set<unknown>([...Object.values(fauna), ...own]);
const v4Classes = new Set<unknown>([...Object.values(values), ...own]);

const coll = new Module("Todo");
const at = (time: string): TimeStub => TimeStub.from(`2026-01-01T00:00:0${time}Z`);
const v4Collection = (name: string) => new values.Ref(name, values.Native.COLLECTIONS);

/** Makes a row of an id anew each time that it is called. */
type MakeRow = (id: number) => unknown;

const rows: readonly [string, MakeRow][] = [
  ["documents", (id) => new Document({ coll, id: String(id), ts: at("0"), tags: [id] } as never)],
  ["named documents", (id) => new NamedDocument({ coll, name: `n${id}`, ts: at("0") })],
  ["references", (id) => new fauna.DocumentReference({ coll, id: String(id) })],
  [
    "null documents",
    (id) => new NullDocument(new fauna.DocumentReference({ coll, id: String(id) }), "not found"),
  ],
  ["projections", (id) => ({ id: String(id), tags: [id] })],
  ["projections of a number", (id) => ({ id, tags: [id] })],
  [
    "documents of FQL v4",
    (id) => ({ ref: new values.Ref(String(id), v4Collection("todos")), ts: 1, data: { id } }),
  ],
  ["references of FQL v4", (id) => new values.Ref(String(id), v4Collection("todos"))],
];

describe.each(rows)("%s", (_name, make) => {
  const list = (ids: readonly number[]): unknown[] => ids.map(make);
  const shareAll = (previous: unknown[], next: unknown[]): unknown[] =>
    share(previous, next, new Set([...classes, ...v4Classes]));
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 9 });

  test("rows that were there before keep their identity, in any order", () => {
    fc.assert(
      fc.property(ids, ids, (before, after) => {
        const [previous, next] = [list(before), list(after)];
        const result = shareAll(previous, next);
        expect(result).toStrictEqual(next);
        for (const [index, id] of after.entries())
          if (before.includes(id)) expect(result[index]).toBe(previous[before.indexOf(id)]);
      }),
      runs(100),
    );
  });
});

test("documents with the same id in two collections are different rows", () => {
  const row = (name: string) => new Document({ coll: new Module(name), id: "1", ts: at("0") });
  const previous = [row("Todo"), row("User")];
  const result = share(previous, [row("User"), row("Todo")], classes);
  expect(result[0]).toBe(previous[1]);
  expect(result[1]).toBe(previous[0]);
});

test("FQL v4 references with the same id in two collections are different rows", () => {
  const row = (name: string) => new values.Ref("1", v4Collection(name));
  const previous = [row("todos"), row("users")];
  const result = share(previous, [row("users"), row("todos")], v4Classes);
  expect(result[0]).toBe(previous[1]);
});

test("a changed document that has moved keeps its unchanged fields", () => {
  const row = (id: string, time: string, tags: string[]) =>
    new Document({ coll, id, ts: at(time), tags } as never) as Document & { tags: string[] };
  const previous = [row("1", "1", ["a"]), row("2", "1", ["b"])];
  const result = share(previous, [row("2", "2", ["b"]), row("1", "1", ["a"])], classes);
  expect(result[1]).toBe(previous[0]);
  expect(result[0]).not.toBe(previous[1]);
  expect(result[0]?.tags).toBe(previous[1]?.tags);
  expect(result[0]).toBeInstanceOf(Document);
});

test("the same document twice keeps its identity in both places", () => {
  const row = () => new Document({ coll, id: "1", ts: at("0") });
  const previous = [row(), row()];
  expect(share(previous, [row(), row()], classes)).toBe(previous);
});

test("values of FQL v4 keep their identity when their content is the same", () => {
  const make = () => ({
    ref: new values.Ref("1", v4Collection("todos")),
    set: new values.SetRef({ match: new values.Ref("all", values.Native.INDEXES) } as never),
    time: new values.FaunaTime("2026-01-01T00:00:00Z"),
    date: new values.FaunaDate("2026-01-01"),
    bytes: new values.Bytes(Uint8Array.of(1, 2)),
    query: new values.Query({ lambda: "x", expr: { var: "x" } } as never),
  });
  const previous = make();
  expect(share(previous, make(), v4Classes)).toBe(previous);
  const changed = { ...make(), time: new values.FaunaTime("2026-01-02T00:00:00Z") };
  const result = share(previous, changed, v4Classes);
  expect(result).toStrictEqual(changed);
  expect(result.ref).toBe(previous.ref);
});

test("frozen pages are shared as well", () => {
  const make = (title: string) =>
    Object.freeze(
      new Page<never>({
        data: Object.freeze([Object.freeze({ id: "1", title, tags: [] })]) as never,
      }),
    );
  const previous = make("one");
  expect(share(previous, make("one"), classes)).toBe(previous);
  expect(share(previous, make("two"), classes)).toStrictEqual(make("two"));
});

test("values that hide their content are never taken for equal", () => {
  const next = fql`Todo.all()`;
  expect(share(fql`User.all()`, next, classes)).toBe(next);
  const date = new Date(1);
  expect(share(new Date(0), date, classes)).toBe(date);
  const map = new Map([["a", 1]]);
  expect(share(new Map(), map, classes)).toBe(map);
});

test("an id that cannot be converted to text causes no error", () => {
  const row = (more: object) => ({ id: { toString: 1, valueOf: 1 }, ...more });
  const next = [row({ a: 1 }), row({ b: 1 })];
  expect(share([row({ b: 1 }), "text", null], next, classes)).toStrictEqual(next);
});

test("whatever a selection returns, the result equals it", () => {
  const anything = fc.anything({
    key: fc.oneof(fc.string({ maxLength: 1 }), fc.constantFrom("id", "ref", "coll", "length")),
    maxDepth: 3,
    maxKeys: 3,
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
  });
  fc.assert(
    fc.property(anything, anything, (previous, next) => {
      expect(share(previous, next, classes)).toEqual(next);
    }),
    runs(2000),
  );
});
