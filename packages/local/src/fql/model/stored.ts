import type { Context } from "./context";
import { nameOfType } from "./type-of";
import { integer } from "../values/numbers";
import { timeFromMicros } from "../values/times";
import { array, isNull, type Value } from "../values/value";

/** The value as a write is given it, nulls and all; what cannot be kept is an error at the innermost call. */
export function toData(cx: Context, value: Value, path: string): Value {
  if (typeof value !== "object") return value;
  switch (value.kind) {
    case "int":
    case "double":
    case "time":
    case "date":
    case "bytes":
    case "uuid":
    case "query":
    case "null":
      return value;
    case "long":
      return integer(value.value);
    case "transactionTime":
      return timeFromMicros(cx.tx.ts);
    case "array":
      return array(value.items.map((item, i) => toData(cx, item, `${path}[${i}]`)));
    case "object":
      return { kind: "object", fields: toDataFields(cx, value.fields, path) };
    case "doc":
      if (value.lookedUp) throw notStorable(cx, value, path);
      return {
        kind: "doc",
        coll: value.coll,
        id: value.id,
        ...(value.name === undefined ? {} : { name: value.name }),
      };
    case "lambda":
      throw cx.error(
        "invalid_type",
        "Anonymous functions cannot be stored. Use a string of FQL instead.",
      );
    default:
      throw notStorable(cx, value, path);
  }
}

function notStorable(cx: Context, value: Value, path: string): Error {
  // A document that may be missing has no other name here.
  const type = typeof value === "object" && value.kind === "doc" ? "Doc" : nameOfType(cx, value);
  return cx.error(
    "invalid_type",
    `Value at \`${path}\` has type ${type}, which cannot be persisted.`,
  );
}

/** The fields of a write as data: see {@link toData}. */
export function toDataFields(
  cx: Context,
  fields: ReadonlyMap<string, Value>,
  path = "",
): Map<string, Value> {
  return new Map(
    [...fields].map(([name, value]): [string, Value] => [
      name,
      toData(cx, value, path ? `${path}.${name}` : name),
    ]),
  );
}

/** Data as a document keeps it: nulls in objects go, those in arrays stay. */
export function withoutNulls(value: Value): Value {
  if (typeof value !== "object") return value;
  if (value.kind === "array") return array(value.items.map(withoutNulls));
  return value.kind === "object"
    ? { kind: "object", fields: fieldsWithoutNulls(value.fields) }
    : value;
}

export function fieldsWithoutNulls(fields: ReadonlyMap<string, Value>): Map<string, Value> {
  const kept = [...fields].filter(([, value]) => !isNull(value));
  return new Map(kept.map(([name, value]): [string, Value] => [name, withoutNulls(value)]));
}

/** Data as an update adds it: without any null, as a null in an update stands for what is to go. */
function withoutAnyNulls(value: Value): Value {
  if (typeof value !== "object") return value;
  if (value.kind === "array")
    return array(value.items.filter((item) => !isNull(item)).map(withoutAnyNulls));
  if (value.kind !== "object") return value;
  const kept = [...value.fields].filter(([, field]) => !isNull(field));
  return {
    kind: "object",
    fields: new Map(kept.map(([name, field]): [string, Value] => [name, withoutAnyNulls(field)])),
  };
}

export function toStoredFields(
  cx: Context,
  fields: ReadonlyMap<string, Value>,
): Map<string, Value> {
  return fieldsWithoutNulls(toDataFields(cx, fields));
}

/** `update`: objects merge into objects, null removes, also from an array, anything else replaces. */
export function merged(
  cx: Context,
  before: ReadonlyMap<string, Value>,
  patch: ReadonlyMap<string, Value>,
  path = "",
): Map<string, Value> {
  const result = new Map(before);
  for (const [name, value] of patch) {
    const place = path ? `${path}.${name}` : name;
    const old = before.get(name);
    const deep =
      typeof value === "object" &&
      value.kind === "object" &&
      typeof old === "object" &&
      old.kind === "object";
    if (isNull(value)) result.delete(name);
    else if (deep)
      result.set(name, { kind: "object", fields: merged(cx, old.fields, value.fields, place) });
    else result.set(name, withoutAnyNulls(toData(cx, value, place)));
  }
  return result;
}
