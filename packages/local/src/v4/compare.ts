import { collate } from "../fql/values/collation";
import { compareBytes, compareStrings } from "../fql/values/order";
import type { Expression } from "./expressions";
import {
  isArray,
  isObject,
  isTagged,
  Lambda,
  Page,
  Ref,
  SetRef,
  TransactionTime,
  type V4Value,
} from "./values";

/** What `equals` says: integers and doubles of the same size are equal, though not within other values. */
export function equals(a: V4Value, b: V4Value): boolean {
  if (isNumeric(a) && isNumeric(b)) return Object.is(Number(a), Number(b)) && !isOtherLong(a, b);
  return isSame(a, b);
}

/** Integers of which a double would not tell that they differ. */
function isOtherLong(a: V4Value, b: V4Value): boolean {
  return typeof a === "bigint" && typeof b === "bigint" && a !== b;
}

/** Whether two values are the same, as elements of arrays are: an integer and a double never. */
export function isSame(a: V4Value, b: V4Value): boolean {
  if (isNumeric(a) && isNumeric(b)) return a === b;
  if (isArray(a) && isArray(b))
    return a.length === b.length && a.every((item, i) => isSame(item, b[i]!));
  if (isObject(a) && isObject(b))
    return (
      a.size === b.size && [...a].every(([key, item]) => b.has(key) && isSame(item, b.get(key)!))
    );
  if (a instanceof Page && b instanceof Page) return isSame(a.toObject(), b.toObject());
  return rank(a) === rank(b) && compare(a, b) === 0;
}

export type RefOrder = (a: Ref, b: Ref) => number;

/**
 * The order of all values across types: numbers, bytes, strings, arrays, objects, references, sets, times, dates … `refs`
 * is that of references, by name where nobody knows the documents.
 */
export function compare(a: V4Value, b: V4Value, refs: RefOrder = compareRefs): number {
  const difference = rank(a) - rank(b);
  if (difference !== 0) return difference;
  if (isNumeric(a) && isNumeric(b)) return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "string" && typeof b === "string") return collate(a, b);
  if (typeof a === "boolean") return Number(a) - Number(b);
  if (isArray(a) && isArray(b)) return compareLists(a, b, refs);
  if (isObject(a) && isObject(b)) return compareLists(sorted(a), sorted(b), refs);
  return compareRest(a, b, refs);
}

function compareRest(a: V4Value, b: V4Value, refs: RefOrder): number {
  if (a instanceof Ref && b instanceof Ref) return refs(a, b);
  if (a instanceof SetRef && b instanceof SetRef) return compareSets(a, b);
  if (a instanceof Lambda && b instanceof Lambda) return Number(!isSameLambda(a, b));
  if (a instanceof Page && b instanceof Page) return compare(a.toObject(), b.toObject(), refs);
  if (isTagged(a, "time") && isTagged(b, "time")) return Number(a.nanos - b.nanos);
  if (isTagged(a, "date") && isTagged(b, "date")) return a.day - b.day;
  if (isTagged(a, "bytes") && isTagged(b, "bytes")) return compareBytes(a.base64, b.base64);
  if (isTagged(a, "uuid") && isTagged(b, "uuid")) return compareStrings(a.text, b.text);
  return 0;
}

/** Sets are the same if they are made alike. */
function compareSets(a: SetRef, b: SetRef): number {
  if (!a.view || !b.view)
    return compareRefs(a.collection, b.collection) || Number(a.view !== b.view);
  const [x, y] = [a.view, b.view].map(({ shown }) => new Map(Object.entries(shown)));
  return a.view === b.view ? 0 : compare(x!, y!);
}

/** Two lambdas are the same if they are written alike; calls in them are never the same as others. */
function isSameLambda(a: Lambda, b: Lambda): boolean {
  if (a === b) return true;
  const text = ({ expression: { source } }: Lambda): string => JSON.stringify(source);
  return isPlain(a.expression.body) && text(a) === text(b);
}

function isPlain(expression: Expression): boolean {
  switch (expression.kind) {
    case "literal":
    case "var":
      return true;
    case "array":
      return expression.items.every(isPlain);
    case "object":
      return expression.fields.every(([, value]) => isPlain(value));
    default:
      return false;
  }
}

/** Documents by their number, named things by their name. */
export function compareRefs(a: Ref, b: Ref): number {
  const byNumber = /^\d+$/.test(a.id) && /^\d+$/.test(b.id) ? BigInt(a.id) - BigInt(b.id) : 0n;
  if (byNumber) return byNumber < 0n ? -1 : 1;
  const outer = a.collection && b.collection ? compareRefs(a.collection, b.collection) : 0;
  if (outer !== 0) return outer;
  const [here, there] = [a.database, b.database];
  const between = here && there ? compareRefs(here, there) : Number(!!here) - Number(!!there);
  if (between !== 0) return between;
  return compareStrings(a.id, b.id);
}

function isNumeric(value: V4Value): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function compareLists(a: readonly V4Value[], b: readonly V4Value[], refs: RefOrder): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compare(a[i] ?? null, b[i] ?? null, refs);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function sorted(value: ReadonlyMap<string, V4Value>): V4Value[] {
  return [...value].sort(([a], [b]) => compareStrings(a, b)).map(([key, item]) => [key, item]);
}

function rank(value: V4Value): number {
  if (value === null) return 12;
  if (isNumeric(value)) return 1;
  if (typeof value === "string") return 3;
  if (typeof value === "boolean") return 11;
  if (isArray(value)) return 4;
  if (isTagged(value, "bytes")) return 2;
  if (value instanceof Ref) return 6;
  if (value instanceof SetRef) return 5.5;
  if (isTagged(value, "time")) return 8;
  if (isTagged(value, "date")) return 9;
  if (isTagged(value, "uuid")) return 9.5;
  if (value instanceof Lambda) return 10;
  if (value instanceof TransactionTime) return 14;
  return value instanceof Page ? 13 : 5;
}
