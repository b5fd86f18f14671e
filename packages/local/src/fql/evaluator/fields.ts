import type { Name } from "../ast";
import type { Span } from "../source";
import type { NullValue, Value } from "../values/value";
import { documentField } from "../model/document-fields";
import type { Context } from "../model/context";
import { nameOfType } from "../model/type-of";
import { accessOf, fieldReader, methodOf } from "./tables";
import type { Arity } from "../model/arity";
import { arityError, checkedArguments } from "./invoke";

function missing(on: Value, field: string, span: Span): NullValue {
  return { kind: "null", cause: { why: "missing field", field, on, span } };
}

/** What `value.name` is; null with its cause when there is no such field. */
export function fieldOf(cx: Context, value: Value, name: Name): Value {
  const { text, span } = name;
  if (typeof value === "object" && value.kind === "object")
    return value.fields.get(text) ?? missing(value, text, span);
  if (typeof value === "object" && value.kind === "doc" && text !== "exists") {
    const field = documentField(cx, value, text, span);
    if (field !== undefined) return field;
  }
  const read = fieldReader(value, text);
  if (read) return read(cx, value);
  return methodOf(cx, value, text)
    ? { kind: "method", receiver: value, name: text }
    : missing(value, text, span);
}

const ONE: Arity = { min: 1, rest: false, counts: [1] };

/** What `value[args]` is. */
export function indexed(cx: Context, value: Value, args: readonly Value[], span: Span): Value {
  const [key] = args;
  if (key === undefined || args.length > 1) throw arityError(cx, ONE, args.length);
  if (typeof value === "object" && (value.kind === "object" || value.kind === "doc")) {
    if (typeof key === "string") return fieldOf(cx, value, { text: key, span });
    throw cx.error(
      "invalid_argument",
      `expected value for \`key0\` of type String, received ${nameOfType(cx, key)}`,
    );
  }
  const access = accessOf(value)?.overloads[0];
  if (access) return access.run(cx, value, ...checkedArguments(cx, access, args, "0"));
  throw cx.error(
    "invalid_function_invocation",
    `The function \`[]\` does not exist on \`${nameOfType(cx, value)}\``,
  );
}
