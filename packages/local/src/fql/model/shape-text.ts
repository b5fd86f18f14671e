import { printType } from "../print-type";
import type { TypeExpr } from "../ast";
import { parseFieldType } from "../parser";
import { integer } from "../values/numbers";
import type { Value } from "../values/value";
import { nullDocument, type Shape } from "./shape";

/** A shape from its text: `Int?`, `Array<String> | Null`, `{ a: Int, *: Any }`, `Ref<User>`. */
export function parseShape(text: string): Shape {
  return shapeOf(parseFieldType(text));
}

function shapeOf(type: TypeExpr): Shape {
  switch (type.kind) {
    case "any":
    case "never":
      return { kind: "name", name: printType(type) };
    case "literal": {
      const { value } = type;
      return { kind: "literal", value: literalValue(value), shown: printType(type) };
    }
    case "named":
      return named(type);
    case "tuple":
      return { kind: "tuple", of: type.items.map(shapeOf) };
    case "union":
      return { kind: "union", of: type.members.map(shapeOf) };
    case "nullable":
      return { kind: "union", of: [shapeOf(type.of), { kind: "name", name: "Null" }] };
    case "object": {
      const initials = type.fields.flatMap(({ name, initial }) =>
        initial ? [[name.text, initial] as const] : [],
      );
      return {
        kind: "object",
        fields: new Map(type.fields.map((field) => [field.name.text, shapeOf(field.type)])),
        rest: type.rest && shapeOf(type.rest),
        ...(initials.length ? { initials: new Map(initials) } : {}),
      };
    }
    default:
      return { kind: "opaque", shown: printType(type) };
  }
}

function literalValue(value: Extract<TypeExpr, { kind: "literal" }>["value"]): Value {
  if (typeof value === "bigint") return integer(value);
  return typeof value === "object" ? { kind: "double", value: value.value } : value;
}

function named(type: Extract<TypeExpr, { kind: "named" }>): Shape {
  const { name, args } = type;
  const [arg] = args;
  if (!arg) return { kind: "name", name: name.text };
  if (name.text === "Array") return { kind: "array", of: shapeOf(arg) };
  const to = arg.kind === "named" && !arg.args.length ? arg.name.text : null;
  if (to !== null && name.text === "Ref") return { kind: "ref", to, whole: true };
  return to !== null && name.text === "EmptyRef"
    ? nullDocument(to)
    : { kind: "opaque", shown: printType(type) };
}
