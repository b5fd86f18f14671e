// Statements 4 and 19 to 29 of the conformance suite's FINDINGS.md, the first part.
import { beforeEach, expect, test } from "vitest";
import type { Database } from "../../src/store";
import { database, failure } from "../fql/query";
import { answer, int, nullRef, ref, set } from "./answer";

let db: Database;
beforeEach(() => {
  db = database(
    `Collection.create({ name: "A" })`,
    `A.create({ id: 1, n: 1, o: { x: 1, y: { z: 2 } }, tags: [A("1"), A("9")], other: A("9"), self: A("1") })`,
  );
});
const UNCHECKED = { typecheck: false };

test("3: an id with zeros in front is the number", () => {
  expect(answer(db, `A.create({ id: "007", n: 1 }).id`)).toBe("7");
  expect(answer(db, `A.byId("7")!.n`)).toEqual(int(1));
});

test("3: text that is no number is no id", () => {
  expect(answer(db, `A.byId("x")`)).toMatch(/^invalid_argument: .*of type ID, received String/);
  expect(failure(db, `A.create({ id: "x" }).id`).failures).toEqual([
    { paths: [["id"]], message: "Expected ID | String | Long, provided String" },
  ]);
});

test("4: a field that is not there is null, and calling it names the type", () => {
  expect(answer(db, "A.byId(1)!.n.foo")).toBeNull();
  expect(answer(db, "A.byId(1)!.nope()")).toMatch(
    /^invalid_function_invocation: The function `nope` does not exist on `Doc`/,
  );
});

test("19: a missing document in each format", () => {
  expect(answer(db, "A.byId(9)")).toEqual(nullRef("A", "9", "not found"));
  expect(answer(db, "A.byId(9)", { format: "simple" })).toBeNull();
  expect(answer(db, "A.byId(9)", { format: "decorated" })).toBe('A("9") /* not found */');
});

test("19: a deleted document says so", () => {
  expect(answer(db, "A.byId(1)!.delete()")).toEqual(nullRef("A", "1", "deleted"));
});

test.each([
  ["A.byId(9) == null", true],
  ["A.byId(9) isa A", true],
  ["A.byId(9) isa Null", false],
])("19: %s is %s", (query, expected) => {
  expect(answer(db, query)).toBe(expected);
});

test("20: references within a document are bare, also one that leads nowhere", () => {
  expect(answer(db, "A.byId(1)")).toMatchObject({
    "@doc": { other: ref("A", "9"), self: ref("A", "1") },
  });
});

test("20: a reference that is reached is the document", () => {
  expect(answer(db, "A.byId(1)!.self")).toMatchObject({ "@doc": { id: "1" } });
  expect(answer(db, "A.byId(1)!.tags[0]")).toMatchObject({ "@doc": { id: "1" } });
});

test.each([
  ["A.byId(1)!.other?.n", null],
  ["A.byId(1)! { other { n } }", { other: null }],
])("20: %s goes around what is missing", (query, expected) => {
  expect(answer(db, query)).toEqual(expected);
});

test.each(["A.byId(1)!.other.n", "A.byId(1)! { tags { n } }"])("20: %s does not", (query) => {
  expect(failure(db, query, UNCHECKED).code).toBe("document_not_found");
});

test("21: a variable shows a deletion too", () => {
  expect(answer(db, "let t = A.byId(1)!\nt.delete()\nt.exists()")).toBe(false);
  expect(failure(db, "let t = A.byId(1)!\nt.delete()\nt.n").code).toBe("document_not_found");
});

test("22: nulls leave objects, and stay in arrays", () => {
  expect(answer(db, "A.create({ a: null, o: { b: null }, l: [null, 1] }).data")).toEqual({
    o: {},
    l: [null, int(1)],
  });
});

test("22: update merges objects at any depth and replaces arrays", () => {
  expect(answer(db, "A.byId(1)!.update({ o: { y: { w: 3 } }, tags: [] }) { o, tags }")).toEqual({
    o: { x: int(1), y: { z: int(2), w: int(3) } },
    tags: [],
  });
});

test("22: reserved fields are refused together", () => {
  const message = "Is a reserved field and cannot be used";
  expect(failure(db, `A.byId(1)!.update({ id: "1", coll: 1, ts: 1 })`).failures).toEqual(
    ["id", "coll", "ts"].map((field) => ({ paths: [[field]], message })),
  );
  expect(failure(db, "A.create({ exists: 1, update: 2 })").failures).toHaveLength(2);
  expect(failure(db, `A.byId(1)!.replace({ id: "1" })`).code).toBe("constraint_failure");
});

test.each(["A.all()", "Math", "A", "newId()"])("23: %s cannot be kept", (value) => {
  expect(answer(db, `A.create({ v: ${value} })`)).toMatch(
    /^invalid_type: Value at `v` has type .*, which cannot be persisted\.$/,
  );
});

test("23: nor can a function", () => {
  expect(failure(db, "A.create({ v: x => x })").code).toBe("invalid_type");
});

