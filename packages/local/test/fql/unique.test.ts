import { expect, test } from "vitest";
import { data, database, failure } from "./query";

const NEW = `{ a: 1, b: 1, code: 1, email: 1, isbn: 1, k: 1, name: 1, no: 1, phone: 1, slug: 1, title: 1, user: 1 }`;

/** The paths that two documents that are the same in all fields fail by. */
function clashes(definition: string, setup: readonly string[] = []): string {
  const db = database(`Collection.create({ name: "C", ${definition} })`, ...setup);
  data(db, `C.create(${NEW}).id`);
  const { failures } = failure(db, `C.create(${NEW})`);
  return (failures as { paths: string[][] }[])
    .map(({ paths }) => paths.map((path) => path.join(".")).join("+"))
    .join(" ");
}

const unique = (...terms: string[]): string =>
  `constraints: [${terms.map((term) => `{ unique: [${term}] }`).join(", ")}]`;

// As the server told them.
const PAIRS = `a b, a isbn, a slug, a user, b name, b title, code a, code email,
  code name, code no, code phone, code title, email b, email isbn, email k, email slug,
  email user, k a, k name, k no, name isbn, no b, no isbn, no slug,
  no user, phone b, phone slug, slug name, slug title, user name`.split(/,\s+/);

test.each(PAIRS)("constraints that fail together are told by their hashes: %s", (pair) => {
  const [first, second] = pair.split(" ");
  expect(clashes(unique(`"${first}"`, `"${second}"`))).toBe(pair);
  expect(clashes(unique(`"${second}"`, `"${first}"`))).toBe(pair);
});

test.each<[string, string]>([
  [unique(`"a"`, `{ field: "b", mva: true }`), "b a"],
  [unique(`{ field: "a", mva: true }`, `"b"`), "a b"],
  [`computed_fields: { low: { body: "d => d.a" } }, ${unique(`"a"`, `"low"`)}`, "low a"],
  [`computed_fields: { low: { body: "d => d.b" } }, ${unique(`"b"`, `"low"`)}`, "low b"],
])("an array's elements and a computed field count in the hash: %s", (definition, order) => {
  expect(clashes(definition)).toBe(order);
});

test.each([
  ["a", "b"],
  ["b", "a"],
])("a constraint that is made later is told later: %s, then %s", (first, second) => {
  const later = `C.definition.update({ ${unique(`"${first}"`, `"${second}"`)} })`;
  expect(clashes(unique(`"${first}"`), [later])).toBe(`${first} ${second}`);
});

test("a document keeps what it shared with others before that became unique", () => {
  const db = database(
    `Collection.create({ name: "C" })`,
    `C.create({ id: 1, a: 1 })`,
    `C.create({ id: 2, a: 1 })`,
    `C.create({ id: 3, a: 2 })`,
    `C.definition.update({ ${unique(`"a"`)} })`,
  );
  expect(data(db, `C.byId(1)!.update({ b: true }).b`)).toBe(true);
  expect(data(db, `C.byId(2)!.replace({ a: 1, b: true }).b`)).toBe(true);
  expect(failure(db, `C.byId(3)!.update({ a: 1 })`).message).toBe("Failed unique constraint.");
  expect(failure(db, `C.byId(1)!.update({ a: 2 })`).message).toBe("Failed unique constraint.");
});

test("a unique constraint is told by the names of its fields where nothing else is said of them", () => {
  const db = database(`Collection.create({ name: "C", ${unique(`{ field: ".a.b" }`)} })`);
  expect(data(db, `C.definition.constraints`)).toEqual([{ unique: [".a.b"], status: "active" }]);
  const mixed = `Collection.create({ name: "D", ${unique(`{ field: "a" }, "b"`)} })`;
  expect(failure(db, mixed, { typecheck: false }).failures).toEqual([
    {
      paths: [["constraints", 0, "unique"]],
      message:
        "Expected Array<String | { field: String, mva: Boolean | Null }>, provided [{ field: String }, String]",
    },
  ]);
});
