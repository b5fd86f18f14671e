import {
  DateStub,
  Document,
  DocumentReference,
  Module,
  NamedDocument,
  NamedDocumentReference,
  NullDocument,
  TimeStub,
} from "fauna";

import { type Row, rowKey } from "../cache/share";
import type { FaunaOrder, FaunaOrderField } from "./live-query-options";
import { compareIds, type RowOrder, sortable } from "./rows";

type Compare = (a: unknown, b: unknown) => number;

/** Returns an order of rows as a function. That of fields is Fauna's own. */
export function compareBy(order: FaunaOrder<never>): RowOrder {
  if (typeof order === "function") return order;
  const fields = order.map(compareByField);
  return (a, b) => firstOf(fields, (compare) => compare(a, b));
}

/** The first result that is not 0. */
function firstOf<T>(all: readonly T[], compare: (one: T, index: number) => number): number {
  let sign = 0;
  all.some((one, index) => (sign = compare(one, index)) !== 0);
  return sign;
}

function compareByField(of: FaunaOrderField): Compare {
  const [field, direction] = typeof of === "string" ? [of] : of;
  const sign = direction === "desc" ? -1 : 1;
  // A text here, but not in Fauna.
  if (field === "id") return (a, b) => sign * compareIds(a, b);
  const path = field.split(".");
  return (a, b) => {
    const [x, y] = [valueIn(a, path), valueIn(b, path)];
    // Rows that were made of documents may be in the order of a field that they lack.
    return x === undefined && y === undefined ? NaN : sign * compareValues(x, y);
  };
}

/** Of a type that compares with nothing. */
const UNKNOWN = Symbol();

/** Returns a field of a row: null if a whole document lacks it, undefined if what was made of one does. */
function valueIn(row: unknown, path: readonly string[]): unknown {
  let value = row;
  for (const name of path) {
    if (value === null) return null;
    // What a reference leads to is not here.
    if (!(value instanceof Document) && typeOf(value) !== Object) return UNKNOWN;
    value = Object.getOwnPropertyDescriptor(value, name)?.value as unknown;
    if (value === undefined) return row instanceof Document ? null : undefined;
  }
  return value;
}

type Kind = readonly [types: readonly unknown[], compare: Compare];

/** The types of values, and what compares values of one of them. Any value comes before those of later types. */
const KINDS: readonly Kind[] = [
  [["number", "bigint"], compareNumbers],
  [[Uint8Array], compareLists],
  [["string"], compareTexts],
  [[Array], compareLists],
  [[Object], compareObjects],
  [
    [Document, DocumentReference, NamedDocument, NamedDocumentReference, NullDocument, Module],
    compareReferences,
  ],
  [[TimeStub], (a, b) => compareTexts(sortable(a as TimeStub), sortable(b as TimeStub))],
  [[DateStub], (a, b) => compareTexts((a as DateStub).dateString, (b as DateStub).dateString)],
  [["boolean"], (a, b) => Number(a) - Number(b)],
  [["undefined"], () => 0],
];

function typeOf(value: unknown): unknown {
  if (value === null || typeof value !== "object") return typeof (value ?? undefined);
  return (Object.getPrototypeOf(value) as { constructor: unknown } | null)?.constructor;
}

/**
 * Compares two values as Fauna's `order` and its indexes do. NaN where that cannot be known here, as of documents
 * of different collections.
 */
export function compareValues(a: unknown, b: unknown): number {
  const [kind, other] = [a, b].map((value) => {
    const type = typeOf(value);
    return KINDS.findIndex(([types]) => types.includes(type));
  }) as [number, number];
  if (kind < 0 || other < 0) return NaN;
  const [, compare] = KINDS[kind] as Kind;
  return kind - other || compare(a, b);
}

function compareNumbers(a: unknown, b: unknown): number {
  const [x, y] = [a, b] as [number, number];
  // What is not a number comes last.
  return Number.isNaN(x) || Number.isNaN(y)
    ? Number(Number.isNaN(x)) - Number(Number.isNaN(y))
    : Number(x > y) - Number(x < y);
}

/** By code points. Those beyond 16 bits are two units here, each less than the last ones of 16 bits. */
function compareTexts(a: unknown, b: unknown): number {
  const [x, y] = [a, b] as [string, string];
  let index = 0;
  while (index < x.length && x[index] === y[index]) index++;
  const pointAt = (text: string): number => {
    const unit = text.charCodeAt(index);
    return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
  };
  return index < x.length && index < y.length ? pointAt(x) - pointAt(y) : x.length - y.length;
}

function compareLists(a: unknown, b: unknown): number {
  const [x, y] = [[...(a as unknown[])], [...(b as unknown[])]];
  const common = x.slice(0, y.length);
  const sign = firstOf(common, (one, index) => compareValues(one, y[index]));
  return sign === 0 ? x.length - y.length : sign;
}

/** By the names of their fields, each followed by its value. */
function compareObjects(a: unknown, b: unknown): number {
  const [x, y] = [a, b].map((value) =>
    Object.entries(value as object)
      .sort(([one], [other]) => compareTexts(one, other))
      .flatMap((entry): unknown[] => entry),
  );
  return compareLists(x, y);
}

function compareReferences(a: unknown, b: unknown): number {
  if (rowKey(a as Row) === rowKey(b as Row)) return 0;
  const [x, y] = [a, b].map((value) => (value instanceof NullDocument ? value.ref : value) as Row);
  const isKnown = x?.id !== undefined && x.coll?.name === y?.coll?.name;
  return isKnown ? compareIds(x, y) : NaN;
}
