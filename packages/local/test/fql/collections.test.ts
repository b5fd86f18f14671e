import { expect, test } from "vitest";
import { data, database, failure, int } from "./query";

const create = (more: string): string => `Collection.create({ name: "C", ${more} })`;
const index = (fields: string): string => create(`indexes: { i: { ${fields} } }`);
const field = (signature: string, more = ""): string =>
  create(`fields: { a: { signature: "${signature}"${more} } }`);

test.each<[string, string]>([
  [index(`terms: [{ field: ".id" }]`), "`id` is not supported as an index term, use the native"],
  [index(`terms: [{ field: "ts" }]`), "`ts` may only be used as an index value"],
  [index(`values: [{ field: ".coll" }]`), "`coll` is not supported as a specified index value."],
  [index(`terms: [{ field: "" }]`), "Value cannot be empty."],
  [index(`terms: [{ field: "a b" }]`), "Value `a b` is not a valid FQL path expression."],
  [index(`terms: [{ field: ".a()" }]`), "Value `.a()` is not a valid FQL path expression."],
  [index(`values: [{ field: "a", order: "up" }]`), `Expected "asc" | "desc" | Null`],
  [index(`terms: [{ field: "a" }], status: "failed"`), "Failed to update field because it is read"],
  [index(""), "Union requires fields [terms], [values], or [terms, values]"],
  [
    create(`indexes: { createAll: { terms: [{ field: "a" }] } }`),
    "The name 'createAll' is reserved",
  ],
  [
    create(`constraints: [{ unique: ["a"] }, { unique: [".a"] }]`),
    "Duplicate unique constraint on",
  ],
  [create(`constraints: [{ check: { name: "a b", body: "x => 1" } }]`), "Invalid identifier."],
  [create(`constraints: [{ check: { name: "let", body: "x => 1" } }]`), "Invalid identifier."],
  [create(`fields: { ts: { signature: "Any" } }`), "The name 'ts' is reserved."],
  [create(`computed_fields: { ttl: { body: "d => 1" } }`), "The name 'ttl' is reserved."],
  [
    create(`fields: { a: { signature: "Int" } }, computed_fields: { a: { body: "d => 1" } }`),
    "Computed field 'a' collides with a defined field",
  ],
  [field("Any", `, default: "C.all()"`), "Unbound variable `C`"],
  [
    field("Any", `, default: "Role.all()"`),
    "`all` performs a read, which is not allowed in default",
  ],
])("%s is refused, also without type checks: %s", (query, message) => {
  const { failures } = failure(database(), query, { typecheck: false });
  expect(JSON.stringify(failures)).toContain(JSON.stringify(message).slice(1, -1));
});

test.each<[string, string]>([
  [field("ID"), "Type ID is not persistable"],
  [field("Set<Int>"), "Type Set<Int> is not persistable"],
  [field("Int => Int"), "Type Int => Int is not persistable"],
  [field("Array<C>"), "Type C is not persistable"],
  [create(`wildcard: "Int"`), "Top-level wildcard must have type `Any`"],
  [
    create(`fields: { a: { signature: "Int" } }, indexes: { i: { terms: [{ field: "b" }] } }`),
    "Type `{ id: ID, ts: Time, ttl: Time | Null, a: Int }` does not have field `b`",
  ],
  [
    create(`fields: { a: { signature: "{ x: Int }?" } }, constraints: [{ unique: ["a.x"] }]`),
    "Type `Null` does not have field `x`",
  ],
  [
    create(
      `computed_fields: { c: { body: "d => d.ts" } }, indexes: { i: { terms: [{ field: "c" }] } }`,
    ),
    "Computed fields used in indexes or constraints cannot use a doc's ts field",
  ],
  [
    create(
      `computed_fields: { c: { body: "d => C.all()" } }, indexes: { i: { values: [{ field: "c" }] } }`,
    ),
    "Computed fields used in indexes or constraints cannot access collections",
  ],
])("%s does not fit the schema: %s", (query, message) => {
  const { code, message: told } = failure(database(), query);
  expect({ code, told }).toMatchObject({
    code: "invalid_schema",
    told: expect.stringContaining(message),
  });
});

test("documents and what is missing of them are stored together", () => {
  expect(data(database(), `${field("C | NullC")}.name`)).toBe("C");
});

