import { expect, test } from "vitest";
import { database, failure } from "./query";

const RESERVED = "ts coll delete update replace updateData replaceData exists".split(" ");
const KINDS: readonly (readonly [kind: string, fields: string])[] = [
  ["Collection", `name: "A"`],
  ["Function", `name: "f", body: "x => x"`],
  ["Role", `name: "r"`],
  ["AccessProvider", `name: "p", issuer: "https://i", jwks_uri: "https://j"`],
  ["Database", `name: "d"`],
];

/** A write that names a reserved field, and others that are wrong for other reasons. */
function writes(kind: string, fields: string, field: string): string[] {
  const [, name] = /name: "(\w+)"/.exec(fields)!;
  const doc = `${kind}.byName("${name}")!`;
  const updates = [
    `${doc}.update({ ${field}: 1, nope: 1 })`,
    `${doc}.replace({ ${fields}, ${field}: null, nope: 1 })`,
  ];
  // Whoever creates a document may say its `id`.
  return field === "id" ? updates : [...updates, `${kind}.create({ ${fields}, ${field}: 1 })`];
}

const CASES = KINDS.flatMap(([kind, fields]) =>
  [...RESERVED, "id"].flatMap((field) =>
    writes(kind, fields, field).map((query): [string, string] => [query, field]),
  ),
);
const db = database(...KINDS.map(([kind, fields]) => `${kind}.create({ ${fields} })`));

test.each(CASES)("%s is refused for the field `%s` alone, which is reserved", (query, field) => {
  expect(failure(db, query, { typecheck: false }).failures).toEqual([
    { paths: [[field]], message: "Is a reserved field and cannot be used" },
  ]);
});

test("a key is not made with a reserved field", () => {
  for (const field of RESERVED) {
    const query = `Key.create({ role: "admin", ${field}: 1, nope: 1 })`;
    expect(failure(db, query, { typecheck: false }).failures).toEqual([
      { paths: [[field]], message: "Is a reserved field and cannot be used" },
    ]);
  }
});
