import { expect, test } from "vitest";
import type { DocVersion, Value } from "../../src/fql/values/value";
import { ALL, CollectionStore } from "../../src/store/collection-store";

function version(ts: number, name: string): DocVersion {
  return { coll: 1024, id: 1n, ts, data: new Map([["name", name]]) };
}

/** As a computed field does when the query's time or stack ends in it. */
function read({ data }: DocVersion): Value {
  const name = data.get("name")!;
  if (name === "unreadable") throw new RangeError("stack");
  return name;
}

test("a version that an index cannot read is listed nowhere, and the one before it still everywhere", () => {
  const store = new CollectionStore();
  store.define("byName", { terms: [], values: [{ read, mva: false, desc: false }] });
  store.put(1n, 1, version(1, "first"));
  expect(() => store.put(1n, 2, version(2, "unreadable"))).toThrow("stack");
  expect(store.at(1n, 2)?.ts).toBe(1);
  for (const index of [ALL, "byName"]) {
    const listed = [...store.index(index)!.scan("", 2, {}, false, null)];
    expect(listed.map(({ from, to }) => [from, to])).toEqual([[1, Infinity]]);
  }
});