test("an index has null where a computed field fails, reads, or is an id", () => {
  const db = database(
    `Collection.create({ name: "C", computed_fields: {
       fails: { body: "d => d.x.y" }, reads: { body: "d => d.other.n" }, id2: { body: "d => d.id" }
     }, indexes: {
       byFails: { values: [{ field: "fails" }] }, byReads: { values: [{ field: "reads" }, { field: "n", order: "desc" }] },
       byId2: { terms: [{ field: "id2" }] }
     } })`,
    `C.create({ id: "1", n: 1 }).n`,
    `C.create({ id: "2", n: 2, other: C("1") }).n`,
  );
  expect(data(db, "C.byFails().map(.n).toArray()")).toEqual([int(1), int(2)]);
  expect(data(db, "C.byReads().map(.n).toArray()")).toEqual([int(2), int(1)]);
  expect(data(db, "C.byId2('1').count()")).toEqual(int(0));
});

test("a default may be a reference, and reads nothing", () => {
  const db = database(`Collection.create({ name: "R" })`);
  const made = (initial: string): string =>
    `Collection.create({ name: "C", fields: { r: { signature: "Ref<R>?", default: "${initial}" } } }).name`;
  expect(failure(db, made("R.byId('1')")).summary).toContain("`byId` performs a read");
  expect(data(db, made("R('1')"))).toBe("C");
});

test.each([
  `Collection.create({ name: "C", ttl: Time.now() })`,
  `Role.create({ name: "r", ttl: Time.now() })`,
  `Function.create({ name: "f", body: "() => 1", ttl: Time.now() })`,
])("only keys and tokens end: %s", (query) => {
  expect(failure(database(), query, { typecheck: false }).failures).toEqual([
    { paths: [["ttl"]], message: "Unexpected field provided" },
  ]);
});

test("a number that is whole is an index, however it is written", () => {
  expect(data(database(), `[1, 2][1.0]`, { typecheck: false })).toEqual(int(2));
  expect(data(database(), `"abc".at(1.0)`)).toBe("b");
  expect(failure(database(), `[1, 2].at(1.5)`).message).toContain("of type Int, received Double");
});

test.each<[change: string, isRefused: boolean]>([
  ["{ z: 1 }", false],
  ["{ x: [1] }", false],
  ["{ x: [1, 3] }", false],
  ["{ x: [1, 2] }", true],
  ["{ x: [2] }", true],
])(
  "what documents shared before a constraint was made they may share on: %s",
  (change, isRefused) => {
    const db = database();
    data(db, `Collection.create({ name: "C" })`);
    data(
      db,
      `C.create({ id: 1, x: [1] }); C.create({ id: 2, x: [1] }); C.create({ id: 3, x: [2] })`,
    );
    data(db, `C.definition.update({ constraints: [{ unique: [{ field: ".x", mva: true }] }] })`);
    const update = `C.byId(1)!.update(${change})`;
    if (isRefused) expect(failure(db, update)).toMatchObject({ code: "constraint_failure" });
    else expect(data(db, update)).toBeTruthy();
  },
);

test.each([`["x y"]`, `.["x y"]`, `['x y']`])("an index may be of the path %s", (path) => {
  const db = database(
    `Collection.create({ name: "D", indexes: { i: { terms: [{ field: ${JSON.stringify(path)} }] } } })`,
    `D.create({ id: 1, "x y": 5 })`,
  );
  expect(data(db, "D.i(5).map(.id).toArray()")).toEqual(["1"]);
});

test.each([
  ["Array<String> | String | Null", "String | Array<String> | Null"],
  ["{ x: Int } | Array<Int> | Int", "Int | Array<Int> | { x: Int }"],
  ["[Int] | Int | { x: Int } | { y: Int } | String", "Int | String | {} | [Int]"],
  ["Array<Int> | Array<String> | Time", "Time | Array<Int | String>"],
  ["Array<Int> | [Int] | Array<Array<Int>> | Null", "Array<Int | Array<Int>> | [Int] | Null"],
  ["Ref<C> | { x: Int } | 1", "1 | C | NullC | { x: Int }"],
  ["{ x: Array<Int> | Int }", "{ x: Int | Array<Int> }"],
  ["String | 1 | Ref<C> | 2 | Time", "1 | 2 | String | C | NullC | Time"],
  ["Ref<C> | Time | 1 | Int | Array<Int>", "C | NullC | Time | Int | Array<Int>"],
])("a field of the type %s is expected as %s", (signature, shown) => {
  const db = database(field(signature));
  expect(failure(db, `C.create({ a: true })`, { typecheck: false }).failures).toEqual([
    { paths: [["a"]], message: `Expected ${shown}, provided Boolean` },
  ]);
});
