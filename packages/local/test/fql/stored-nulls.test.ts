import { expect, test } from "vitest";
import { data, database, failure } from "./query";

const CREATED = "hint: Null value created here";
const db = database(
  `Collection.create({ name: "C", computed_fields: { own: { body: "d => [null]" } } })`,
  `C.create({ id: 1, a: [null, [null]], o: { b: [null] } })`,
);

/** Where the hint says that the null came to be: the text that is marked, and the source if it is another. */
function createdAt(query: string): string {
  const { summary } = failure(db, query);
  const lines = summary.slice(summary.indexOf(CREATED)).split("\n");
  expect(lines[0]).toBe(CREATED);
  const place = lines[1]!.startsWith("at ") ? lines[1]! : "";
  if (place === "at <no source>") return place;
  const marked = lines.findIndex((line) => /^\d+ \|/.test(line));
  const marks = lines[marked + 1]!;
  const text = lines[marked]!.slice(marks.indexOf("^"), marks.lastIndexOf("^") + 1);
  return [place.replace(/:\d+:\d+$/, ""), text].join(" ").trim();
}

const READS: readonly (readonly [value: string, place: string])[] = [
  [`C("1")!.a[0]`, "a"],
  [`C("1")!.a[1][0]`, "a"],
  [`C("1")!.a.first()`, "a"],
  [`C("1")!.a.map(x => x)[0]`, "a"],
  [`C("1")!.o.b[0]`, "o"],
  [`C("1")!.data.o.b[0]`, "data"],
  [`C("1")!["a"][0]`, `["a"]`],
  [`C.all().map(.a).first()![0]`, "a"],
  [`C.all().map(d => d.a).toArray()[0][0]`, "a"],
  [`C.create({ id: "2", a: [null] }).a[0]`, "a"],
  [`Object.entries(C("1")!.data)[0][1][0]`, "data"],
];
const USES: readonly ((value: string) => string)[] = [
  (value) => `let x: Any = ${value}; x.y`,
  (value) => `let x: Any = ${value}; x.y()`,
  (value) => `let x: Any = ${value}; x[0]`,
  (value) => `let x: Any = ${value}; x!`,
  (value) => `let x: Any = ${value}; x + 1`,
];
const CASES = READS.flatMap(([value, place]) =>
  USES.map((use): [string, string] => [use(value), place]),
);
test.each(CASES)("%s: the null came to be where the document was read, at `%s`", (query, place) => {
  expect(createdAt(query)).toBe(place);
});

test("a null that was read there is not told apart from the access itself", () => {
  expect(failure(db, `C("1")!.a[0]!`).summary).not.toContain(CREATED);
});

test.each([
  [`let all: Any = Object.values(C("1")!); all.at(4)[0].y`, "at <no source>"],
  [`let all: Any = Object.assign({}, C("1")!); all.a[0].y`, "at <no source>"],
  [`let own: Any = C("1")!.own; own[0].y`, "at *computed_field:C:own* null"],
])("%s: the null came to be %s", (query, place) => {
  expect(createdAt(query)).toBe(place);
});

test("a null that a function read came to be in the function", () => {
  data(db, `Function.create({ name: "f", body: "() => C('1')!.a[0]" })`);
  expect(createdAt(`let x: Any = f(); x.y`)).toBe("at *udf:f* a");
});
