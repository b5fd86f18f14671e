import type { Context } from "../evaluator/context";
import { nameOfType } from "../evaluator/invoke";
import { documentObject } from "../model/document-fields";
import { display, documentText } from "../values/display";
import {
  array,
  isNull,
  nullBecause,
  object,
  type ArrayValue,
  type ObjectValue,
  type Value,
} from "../values/value";
import { method, methods, type TypeTable } from "./method";

function fieldsOf(cx: Context, value: Value): ReadonlyMap<string, Value> {
  if (typeof value === "object" && value.kind === "doc") return documentObject(cx, value);
  return (value as ObjectValue).fields;
}

function entry(cx: Context, value: Value, index: number): [string, Value] {
  const fail = (message: string): Error =>
    cx.error("invalid_argument", `invalid argument \`entries\`: ${message}`);
  if (typeof value !== "object" || value.kind !== "array") {
    throw fail(
      `expected an array for each element of the outer array, but saw type ${nameOfType(cx, value)} at index ${index}`,
    );
  }
  const [key, field] = value.items;
  if (value.items.length !== 2)
    throw fail(
      `expected inner array of length 2 but saw length ${value.items.length} at index ${index}`,
    );
  if (typeof key === "string") return [key, field!];
  throw fail(
    `expected a string for the first element of each inner array, but saw type ${nameOfType(cx, key!)} at index ${index}`,
  );
}

/** The value at a path of names; undefined where it does not lead. */
function select(cx: Context, from: Value, path: ArrayValue): Value | undefined {
  let value: Value | undefined = from;
  for (const name of path.items) {
    if (typeof name !== "string")
      throw cx.error("invalid_argument", "invalid argument `path`: expected an array of strings");
    value =
      typeof value === "object" && value.kind === "object" ? value.fields.get(name) : undefined;
  }
  return value;
}

/** Functions of `Object`. */
export const OBJECT_MODULE: TypeTable = {
  methods: methods(
    method(
      "assign(destination: Object, source: Object)",
      (cx: Context, _self: Value, [to, from]: Value[]) =>
        object([...fieldsOf(cx, to!), ...fieldsOf(cx, from!)]),
    ),
    method("entries(object: Object)", (cx: Context, _self: Value, [from]: [Value]) =>
      array([...fieldsOf(cx, from)].map((each) => array(each))),
    ),
    method("fromEntries(entries: Array)", (cx: Context, _self: Value, [entries]: [ArrayValue]) =>
      object(entries.items.map((each, i) => entry(cx, each, i))),
    ),
    method(
      "hasPath(object: Struct, path: Array)",
      (cx: Context, _self: Value, [from, path]: [Value, ArrayValue]) =>
        select(cx, from, path) !== undefined,
    ),
    method("keys(object: Object)", (cx: Context, _self: Value, [from]: [Value]) =>
      array([...fieldsOf(cx, from).keys()]),
    ),
    method(
      "select(object: Struct, path: Array)",
      (cx: Context, _self: Value, [from, path]: [Value, ArrayValue]) =>
        select(cx, from, path) ?? nullBecause("no value in object found at path", cx.frame!.span),
    ),
    method("toString(object)", (cx: Context, _self: Value, [value]: [Value]) =>
      typeof value === "object" && value.kind === "doc"
        ? documentText(cx, value)
        : isNull(value)
          ? "null"
          : display(cx, value),
    ),
    method("values(object: Object)", (cx: Context, _self: Value, [from]: [Value]) =>
      array([...fieldsOf(cx, from).values()]),
    ),
  ),
};
