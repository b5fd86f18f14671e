import { expect, test } from "vitest";
import { mistakesOf } from "../support/schema-mistakes";
import { ask, data, database, failure } from "./query";

const db = database();

test.each(["if", "_", "Any", "type", "Math", "MathModule", "NullRole", "abort", "Credentials"])(
  "no collection and no function is called %s, nor known by it",
  (name) => {
    const reserved = `The identifier \`${name}\` is reserved.`;
    for (const query of [
      `Collection.create({ name: "${name}" })`,
      `Collection.create({ name: "A", alias: "${name}" })`,
      `Function.create({ name: "${name}", body: "x => x" })`,
    ])
      expect(failure(db, query).summary).toContain(reserved);
  },
);

test("a name or an alias that is no identifier is refused", () => {
  for (const field of ["name", "alias"]) {
    const names = { name: "A", [field]: "a-b" };
    const query = `Collection.create(${JSON.stringify(names)})`;
    expect(failure(db, query).summary).toContain(`${field}: Invalid identifier.`);
  }
});

test.each(["Document", "Page", "Schema", "Self", "AnyFunction", "Index"])(
  "a collection may be called %s, which is no name of the library",
  (name) => {
    expect(data(database(), `Collection.create({ name: "${name}" }).name`)).toBe(name);
  },
);

test.each([
  ['Function.create({ name: "C", body: "() => 1" })', "name: A Collection", "name `C`"],
  ['Function.create({ name: "D", body: "() => 1" })', "name: A Collection", "alias `D`"],
  ['Function.create({ name: "X", alias: "F", body: "() => 1" })', "alias: A Function", "name `F`"],
  ['Function.create({ name: "X", alias: "G", body: "() => 1" })', "alias: A Function", "alias `G`"],
  ['Collection.create({ name: "F" })', "name: A Function", "name `F`"],
  ['Collection.create({ name: "G" })', "name: A Function", "alias `G`"],
  ['Collection.create({ name: "X", alias: "C" })', "alias: A Collection", "name `C`"],
  ['Collection.create({ name: "X", alias: "D" })', "alias: A Collection", "alias `D`"],
])("%s is told what is called so, and whether by name or alias", (text, whose, what) => {
  const own = database();
  data(own, `Collection.create({ name: "C", alias: "D" }).name`);
  data(own, `Function.create({ name: "F", alias: "G", body: "() => 1" }).name`);
  expect(failure(own, text).summary).toContain(`${whose} already exists with the ${what}`);
});

test("keywords name nothing in FSL", () => {
  for (const text of ["collection if {}", "function if() { 1 }", "@alias(if) collection A {}"])
    expect(mistakesOf(text)[0]).toContain("error: Invalid identifier\n");
});

test("Credentials is another name of Credential", () => {
  const { body } = ask(db, "Credentials == Credential && Credentials.all().isEmpty()");
  expect(body["data"]).toBe(true);
  expect(ask(db, "Credentials").body["static_type"]).toBe("CredentialCollection");
});

test("an alias is a name of its own, of which documents know nothing", () => {
  ask(db, 'Collection.create({ name: "Item", alias: "Thing" })');
  expect(ask(db, "[Thing, Collection('Thing'), Item]").body["data"]).toEqual(
    ["Thing", "Thing", "Item"].map((name) => ({ "@mod": name })),
  );
  expect(ask(db, "[Thing == Item, Thing == Collection('Thing')]").body["data"]).toEqual([
    false,
    true,
  ]);
  expect(ask(db, "Thing.create({ id: 1 }).coll").body["data"]).toEqual({ "@mod": "Item" });
});
