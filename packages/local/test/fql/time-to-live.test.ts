import { expect, test } from "vitest";
import { decodeCommit, encodeCommit } from "../../src/persist/codec";
import { data, database, failure } from "./query";

const PRECISE = "2098-05-05T05:05:05.123456789Z";
const created = (): ReturnType<typeof database> =>
  database(
    `Collection.create({ name: "C" })`,
    `C.create({ id: 1, ttl: Time("${PRECISE}") })`,
    `C.create({ id: 2, a: 1 })`,
  );

test("a ttl keeps its nanoseconds", () => {
  expect(data(created(), `[C.byId(1)!.ttl, C.byId(1)!.update({ a: 1 }).ttl]`)).toEqual([
    { "@time": PRECISE },
    { "@time": PRECISE },
  ]);
});

test("a ttl keeps its nanoseconds in a file", () => {
  const version = { coll: 1024, id: 1n, ts: 5, data: new Map(), ttl: 4_049_845_505_123_456_789n };
  const changes = [{ coll: 1024, id: 1n, before: null, after: version }];
  expect(decodeCommit(encodeCommit({ ts: 5, changes })).changes).toEqual(changes);
});

test.each(["replace", "replaceData"])("%s forgets the ttl", (replace) => {
  expect(data(created(), `C.byId(1)!.${replace}({ a: 2 }).ttl`)).toBeNull();
});

test("data of that name is no ttl", () => {
  const db = created();
  data(db, `C.byId(2)!.updateData({ ttl: 5 }).id`);
  expect(data(db, `C.byId(2)!.ttl`)).toBeNull();
  expect(data(db, `C.byId(2) { ttl, data }`, { format: "simple" })).toEqual({
    ttl: null,
    data: { a: 1, ttl: 5 },
  });
});

test.each([
  [`"never"`, "String"],
  ["[]", "[]"],
  ["[1, 'a']", "[Int, String]"],
  ["{ a: 1 }", "{ a: Int }"],
  [`Date("2099-01-01")`, "Date"],
])("a ttl of %s is refused as %s", (ttl, type) => {
  for (const write of ["create({ id: 7, ", "byId(2).update({ ", "byId(2).replace({ "])
    expect(failure(created(), `C.${write}ttl: ${ttl} })`, { typecheck: false }).failures).toEqual([
      { paths: [["ttl"]], message: `Expected Time | Null, provided ${type}` },
    ]);
});
