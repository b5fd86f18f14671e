import type { Span } from "../source";
import {
  isNull,
  mapParts,
  type ArrayValue,
  type NullValue,
  type ObjectValue,
  type Value,
} from "../values/value";

const HOLDS_NULL = new WeakMap<ArrayValue | ObjectValue, boolean>();

/** A stored value as it is read at a place: nothing is stored of where its nulls were written. */
export function readAtPlace(value: Value, span: Span): Value {
  return holdsNull(value)
    ? withNulls(value, { kind: "null", cause: { why: "literal", span } })
    : value;
}

function holdsNull(value: Value): boolean {
  if (typeof value !== "object") return false;
  if (value.kind === "null") return true;
  if (value.kind !== "array" && value.kind !== "object") return false;
  const known = HOLDS_NULL.get(value);
  if (known !== undefined) return known;
  const parts = value.kind === "array" ? value.items : [...value.fields.values()];
  const holds = parts.some(holdsNull);
  HOLDS_NULL.set(value, holds);
  return holds;
}

function withNulls(value: Value, nothing: NullValue): Value {
  return isNull(value) ? nothing : mapParts(value, (part) => withNulls(part, nothing));
}
