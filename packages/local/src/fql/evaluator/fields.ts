import type { Name } from "../ast";
import type { Span } from "../source";
import type { NullValue, Value } from "../values/value";
import { codePoints, elementAt } from "../stdlib/elements";
import { documentField } from "../model/document-fields";
import type { Context } from "./context";
import { nameOfType } from "../model/type-of";
import { fieldReader, methodOf } from "./tables";
import { fitsInt } from "../stdlib/types";
import type { Arity } from "../model/arity";
import { arityError } from "./invoke";

const ONE: Arity = { min: 1, rest: false, counts: [1] };

function missing(on: Value, field: string, span: Span): NullValue {
  return { kind: "null", cause: { why: "missing field", field, on, span } };
}

/** What `value.name` is; null with its cause when there is no such field. */
export function fieldOf(cx: Context, value: Value, name: Name): Value {
  const { text, span } = name;
  if (typeof value === "object" && value.kind === "object")
    return value.fields.get(text) ?? missing(value, text, span);
  if (typeof value === "object" && value.kind === "doc" && text !== "exists") {
    const field = documentField(cx, value, text);
    if (field !== undefined) return field;
  }
  const read = fieldReader(value, text);
  if (read) return read(cx, value);
  return methodOf(cx, value, text)
    ? { kind: "method", receiver: value, name: text }
    : missing(value, text, span);
}

/** What `value[args]` is. */
export function indexed(cx: Context, value: Value, args: readonly Value[], span: Span): Value {
  const [key] = args;
  if (key === undefined || args.length > 1) throw arityError(cx, ONE, args.length);
  const wrong = (type: string): Error =>
    cx.error(
      "invalid_argument",
      `expected value for \`${type === "Int" ? "index0" : "key0"}\` of type ${type}, received ${nameOfType(cx, key)}`,
    );
  if (typeof value === "object" && (value.kind === "object" || value.kind === "doc")) {
    if (typeof key !== "string") throw wrong("String");
    return fieldOf(cx, value, { text: key, span });
  }
  const items =
    typeof value === "string"
      ? codePoints(value)
      : typeof value === "object" && value.kind === "array"
        ? value.items
        : null;
  if (!items)
    throw cx.error(
      "invalid_function_invocation",
      `The function \`[]\` does not exist on \`${nameOfType(cx, value)}\``,
    );
  if (!fitsInt(key)) throw wrong("Int");
  return elementAt(cx, items, Number(key.value));
}
