import { compareNumbers, isNumber } from "./numbers";
import { kindOf, type DocValue, type Kind, type ObjectValue, type Value } from "./value";

/** How kinds sort against each other in indexes and ranges. */
const RANK: Partial<Record<Kind, number>> = {
  id: 1,
  int: 1,
  long: 1,
  double: 1,
  bytes: 2,
  string: 3,
  array: 4,
  object: 5,
  collection: 6,
  doc: 6,
  time: 7,
  transactionTime: 7.5,
  date: 8,
  uuid: 8.5,
  boolean: 9,
  null: 20,
};

function rank(value: Value): number {
  return RANK[kindOf(value)] ?? 15;
}

/** By code point, as the server's UTF-8 comparison does. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a.charCodeAt(i) !== b.charCodeAt(i)) return surrogateSafe(a, i) - surrogateSafe(b, i);
  }
  return a.length - b.length;
}
function surrogateSafe(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

/** The contents of two values of bytes. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, "base64"), Buffer.from(b, "base64"));
}

type CompareTexts = (a: string, b: string) => number;

function compareLists(a: readonly Value[], b: readonly Value[], texts: CompareTexts): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareValues(a[i]!, b[i]!, texts);
    if (order) return order;
  }
  return a.length - b.length;
}

function compareObjects(a: ObjectValue, b: ObjectValue, texts: CompareTexts): number {
  const [x, y] = [a, b].map((o) => [...o.fields].sort((p, q) => compareStrings(p[0], q[0])));
  for (let i = 0; i < Math.min(x!.length, y!.length); i++) {
    const order = texts(x![i]![0], y![i]![0]) || compareValues(x![i]![1], y![i]![1], texts);
    if (order) return order;
  }
  return x!.length - y!.length;
}

function compareDocs(a: DocValue, b: DocValue): number {
  return a.coll - b.coll || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function big(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The order of all values, in which 1 and 1.0 are at the same place. */
export function compareValues(a: Value, b: Value, texts: CompareTexts = compareStrings): number {
  const difference = rank(a) - rank(b);
  if (difference) return difference;
  if (typeof a === "string") return texts(a, b as string);
  if (typeof a === "boolean") return Number(a) - Number(b);
  if (typeof b !== "object") return 0;
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b);
  if (a.kind === "id" || b.kind === "id") return big(idNumber(a), idNumber(b));
  if (a.kind === "array" && b.kind === "array") return compareLists(a.items, b.items, texts);
  if (a.kind === "object" && b.kind === "object") return compareObjects(a, b, texts);
  if (a.kind === "doc" && b.kind === "doc") return compareDocs(a, b);
  if (a.kind === "time" && b.kind === "time") return big(a.nanos, b.nanos);
  if (a.kind === "date" && b.kind === "date") return a.day - b.day;
  if (a.kind === "bytes" && b.kind === "bytes") return compareBytes(a.base64, b.base64);
  if (a.kind === "uuid" && b.kind === "uuid") return compareStrings(a.text, b.text);
  return 0;
}

function idNumber(value: Exclude<Value, boolean | string>): bigint {
  if (value.kind === "id" || value.kind === "long") return value.value;
  return value.kind === "int" || value.kind === "double" ? BigInt(Math.trunc(value.value)) : 0n;
}
