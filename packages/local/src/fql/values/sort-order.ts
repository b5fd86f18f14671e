import { compareBytes } from "./order";
import { compareNumbers, isNumber } from "./numbers";
import { kindOf, type DocValue, type Kind, type Value } from "./value";

/** How kinds follow each other in what `order` and `distinct` sort; indexes have an order of their own. */
const KINDS: readonly (readonly Kind[])[] = [
  ["int", "long", "double"],
  ["bytes"],
  ["string"],
  ["array"],
  ["object"],
  ["id"],
  ["doc"],
  ["time"],
  ["transactionTime"],
  ["date"],
  ["uuid"],
  ["boolean"],
  ["module", "collection"],
  ["set"],
  ["cursor"],
  ["lambda", "query"],
  ["method", "udf"],
  ["eventSource"],
  ["null"],
];
const RANKS = new Map(KINDS.flatMap((kinds, rank) => kinds.map((kind) => [kind, rank] as const)));

/** As Java compares strings, by their UTF-16 units; indexes compare their bytes. */
export function compareUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareLists<T>(
  a: readonly T[],
  b: readonly T[],
  compare: (a: T, b: T) => number,
): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compare(a[i]!, b[i]!);
    if (order) return order;
  }
  return a.length - b.length;
}

function compareDocs(a: DocValue, b: DocValue): number {
  const byName = a.name !== undefined && b.name !== undefined ? compareUnits(a.name, b.name) : 0;
  return a.coll - b.coll || byName || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** As Java compares them, by their two halves, each with a sign. */
function compareUuids(a: string, b: string): number {
  const [x, y] = [a, b].map((text) => [...text.replaceAll("-", "").matchAll(/.{16}/g)].map(String));
  const half = (digits: string): bigint => BigInt.asIntN(64, BigInt(`0x${digits}`));
  return compareLists(x!, y!, (p, q) => Number(half(p) > half(q)) - Number(half(p) < half(q)));
}

/** Which of two values `order` puts in front. Where it says neither, they stay as they were. */
export function compareInOrder(a: Value, b: Value): number {
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b);
  if (typeof a === "string" && typeof b === "string") return compareUnits(a, b);
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  const rank = RANKS.get(kindOf(a))! - RANKS.get(kindOf(b))!;
  if (rank || typeof a !== "object" || typeof b !== "object") return rank;
  if (a.kind === "array" && b.kind === "array")
    return compareLists(a.items, b.items, compareInOrder);
  if (a.kind === "object" && b.kind === "object") {
    const [x, y] = [a, b].map(({ fields }) => [...fields].sort(([p], [q]) => compareUnits(p, q)));
    return compareLists(x!, y!, ([p, v], [q, w]) => compareUnits(p, q) || compareInOrder(v, w));
  }
  if (a.kind === "id" && b.kind === "id") return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
  if (a.kind === "doc" && b.kind === "doc") return compareDocs(a, b);
  if (a.kind === "time" && b.kind === "time")
    return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
  if (a.kind === "date" && b.kind === "date") return a.day - b.day;
  if (a.kind === "bytes" && b.kind === "bytes") return compareBytes(a.base64, b.base64);
  if (a.kind === "uuid" && b.kind === "uuid") return compareUuids(a.text, b.text);
  if (a.kind === "module" && b.kind === "module") return compareUnits(a.name, b.name);
  return 0;
}
