import * as fauna from "fauna";
import { faunaV4 } from "fauna-clerk/v4";
import faunadb from "faunadb";
import { expect, test } from "vitest";

import { furtherClasses, VALUE_CLASSES } from "../../src/client/value-classes";

test("the classes are those of the driver's values", () => {
  const names = VALUE_CLASSES.map((one) => (one as unknown as { name: string }).name);
  expect(names).toContain("Document");
  for (const [index, name] of names.entries())
    expect(VALUE_CLASSES[index]).toBe(fauna[name as keyof typeof fauna]);
});

test("those of other drivers are registered once for the page, for all copies of this package", () => {
  const classes = furtherClasses();
  expect(furtherClasses()).toBe(classes);
  expect(Reflect.get(globalThis, Symbol.for("fauna-clerk.value-classes"))).toBe(classes);
});

test("FQL v4 registers its values and expressions, and nothing that is no class", () => {
  faunaV4();
  const own = new Map([...furtherClasses()].filter(([name]) => name.startsWith("v4.")));
  expect(own.get("v4.Expr")).toBe(faunadb.Expr);
  expect(own.get("v4.FaunaTime")).toBe(faunadb.values.FaunaTime);
  for (const each of own.values()) expect(each).toBeTypeOf("function");
});

test("a driver is named after its language", () => {
  expect(faunaV4().name).toBe("v4");
});
