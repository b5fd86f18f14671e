import { expect, onTestFinished, test, vi } from "vitest";
import { Inference } from "../../src/types/infer";
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

test("a text is checked once for each version of the schema", () => {
  const checks = vi.spyOn(Inference.prototype, "whole");
  onTestFinished(() => checks.mockRestore());
  const query = "User.all().where(.name == 1)";
  for (let i = 0; i < 3; i++) ask(db, query);
  expect(checks).toHaveBeenCalledOnce();
  ask(db, `Collection.create({ name: "Post" })`);
  checks.mockClear();
  for (let i = 0; i < 3; i++) ask(db, query);
  expect(checks).toHaveBeenCalledOnce();
});

test("a mistake is found once for each version of the schema, and told each time", () => {
  const checks = vi.spyOn(Inference.prototype, "whole");
  onTestFinished(() => checks.mockRestore());
  const told = [1, 2, 3].map(() => ask(db, "User.all().nope()").body["summary"]);
  expect(new Set(told).size).toBe(1);
  expect(told[0]).toContain("does not have field `nope`");
  expect(checks).toHaveBeenCalledOnce();
});
