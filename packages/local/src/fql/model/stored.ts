import type { Context } from "../evaluator/context";
import { nameOfType } from "./type-of";
import { integer } from "../values/numbers";
import { timeFromMicros } from "../values/times";
import { array, isNull, type Value } from "../values/value";
import { readDocument } from "./read";
import { documentFields } from "./document-fields";

/** The value as a document keeps it; nulls in objects go, and what cannot be kept is an error at the innermost call. */
export function toStored(cx: Context, value: Value, path: string): Value {
  if (typeof value !== "object") return value;
  switch (value.kind) {
    case "int":
    case "double":
    case "time":
    case "date":
    case "bytes":
    case "null":
      return value;
    case "long":
      return integer(value.value);
    case "transactionTime":
      return timeFromMicros(cx.tx.ts);
    case "array":
      return array(value.items.map((item, i) => toStored(cx, item, `${path}[${i}]`)));
    case "object":
      return { kind: "object", fields: toStoredFields(cx, value.fields, path) };
    case "doc":
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
      throw cx.error(
        "invalid_type",
        `Value at \`${path}\` has type ${nameOfType(cx, value)}, which cannot be persisted.`,
      );
  }
}

export function toStoredFields(
  cx: Context,
  fields: ReadonlyMap<string, Value>,
  path = "",
): Map<string, Value> {
  const stored = new Map<string, Value>();
  for (const [name, value] of fields) {
    if (!isNull(value)) stored.set(name, toStored(cx, value, path ? `${path}.${name}` : name));
  }
  return stored;
}

/** `update`: objects merge into objects, null removes, anything else replaces. */
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
    else result.set(name, toStored(cx, value, place));
  }
  return result;
}

/** The fields that a write was given: an object's, or a document's own as a plain object. */
export function givenFields(cx: Context, value: Value): ReadonlyMap<string, Value> {
  if (typeof value === "object" && value.kind === "object") return value.fields;
  if (typeof value !== "object" || value.kind !== "doc") return new Map();
  const version = readDocument(cx, value);
  return typeof version === "string" ? new Map() : documentFields(cx, value, version);
}
