import { canonical, hashed } from "../values/canonical";
import { isNumber } from "../values/numbers";
import { compareInOrder } from "../values/sort-order";
import { isNull, type Value } from "../values/value";

/** A text that is read as an id. */
function isTextOf(text: string, id: bigint): boolean {
  return /^[+-]?\d{1,19}$/.test(text) && BigInt(text.replace("+", "")) === id;
}

/**
 * Whether `includes` and `indexOf` take two values for the same. Unlike for `==`, a document that is not there is not
 * null, an id is no number, and what is no number is not even itself.
 */
export function isSame(a: Value, b: Value): boolean {
  if (isNull(a) || isNull(b)) return isNull(a) && isNull(b);
  if (isNumber(a) && isNumber(b)) return Number(a.value) === Number(b.value) && isExact(a, b);
  if (typeof a === "string" && typeof b === "object")
    return b.kind === "id" && isTextOf(a, b.value);
  if (typeof b === "string" && typeof a === "object")
    return a.kind === "id" && isTextOf(b, a.value);
  if (typeof a !== "object" || typeof b !== "object") return a === b;
  if (a.kind === "array")
    return (
      b.kind === "array" &&
      a.items.length === b.items.length &&
      a.items.every((item, i) => isSame(item, b.items[i]!))
    );
  if (a.kind === "object")
    return (
      b.kind === "object" &&
      a.fields.size === b.fields.size &&
      [...a.fields].every(
        ([name, field]) => b.fields.has(name) && isSame(field, b.fields.get(name)!),
      )
    );
  if (a.kind !== b.kind) return false;
  if (a.kind === "set" || a.kind === "lambda") return a === b || canonical(a) === canonical(b);
  if (a.kind === "collection" && b.kind === "collection")
    return a.id === b.id && a.alias === b.alias;
  if (a.kind === "udf" && b.kind === "udf") return a.id === b.id;
  if (a.kind === "method" && b.kind === "method")
    return a.name === b.name && isSame(a.receiver, b.receiver);
  if (a.kind === "cursor" || a.kind === "eventSource") return a === b;
  return compareInOrder(a, b) === 0;
}

/** Integers are compared as such, since doubles do not tell large ones apart. */
function isExact(a: Value, b: Value): boolean {
  const both = typeof a === "object" && typeof b === "object" && a.kind === "long";
  return both && b.kind === "long" ? a.value === b.value : true;
}

/**
 * Values without those that are there before; what Java hashes differently, as 1 and 1.0, is never the same. Zeros it
 * hashes alike.
 */
export function distinct(items: readonly Value[]): Value[] {
  const found = new Map<string, Value[]>();
  return items.filter((item) => {
    const hash = hashed(item);
    const alike = found.get(hash) ?? [];
    if (alike.some((each) => isSame(each, item))) return false;
    found.set(hash, [...alike, item]);
    return true;
  });
}
