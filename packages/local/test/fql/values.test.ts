import { expect, test } from "vitest";
import { ask, data, database, failure, int } from "./query";

const loose = { typecheck: false } as const;
const answer = (query: string): unknown => data(database(), query, { ...loose, format: "simple" });
const message = (query: string): string => failure(database(), query, loose).message;

test.each<[string, string, unknown]>([
  ["objects compare as lists", "[{ a: 1 } < { a: 1 }, { a: 1 } >= { a: 1 }]", [true, false]],
  ["a value is not less than itself", "let a = []\na < a", false],
  [
    "ids compare with numbers and texts of them",
    '[ID(1) < 2, "1" < ID(2), ID(3) < "2", ID(1) < "x"]',
    [true, true, false, false],
  ],
  ["an id may be negative", 'ID("-1").toString()', "-1"],
  ["NaN days are none", 'Date("2024-01-31").add(Math.NaN, "day")', "2024-01-31"],
  [
    "a time that cannot be counted is the last one",
    'Time.epoch(Math.NaN, "day")',
    "+1000000000-12-31T23:59:59.999999999Z",
  ],
  ["casefold spells ß out", '"Straße ς".casefold()', "strasse σ"],
  ["a user's function has a text", "newId.toString()", "[function newId()]"],
  [
    "flags of a pattern hold inside of their group",
    '"xab XAB xAb".matches("x(?i:a)b")',
    ["xab", "xAb"],
  ],
  [
    "flags within a pattern hold to the group's end",
    '"abC abc Abc".matches("a(b(?i)[c-d])")',
    ["abC", "abc"],
  ],
  ["a pattern knows scripts", '"aжb".matches("\\\\p{IsCyrillic}")', ["ж"]],
  ["classes of a pattern intersect", '"abcd".matches("[a-c&&b-d]")', ["b", "c"]],
  ["what repeats nothing is nothing", '"a".matches("{2}")', ["", ""]],
])("%s: %s", (_, query, expected) => {
  expect(answer(query)).toEqual(expected);
});

test.each<[string, string]>([
  ["(x => x) + 1", "The function `+` does not exist on `Lambda`"],
  ['"a".at(x => x)', "expected value for `index` of type Int, received Lambda"],
  ["Object.keys(Math)", "invalid argument `object`: expected either an object or a document"],
  [
    "[1].toSet().forEach(() => 1)",
    "`func` should accept 1 parameter, provided function requires no parameters.",
  ],
  ['Time.epoch(0, "day").add(-Math.Infinity, "days")', "Time exceeds the maximum value."],
  ['Time.epoch(0, "day").subtract(-Math.Infinity, "days")', "Time exceeds the minimum value."],
  ['"a".matches("ab{,3}")', "Invalid regular expression. Illegal repetition at index 3"],
])("%s fails: %s", (query, expected) => {
  expect(message(query)).toBe(expected);
});

test("a collection's ttl_days count from each write that says no ttl itself", () => {
  const db = database(`Collection.create({ name: "T", ttl_days: 5 })`);
  data(db, `T.create({ id: "1", ttl: Time("2035-01-01T00:00:00Z") })`);
  const hours = (write: string): unknown =>
    data(db, `${write}.ttl?.difference(Time.now(), "hours")`, { ...loose, format: "simple" });
  expect(hours(`T.byId("1")!.update({ k: 1 })`)).toBe(120);
  expect(hours(`T.byId("1")!.update({ ttl: null })`)).toBeNull();
  expect(hours(`T.byId("1")!.replace({ k: 2 })`)).toBe(120);
  expect(hours(`T.create({ ttl: null })`)).toBeNull();
});

test("a time before the history cannot be read", () => {
  const db = database(`Collection.create({ name: "T" })`);
  const { status, body } = ask(db, `at (Time("2020-01-01T00:00:00Z")) { T.all().count() }`);
  expect({ status, error: body["error"] }).toMatchObject({
    status: 400,
    error: {
      code: "invalid_request",
      message: expect.stringContaining(
        "Requested timestamp 2020-01-01T00:00:00Z less than minimum",
      ),
    },
  });
  expect(data(db, `at (Time("2020-01-01T00:00:00Z")) { "nothing read" }`)).toBe("nothing read");
  data(db, `T.create({ id: "1" }).id`);
  expect(ask(db, `let d = T.byId("1")!\nat (Time("2020-01-01T00:00:00Z")) { d.x }`)).toMatchObject({
    body: { error: { code: "invalid_request" } },
  });
});

test("what delete() answers has no fields", () => {
  const db = database(`Collection.create({ name: "T" })`, `T.create({ id: "1", k: 1 })`);
  expect(failure(db, `T.byId("1")!.delete().k`, loose).message).toBe("Cannot access `k` on null.");
});

test("a set whose page has a size cannot be asked for the events on fields", () => {
  const db = database(`Collection.create({ name: "T" })`);
  expect(failure(db, "T.all().pageSize(2).eventsOn(.k)").code).toBe("invalid_receiver");
});

test.each<[string, unknown]>([
  ["[m == 0.0, 0 == m, [m] == [0], m == m, m < 0, m <= 0.0, 0 > m]", [0, 0, 0, 1, 1, 1, 1]],
  ["[[m].includes(0), [0].indexOf(m) == 0, [m].toSet().includes(0.0)]", [1, 1, 1]],
])("-0.0 is below 0, and only `includes` and its like take it for that: %s", (query, shown) => {
  const answer = data(database(), `let m = 0.0 * -1\n${query}`, { ...loose, format: "simple" });
  expect((answer as boolean[]).map(Number)).toEqual(shown);
});

test.each<[string, number]>([
  ["[0, 0.0]", 1],
  ["[[0], [0.0]]", 1],
  ["[{ a: 0 }, { a: 0.0 }]", 1],
  ["[0.0, 0.0 * -1]", 2],
  ["[0, 0.0 * -1]", 2],
  ["[1, 1.0]", 2],
])("`distinct` tells numbers of different kinds apart, but no zeros: %s", (items, count) => {
  for (const all of [items, `${items}.toSet()`])
    expect(data(database(), `${all}.distinct().toSet().count()`)).toEqual(int(count));
});

test("an index tells all zeros apart, and lists -0.0 first", () => {
  const index = `indexes: { up: { values: [{ field: "n" }] }, by: { terms: [{ field: "n" }] } }`;
  const db = database(
    `Collection.create({ name: "Z", ${index}, constraints: [{ unique: ["n"] }] })`,
    `[[0, "int"], [0.0, "zero"], [0.0 * -1, "minus"]].forEach(r => Z.create({ n: r[0], s: r[1] }))`,
  );
  expect(data(db, "Z.up().map(.s).toArray()")).toEqual(["minus", "int", "zero"]);
  expect(data(db, "[0, 0.0, 0.0 * -1].map(n => Z.by(n).map(.s).toArray())")).toEqual([
    ["int"],
    ["zero"],
    ["minus"],
  ]);
  expect(data(db, "Z.up({ from: 0 }).count()")).toEqual(int(2));
});

test.each([
  ["9007199254740993 * 9007199254740993", "8.112963841460668E31"],
  ["9223372036854775807 + 9223372036854775807", "1.8446744073709552E19"],
  ["-9223372036854775807 - 9223372036854775807", "-1.8446744073709552E19"],
])("integers that grow too large for a long become doubles first: %s", (text, shown) => {
  expect(data(database(), text)).toEqual({ "@double": shown });
});
