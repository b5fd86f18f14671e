import { isDeepStrictEqual } from "node:util";

import fc from "fast-check";
import * as fauna from "fauna";
import { DateStub, Document, Module, Page, TimeStub } from "fauna";
import { expect, onTestFinished, test, vi } from "vitest";

import { rowKey, share, shareAs } from "../../src/cache/share";
import { runs } from "../support/runs";

const classes: ReadonlySet<unknown> = new Set<unknown>([
  ...Object.values(fauna),
  Object,
  Array,
  Uint8Array,
]);

const shared = (previous: unknown, next: unknown): unknown => share(previous, next, classes);

const todo = (id: string, title: string, more: object = {}): Document =>
  new Document({
    coll: new Module("Todo"),
    id,
    ts: TimeStub.from("2026-01-01T00:00:00Z"),
    title,
    ...more,
  } as never);

const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(null, undefined, true, 0, -0, 1, NaN, "", "a", 1n),
    fc.constantFrom("2026-01-01", "2026-01-02").map((date) => DateStub.from(date)),
    fc.constantFrom("a", "b").map((name) => new Module(name)),
    fc.uint8Array({ maxLength: 2 }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "id", "__proto__", "constructor"), tie("value"), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    fc.tuple(fc.constantFrom("1", "2"), tie("value")).map(([id, field]) => todo(id, id, { field })),
  ),
})).value;

test("the result always equals the new value", () => {
  fc.assert(
    fc.property(value, value, (previous, next) => {
      expect(isDeepStrictEqual(shared(previous, next), next)).toBe(true);
    }),
    runs(2000),
  );
});

test("neither argument is changed", () => {
  fc.assert(
    fc.property(value, value, (previous, next) => {
      const before = fc.stringify([previous, next]);
      shared(previous, next);
      expect(fc.stringify([previous, next])).toBe(before);
    }),
    runs(100),
  );
});

test("the same content keeps its identity", () => {
  fc.assert(
    fc.property(fc.clone(value, 2), ([previous, next]) => {
      expect(Object.is(shared(previous, next), previous)).toBe(true);
    }),
    runs(500),
  );
});

test("a changed document keeps its class, and the fields that did not change", () => {
  const previous = todo("1", "one", { tags: ["a"] });
  const result = shared(previous, todo("1", "changed", { tags: ["a"] })) as Document;
  expect(result).toBeInstanceOf(Document);
  expect(result).toMatchObject({ title: "changed" });
  expect((result as { tags?: unknown }).tags).toBe((previous as { tags?: unknown }).tags);
});

test("in a page with one changed document the others keep their identity", () => {
  const page = (title: string) =>
    new Page({ data: [todo("1", "one"), todo("2", title)] as never[], after: "cursor" });
  const previous = page("two");
  const result = shared(previous, page("changed")) as Page<never>;
  expect(result).toBeInstanceOf(Page);
  expect(result.data[0]).toBe(previous.data[0]);
  expect(result.data[1]).toMatchObject({ title: "changed" });
});

test("values of different classes are not shared", () => {
  const next = { id: "1", name: "Todo" };
  expect(shared(new Module("Todo"), next)).toBe(next);
});

test("bytes are compared as bytes, without a list of their indices", () => {
  const bytes = (last: number): Uint8Array => Uint8Array.of(...Array<number>(1000).fill(1), last);
  const listed = vi.spyOn(Object, "keys");
  onTestFinished(() => listed.mockRestore());
  const previous = bytes(1);
  expect(shared(previous, bytes(1))).toBe(previous);
  const next = bytes(2);
  expect(shared(previous, next)).toBe(next);
  expect(listed).not.toHaveBeenCalled();
});

test("rows that have moved keep their identity, and take no other one's", () => {
  const [one, two] = [todo("1", "one"), todo("2", "two")];
  const result = shared([one, two], [todo("2", "two"), todo("1", "one"), todo("3", "three")]);
  expect((result as unknown[])[0]).toBe(two);
  expect((result as unknown[])[1]).toBe(one);
  expect(shared([{ a: 1 }, { a: 2 }], [{ a: 2 }, { a: 1 }])).toEqual([{ a: 2 }, { a: 1 }]);
});

test("fields are compared with the fields of the same name, whatever documents they are", () => {
  const owner = todo("7", "owner", { tags: ["a"] });
  const previous = todo("1", "one", { owner, list: [owner] });
  const next = todo("1", "one", {
    owner: todo("8", "other", { tags: ["a"] }),
    list: [todo("7", "owner", { tags: ["a"] })],
  });
  const result = shared(previous, next) as Document & { owner: unknown; list: unknown[] };
  expect(result.owner).toMatchObject({ id: "8" });
  expect((result.owner as { tags?: unknown }).tags).toBe((owner as { tags?: unknown }).tags);
  expect(result.list[0]).toBe(owner);
});

test("an instance without fields of its own is taken as it comes: its state may be elsewhere", () => {
  class Hidden {
    read(): number {
      return 1;
    }
  }
  const [before, after] = [new Hidden(), new Hidden()];
  expect(share(before, after, new Set([Hidden]))).toBe(after);
  const empty = {};
  expect(shared(empty, {})).toBe(empty);
  const none: unknown[] = [];
  expect(shared(none, [])).toBe(none);
});

test.each([
  [{ id: "1", coll: { name: "Todo" } }, "Todo 1"],
  [{ name: "Todo", coll: { name: "Collection" } }, "Collection Todo"],
  [{ id: "1", collection: { id: "Todo" } }, "Todo 1"],
  [{ ref: { id: "1", collection: { id: "Todo" } }, ts: 1 }, "Todo 1"],
  [{ id: "1" }, "undefined 1"],
  [{ id: { a: 1 }, ref: { id: "2", coll: { name: "Todo" } } }, "Todo 2"],
  [{ title: "a" }, undefined],
  [null, undefined],
  [undefined, undefined],
])("what identifies a row is its document's collection and id: %j", (row, key) => {
  expect(rowKey(row as never)).toBe(key);
});

test("the app decides whether data is shared", () => {
  const previous = { a: [1] };
  const next = { a: [1] };
  expect(shareAs(undefined, previous, next, classes)).toBe(previous);
  expect(shareAs(true, previous, next, classes)).toBe(previous);
  expect(shareAs(false, previous, next, classes)).toBe(next);
  const own = vi.fn(() => "own");
  expect(shareAs(own, previous, next, classes)).toBe("own");
  expect(own).toHaveBeenCalledExactlyOnceWith(previous, next);
});
