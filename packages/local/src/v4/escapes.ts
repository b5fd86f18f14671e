import { parseDate } from "../fql/values/times";
import { isJsonObject, type Json, type JsonObject } from "../http/read-json";
import { timeLiteral } from "./casts";
import { invalidExpression, type Position } from "./errors";
import type { Expression } from "./expressions";
import { decodedBase64 } from "./java-base64";
import { refLiteral } from "./ref-literals";
import { setLiteral } from "./set-literals";
import type { V4Value } from "./values";

/** Reads a lambda that is a value. */
type ReadLambda = (json: Json, at: Position, isTagged: boolean) => V4Value;

const TAGS = ["@obj", "@ref", "@set", "@ts", "@date", "@bytes", "@uuid", "@query"];

/** Whether an object is a tagged value, as `{"@ts": "…"}`. */
export function isEscape(json: JsonObject): boolean {
  const [tag = "", ...more] = Object.keys(json);
  return more.length === 0 && TAGS.includes(tag);
}

/** A value in which nothing is evaluated but what makes a set. */
export function literalOf(json: Json, at: Position, lambda: ReadLambda): Expression {
  if (Array.isArray(json))
    return {
      kind: "array",
      items: json.map((item: Json, i) => literalOf(item, [...at, i], lambda)),
    };
  if (!isJsonObject(json)) return literal(json as V4Value);
  if (!isEscape(json)) return fieldsOf(json, at, lambda);
  const [[tag, content] = ["", null]] = Object.entries(json);
  return tagged(tag, content, at, lambda);
}

function literal(value: V4Value): Expression {
  return { kind: "literal", value };
}

function fieldsOf(json: JsonObject, at: Position, lambda: ReadLambda): Expression {
  const fields = Object.entries(json).map(([key, value]): [string, Expression] => [
    key,
    literalOf(value, [...at, key], lambda),
  ]);
  return { kind: "object", fields };
}

function tagged(tag: string, content: Json, at: Position, lambda: ReadLambda): Expression {
  switch (tag) {
    case "@obj":
      if (!isJsonObject(content)) throw invalidExpression("Invalid object.", at);
      return fieldsOf(content, at, lambda);
    case "@ref":
      return literal(refLiteral(content, at));
    case "@ts":
      return literal(timeLiteral(content, at));
    case "@date":
      return literal(dateLiteral(content, at));
    case "@bytes":
      if (typeof content !== "string") throw invalidExpression("Invalid bytes.", at);
      return literal({ kind: "bytes", base64: decodedBase64(content).toString("base64") });
    case "@uuid":
      return literal(uuidLiteral(content, at));
    case "@query":
      return literal(lambda(content, at, true));
    default:
      return setLiteral(
        content,
        at,
        (json, where) => literalOf(json, where, lambda),
        (json, where) => literal(lambda(json, where, false)),
      );
  }
}

function dateLiteral(json: Json, at: Position): V4Value {
  const parsed = typeof json === "string" ? parseDate(json) : null;
  if (!parsed) throw invalidExpression("Invalid date.", at);
  return parsed;
}

/** Five hexadecimal numbers, of which the server keeps so many digits from their ends. */
const UUID_DIGITS = [8, 4, 4, 4, 12];

function uuidLiteral(json: Json, at: Position): V4Value {
  const parts = typeof json === "string" ? json.split("-") : [];
  if (parts.length !== UUID_DIGITS.length || !parts.every((part) => /^[\da-f]+$/i.test(part)))
    throw invalidExpression("Invalid UUID.", at);
  const shown = parts.map((part, i) => {
    const digits = UUID_DIGITS[i] ?? 0;
    return part.toLowerCase().padStart(digits, "0").slice(-digits);
  });
  return { kind: "uuid", text: shown.join("-") };
}
