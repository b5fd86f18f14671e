import { isNumber } from "../values/numbers";
import type { Value } from "../values/value";
import { alternatives, type ObjectShape, type Shape } from "./shape";

/** Names of types, and of those that have all their values. */
const WIDER: Readonly<Record<string, readonly string[]>> = {
  Int: ["Long", "Number"],
  Long: ["Number"],
  Double: ["Number"],
};

/** Whether every value of one type is one of another. */
export function isSubshape(inner: Shape, outer: Shape): boolean {
  const wide = alternatives(outer);
  return alternatives(inner).every((each) => wide.some((other) => isWithin(each, other)));
}

function isWithin(inner: Shape, outer: Shape): boolean {
  if (outer.kind === "name" && outer.name === "Any") return true;
  switch (inner.kind) {
    case "name":
      return (
        outer.kind === "name" && [inner.name, ...(WIDER[inner.name] ?? [])].includes(outer.name)
      );
    case "literal":
      if (outer.kind === "literal") return outer.shown === inner.shown;
      return outer.kind === "name" && typesOf(inner.value).includes(outer.name);
    case "array":
      return outer.kind === "array" && isSubshape(inner.of, outer.of);
    case "tuple":
      if (outer.kind === "array") return inner.of.every((each) => isSubshape(each, outer.of));
      return (
        outer.kind === "tuple" &&
        outer.of.length === inner.of.length &&
        inner.of.every((each, i) => isSubshape(each, outer.of[i]!))
      );
    case "object":
      return outer.kind === "object" && hasFields(inner, outer);
    default:
      return false;
  }
}

/** The names of a literal's types. */
function typesOf(value: Value): readonly string[] {
  if (typeof value === "string") return ["String"];
  if (typeof value === "boolean") return ["Boolean"];
  if (!isNumber(value)) return [];
  const name = value.kind === "int" ? "Int" : value.kind === "long" ? "Long" : "Double";
  return [name, ...(WIDER[name] ?? [])];
}

const NOTHING: Shape = { kind: "name", name: "Null" };

function hasFields(inner: ObjectShape, outer: ObjectShape): boolean {
  const names = new Set([...inner.fields.keys(), ...outer.fields.keys()]);
  const fit = [...names].every((name) => {
    const [small, large] = [inner, outer].map(({ fields, rest }) => fields.get(name) ?? rest);
    if (!large) return false;
    return isSubshape(small ?? NOTHING, large);
  });
  return fit && (!inner.rest || (outer.rest !== null && isSubshape(inner.rest, outer.rest)));
}

/** What of a type another does not take. */
export function without(shape: Shape, taken: Shape): Shape {
  const left = alternatives(shape).filter((each) => !isSubshape(each, taken));
  return left.length === 1 ? left[0]! : { kind: "union", of: left };
}
