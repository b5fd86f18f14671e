import type { Context } from "./context";
import { canonical } from "../values/canonical";
import { compareNumbers, isNumber } from "../values/numbers";
import { compareValues } from "../values/order";
import { isNull, type Value } from "../values/value";
import { isAbsent } from "./read";

function sameId(id: bigint, other: Value): boolean {
  if (typeof other === "string") return other === String(id);
  return (
    typeof other === "object" &&
    (other.kind === "id" || other.kind === "int" || other.kind === "long") &&
    BigInt(other.value) === id
  );
}

/** `==`: numbers by size, documents by identity, a missing document like null, the rest by content. */
export function equal(cx: Context, a: Value, b: Value): boolean {
  if (isNull(a) || isNull(b)) return nullish(cx, a) && nullish(cx, b);
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b) === 0;
  if (typeof a === "object" && a.kind === "id") return sameId(a.value, b);
  if (typeof b === "object" && b.kind === "id") return sameId(b.value, a);
  if (typeof a !== "object" || typeof b !== "object") return a === b;
  if (a.kind === "array")
    return (
      b.kind === "array" &&
      a.items.length === b.items.length &&
      a.items.every((item, i) => equal(cx, item, b.items[i]!))
    );
  if (a.kind === "object") {
    return (
      b.kind === "object" &&
      a.fields.size === b.fields.size &&
      [...a.fields].every(
        ([name, field]) => b.fields.has(name) && equal(cx, field, b.fields.get(name)!),
      )
    );
  }
  if (a.kind !== b.kind) return false;
  if (a.kind === "doc" && b.kind === "doc")
    return a.coll === b.coll && a.id === b.id && (a.id >= 0n || a.name === b.name);
  if (a.kind === "collection" && b.kind === "collection")
    return a.id === b.id && a.alias === b.alias;
  if (a.kind === "module" && b.kind === "module") return a.name === b.name;
  if (a.kind === "udf" && b.kind === "udf") return a.id === b.id;
  if (a.kind === "set" || a.kind === "lambda") return a === b || canonical(a) === canonical(b);
  if (a.kind === "method" || a.kind === "cursor" || a.kind === "eventSource") return a === b;
  return compareValues(a, b) === 0;
}

function nullish(cx: Context, value: Value): boolean {
  return (
    isNull(value) || (typeof value === "object" && value.kind === "doc" && isAbsent(cx, value))
  );
}