test("23: a small long comes back as an int, an unknown reference as it is", () => {
  const query = { fql: ["A.create({ n: ", { value: { "@long": "5" } }, ", r: A(99) }) { n, r }"] };
  expect(answer(db, query as never)).toEqual({ n: int(5), r: nullRef("A", "99", "not found") });
});

test("24: a document with an @ key is wrapped", () => {
  expect(answer(db, `A.create({ "@x": 1 })`)).toMatchObject({
    "@doc": { "@object": { "@x": int(1) } },
  });
});

test("24: replace drops the ttl, and a ttl that is over frees the id", () => {
  const made = `A.create({ id: 2, ttl: Time.now().add(1, "day") })`;
  expect(answer(db, `${made}.replace({ n: 1 }).ttl`)).toBeNull();
  expect(answer(db, `A.byId(2)!.update({ ttl: Time.now().subtract(1, "day") })`)).toEqual(
    nullRef("A", "2", "not found"),
  );
  expect(answer(db, "A.create({ id: 2, n: 2 }).n")).toEqual(int(2));
});

test("25: a computed field fails where it is shown, and only there", () => {
  answer(db, `A.definition.update({ computed_fields: { bad: { body: "d => d.n / 0" } } })`);
  expect(failure(db, "A.byId(1)").code).toBe("divide_by_zero");
  expect(failure(db, "A.all()").code).toBe("divide_by_zero");
  expect(answer(db, "A.byId(1)! { n }")).toEqual({ n: int(1) });
  expect(answer(db, "A.byId(1)!.data.bad")).toBeNull();
});

test("26: a unique constraint lists its paths, before checks are looked at", () => {
  answer(
    db,
    `Collection.create({ name: "U", constraints: [{ unique: ["t", "u"] }, { check: { name: "c", body: "d => d.n > 0" } }] })`,
  );
  answer(db, "U.create({ t: 1, u: 1, n: 1 })");
  expect(failure(db, "U.create({ t: 1, u: 1, n: 0 })").failures).toEqual([
    { paths: [["t"], ["u"]], message: "Failed unique constraint" },
  ]);
  expect(failure(db, "U.create({ t: 2 })").failures).toEqual([
    { paths: [], message: "Document failed check constraint `c`" },
  ]);
});

test("26: terms that are partly missing conflict, all missing never do", () => {
  answer(db, `Collection.create({ name: "U", constraints: [{ unique: ["t", "u"] }] })`);
  expect(answer(db, "U.create({ n: 1 })\nU.create({ n: 1 })\nU.all().count()")).toEqual(int(2));
  answer(db, "U.create({ t: 1 })");
  expect(failure(db, "U.create({ t: 1 })").code).toBe("constraint_failure");
});

test("27: all that is wrong with defined fields is listed, and null takes no default", () => {
  answer(
    db,
    `Collection.create({ name: "T", fields: { s: { signature: "String" }, n: { signature: "Int?" }, d: { signature: "Int", default: "1" } } })`,
  );
  expect(failure(db, "T.create({ n: 2147483648, d: null, x: 1 })", UNCHECKED).failures).toEqual([
    { paths: [["n"]], message: "Expected Int | Null, provided Long" },
    { paths: [["d"]], message: "Missing required field of type Int" },
    { paths: [["x"]], message: "Unexpected field provided" },
    { paths: [["s"]], message: "Missing required field of type String" },
  ]);
  answer(db, `T.create({ id: 1, s: "a", d: 5 })`);
  expect(answer(db, `T.byId(1)!.replace({ s: "b" }).d`)).toEqual(int(1));
});

test("28: no index term matches null; a list of terms also takes a scalar", () => {
  answer(
    db,
    `Collection.create({ name: "I", indexes: { byT: { terms: [{ field: "t" }] }, byM: { terms: [{ field: "m", mva: true }] } } })`,
  );
  answer(db, `I.create({ id: 1, m: "a" })\nI.create({ id: 2, m: ["a", "b"], t: 1 })`);
  expect(answer(db, "I.byT(null).count()", UNCHECKED)).toEqual(int(0));
  expect(answer(db, `I.byM("a").map(.id)`)).toEqual(set("1", "2"));
});

test("28: a range is in the order of its index", () => {
  answer(
    db,
    `Collection.create({ name: "I", indexes: { down: { values: [{ field: "n", order: "desc" }] } } })`,
  );
  answer(db, "Set.sequence(0, 6).forEach(i => I.create({ n: i }))");
  expect(answer(db, "I.down({ from: 4, to: 2 }).map(.n)")).toEqual(set(int(4), int(3), int(2)));
  expect(answer(db, "I.down({ from: 2, to: 4 }).map(.n)")).toEqual(set());
});

test("28: reserved and bad names", () => {
  expect(failure(db, `Collection.create({ name: "Doc" })`).failures).toEqual([
    { paths: [["name"]], message: "The identifier `Doc` is reserved." },
  ]);
  expect(failure(db, `Collection.create({ name: "a b" })`).failures).toEqual([
    { paths: [["name"]], message: "Invalid identifier." },
  ]);
});

test("29: errors in a function of the schema name it", () => {
  answer(db, `Function.create({ name: "f", body: "x => x / 0" })`);
  expect(failure(db, "f(1)").summary).toContain("at *udf:f*:1:");
});
