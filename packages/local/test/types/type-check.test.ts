import { expect, test } from "vitest";
import { ask, database } from "../fql/query";

const typeOf = (...values: readonly string[]): unknown => {
  const parts = values.flatMap((value) => [{ value }, ", "]);
  return ask(db, { fql: ["[", ...parts.slice(0, -1), "]"] }).body["static_type"];
};
const db = database();

test("what was found out about a text holds for values of the same types in the same places", () => {
  expect(typeOf("a", "a", "b")).toBe('["a", "a", "b"]');
  expect(typeOf("a", "b", "b")).toBe('["a", "b", "b"]');
  expect(typeOf("a", "a", "b")).toBe('["a", "a", "b"]');
});

test("a change of the schema lets a text be checked anew", () => {
  const query = `User.all().map(.name)`;
  expect(ask(db, query).body["error"]).toMatchObject({ code: "invalid_query" });
  ask(db, `Collection.create({ name: "User", fields: { name: { signature: "String" } } })`);
  expect(ask(db, query).body["static_type"]).toBe("Set<String>");
  ask(db, `User.definition.update({ fields: { name: { signature: "Int" } } })`);
  expect(ask(db, query).body["static_type"]).toBe("Set<Int>");
});
