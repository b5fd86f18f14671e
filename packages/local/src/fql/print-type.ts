import type { TypeExpr, TypeParam } from "./ast";
import { isUnreservedIdentifier } from "./parser/scanner";
import { quote } from "./quote";

// How tightly what stands around a type binds: what binds less is put in parentheses.
const RESULT = 10;
const LAMBDA = 11;
const UNION = 20;
const INTERSECTION = 30;
const ATOM = 50;

export function fieldName(name: string): string {
  return isUnreservedIdentifier(name) ? name : `"${name}"`;
}

function inParentheses(text: string, around: number, own: number): string {
  return around > own ? `(${text})` : text;
}

function printFunction(
  { params, rest, result }: Extract<TypeExpr, { kind: "function" }>,
  around: number,
): string {
  const to = print(result, RESULT);
  const [only, ...others] = params;
  if (only && !others.length && !rest) {
    const type = print(only.type, LAMBDA);
    return inParentheses(
      only.name ? `(${only.name.text}: ${type}) => ${to}` : `${type} => ${to}`,
      around,
      RESULT,
    );
  }
  const one = ({ name, type }: TypeParam, dots: string): string =>
    `${name ? `${name.text}: ` : ""}${dots}${print(type, RESULT)}`;
  const all = [...params.map((param) => one(param, "")), ...(rest ? [one(rest, "...")] : [])];
  return inParentheses(`(${all.join(", ")}) => ${to}`, around, RESULT);
}

function print(type: TypeExpr, around: number): string {
  const many = (types: readonly TypeExpr[], by: string, inner: number): string =>
    types.map((each) => print(each, inner)).join(by);
  switch (type.kind) {
    case "any":
      return "Any";
    case "never":
      return "Never";
    case "hole":
      return "_";
    case "literal":
      return typeof type.value === "string" ? quote(type.value) : String(type.value);
    case "named":
      return type.args.length ? `${type.name.text}<${many(type.args, ", ", 0)}>` : type.name.text;
    case "object": {
      const fields = type.fields.map(
        (field) => `${fieldName(field.name.text)}: ${print(field.type, 0)}`,
      );
      if (type.rest) fields.push(`*: ${print(type.rest, 0)}`);
      if (type.open && fields.length) fields.push("...");
      return fields.length ? `{ ${fields.join(", ")} }` : "{}";
    }
    case "tuple":
      return `[${many(type.items, ", ", 0)}]`;
    case "function":
      return printFunction(type, around);
    case "union":
      return inParentheses(many(type.members, " | ", UNION), around, UNION);
    case "intersection":
      return inParentheses(many(type.members, " & ", INTERSECTION), around, INTERSECTION);
    case "nullable":
      return `${print(type.of, ATOM)}?`;
    case "difference":
      return inParentheses(`${print(type.of, ATOM)} - ${print(type.minus, ATOM)}`, around, 15);
    case "recursive":
      return inParentheses(`${print(type.of, ATOM)} as ${type.name}`, around, 40);
    case "projection":
      return `.{ ${print(type.by, 0)} } => ${print(type.result, 0)}`;
  }
}

/** A type as the server writes it. */
export function printType(type: TypeExpr): string {
  return print(type, 0);
}
