import { fieldName, printType } from "./print-type";
import type { Binding, Expr, Link, Statement, TypeExpr } from "./ast";
import type { LambdaExpr } from "./parser";
import { isIdentifier } from "./parser/scanner";
import { quote } from "./quote";
import { Decimal } from "./values/decimal";
import { isNumber, numberText } from "./values/numbers";

/** Values from outside have no text of their own. */
const PLACEHOLDER = "<value>";

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

/** Lines in braces, each but the last with `end`. */
function braces(lines: readonly string[], end: string): string {
  return lines.length ? `{\n${indent(lines.join(`${end}\n`))}\n}` : "{\n}";
}

function list(items: readonly Expr[]): string {
  return items.map(print).join(", ");
}

function literal({ value, span }: Extract<Expr, { kind: "value" }>): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "object" && value.kind === "double")
    return Decimal.at(span, value.value).text;
  if (isNumber(value)) return numberText(value);
  return typeof value === "boolean" ? String(value) : PLACEHOLDER;
}

function link(each: Link): string {
  const question = each.kind !== "bang" && each.optional;
  switch (each.kind) {
    case "bang":
      return "!";
    case "field":
      return `${question ? "?." : "."}${each.name.text}`;
    case "method":
      return `${question ? "?." : "."}${each.name.text}${each.optionalCall ? "?." : ""}(${list(each.args)})`;
    case "call":
      return `${question ? "?." : ""}(${list(each.args)})`;
    case "index":
      return `${question ? "?." : ""}[${list(each.args)}]`;
  }
}

function binding({ name, value }: Binding): string {
  return `${isIdentifier(name.text) ? name.text : quote(name.text)}: ${print(value)}`;
}

function statement(each: Statement): string {
  // The server's lines end twice behind a projection.
  if (each.kind === "expr")
    return `${print(each.value)}${each.value.kind === "project" ? "\n" : ""}`;
  const type = each.type ? `: ${printType(each.type)}` : "";
  return `let ${each.name.text}${type} = ${print(each.value)}`;
}

function template(parts: readonly (string | Expr)[]): string {
  return `"${parts.map((part) => (typeof part === "string" ? quote(part).slice(1, -1) : `#{${print(part)}}`)).join("")}"`;
}

/** An expression as FQL source, laid out as the server prints it. */
export function print(expr: Expr): string {
  switch (expr.kind) {
    case "value":
      return literal(expr);
    case "null":
      return "null";
    case "template":
      return template(expr.parts);
    case "id":
      return expr.name;
    case "this":
      return "";
    case "array":
      return `[${list(expr.items)}]`;
    case "tuple":
      return `(${list(expr.items)})`;
    case "object":
      return braces(expr.fields.map(binding), ",");
    case "block":
      return braces(expr.body.map(statement), "");
    case "if":
      return `if (${print(expr.test)}) ${print(expr.then)}${expr.otherwise ? ` else ${print(expr.otherwise)}` : ""}`;
    case "at":
      return `at (${print(expr.time)}) ${print(expr.body)}`;
    case "lambda":
    case "shortLambda":
      return printLambda(expr);
    case "chain":
      return print(expr.base) + expr.links.map(link).join("");
    case "unary":
      return expr.operator.text + print(expr.operand);
    case "binary":
      return `${print(expr.left)} ${expr.operator.text} ${print(expr.right)}`;
    case "project":
      return `${print(expr.base)} ${expr.bindings ? braces(expr.bindings.map(binding), ",") : "{ * }"}`;
  }
}

function params(expr: LambdaExpr): string {
  if (expr.kind === "shortLambda") return "";
  const names = expr.params.map((param) => param?.text ?? "_");
  if (expr.rest !== undefined) names.push(`...${expr.rest?.text ?? "_"}`);
  return names.join(", ");
}

export function printLambda(expr: LambdaExpr): string {
  return expr.kind === "shortLambda"
    ? print(expr.body)
    : `(${params(expr)}) => ${print(expr.body)}`;
}

/** A lambda's parameters and the statements of its body. */
export function printBody(expr: LambdaExpr): [params: string, body: string] {
  const { body } = expr;
  return [params(expr), body.kind === "block" ? body.body.map(statement).join("\n") : print(body)];
}

/** The type of a field with the defaults of its parts. */
export function printFieldType(type: TypeExpr): string {
  if (type.kind !== "object" || type.open) return printType(type);
  const fields = type.fields.map(
    ({ name, type: of, initial }) =>
      `${fieldName(name.text)}: ${printFieldType(of)}${initial ? ` = ${print(initial)}` : ""}`,
  );
  if (type.rest) fields.push(`*: ${printType(type.rest)}`);
  return fields.length ? `{ ${fields.join(", ")} }` : "{}";
}
