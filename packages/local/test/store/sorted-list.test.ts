import fc from "fast-check";
import { expect, test } from "vitest";
import { SortedList } from "../../src/store/sorted-list";
import { runs } from "../../../../test/support/runs";

interface Item {
  readonly key: number;
}

function filled(keys: readonly number[]): { list: SortedList<Item>; items: Item[] } {
  const list = new SortedList<Item>((a, b) => a.key - b.key);
  const items = keys.map((key) => ({ key }));
  for (const item of items) list.insert(item);
  return { list, items };
}

const keys = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 1_500 });

test("walks up and down from any place, in order", () => {
  fc.assert(
    fc.property(keys, fc.integer({ min: -1, max: 51 }), (given, from) => {
      const { list } = filled(given);
      const sorted = [...given].sort((a, b) => a - b);
      const before = (item: Item): boolean => item.key < from;
      expect([...list.from(before)].map(({ key }) => key)).toEqual(
        sorted.filter((key) => key >= from),
      );
      expect([...list.downFrom(before)].map(({ key }) => key)).toEqual(
        sorted.filter((key) => key < from).reverse(),
      );
      expect(list.size).toBe(given.length);
    }),
    runs(30),
  );
});

test("removes exactly the object that it is given", () => {
  fc.assert(
    fc.property(keys, (given) => {
      const { list, items } = filled(given);
      for (const item of items.filter((_, i) => i % 2)) list.remove(item);
      expect(new Set(list.from(() => false))).toEqual(new Set(items.filter((_, i) => !(i % 2))));
    }),
    runs(20),
  );
});

test("a walk goes on when what it stands on is removed", () => {
  const { list, items } = filled([1, 2, 3, 4]);
  const seen: number[] = [];
  for (const item of list.from(() => false)) {
    seen.push(item.key);
    if (item.key === 2) list.insert({ key: 0 });
  }
  expect(seen).toEqual(items.map(({ key }) => key));
});
