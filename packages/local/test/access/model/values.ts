import type { Expr } from "../../../src/fql/ast";
import type { Cx } from "./context";

/** What FQL computes with. A number is an Int or a Double, a bigint a Long: claims that are numbers are Longs. */
export type Value =
  | null
  | boolean
  | string
  | number
  | bigint
  | readonly Value[]
  | Rec
  | Doc
  | Time
  | Day
  | Rows
  | Lambda
  | Named
  | EventSource;

export type Fields = ReadonlyMap<string, Value>;

/** An object. */
export class Rec {
  constructor(readonly fields: Fields) {}
}

/** Microseconds since 1970. */
export class Time {
  constructor(readonly micros: number) {}
}

/** A date, as it is written. */
export class Day {
  constructor(readonly text: string) {}
}

export interface Version {
  readonly ts: number;
  readonly fields: Fields;
}

/** A reference: what it says is read, and whether one may read it judged, whenever it is asked. */
export class Doc {
  constructor(
    readonly coll: string,
    readonly id: string,
    readonly more: {
      readonly asOf?: number;
      readonly fixed?: Version;
      readonly deleted?: true;
    } = {},
  ) {}
}

/** A collection, a module or a function of the database by its name. */
export class Named {
  constructor(
    readonly kind: "collection" | "module" | "function",
    readonly name: string,
  ) {}
}

export interface Env {
  readonly name: string;
  readonly value: Value;
  readonly outer: Env | null;
}

export class Lambda {
  constructor(
    readonly params: readonly (string | null)[],
    readonly body: Expr,
    readonly env: Env | null,
    readonly rest = false,
  ) {}
}

/** One row of a set: its value, and its place among all rows, those that the reader does not see included. */
export interface Row {
  readonly value: Value;
  readonly place: number;
}

/** What can be followed: documents of a collection or an index, or one document, and then filters and mappers. */
export interface Followed {
  readonly coll: string;
  readonly index?: { readonly name: string; readonly terms: readonly Value[] };
  readonly single?: string;
  readonly steps: readonly { readonly kind: "where" | "map"; readonly by: Lambda }[];
}

/**
 * A set: its rows are read when they are asked for. `followed` is text where it says why it has no events. An ordered set
 * knows how it reads when it is reversed: only the order turns, and rows of equal rank stay as they were.
 */
export class Rows {
  constructor(
    readonly read: (reader: Cx) => Row[],
    readonly followed: Followed | string,
    readonly pageSize = 16,
    readonly readReversed?: (reader: Cx) => Row[],
  ) {}
}

export class EventSource {
  constructor(
    readonly followed: Followed,
    readonly watched: readonly (readonly string[])[],
    readonly ts: number,
    /** Whether `eventsOn` made it. */
    readonly onFields: boolean,
  ) {}
}

/** An error of a query. */
export class Failure extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** The field at a path like `.a.b`; null where there is none. */
export function at(fields: Fields, path: string): Value {
  const [first = "", ...rest] = path.split(".").filter(Boolean);
  const value = fields.get(first) ?? null;
  if (!rest.length) return value;
  return value instanceof Rec ? at(value.fields, rest.join(".")) : null;
}

const KINDS = ["number", "string", "boolean"];

/** Numbers before texts, and null behind all: as indexes and `order` have it. */
export function compare(a: Value, b: Value): number {
  const rank = (value: Value): number =>
    value === null ? 9 : KINDS.indexOf(typeof value === "bigint" ? "number" : typeof value);
  const key = (value: Value): number | string | boolean =>
    value instanceof Time
      ? value.micros
      : value instanceof Doc
        ? Number(value.id)
        : (value as number);
  const [x, y] = [key(a), key(b)];
  return rank(a) - rank(b) || (x < y ? -1 : x > y ? 1 : 0);
}

export function sameValue(a: Value, b: Value): boolean {
  if (a instanceof Doc) return b instanceof Doc && a.coll === b.coll && a.id === b.id;
  if (a instanceof Day) return b instanceof Day && a.text === b.text;
  if (a instanceof Time) return b instanceof Time && a.micros === b.micros;
  if (a instanceof Named) return b instanceof Named && a.name === b.name;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((x, i) => sameValue(x, b[i]));
  if (a instanceof Rec)
    return (
      b instanceof Rec &&
      a.fields.size === b.fields.size &&
      [...a.fields].every(([name, value]) => sameValue(value, b.fields.get(name) ?? null))
    );
  return isNumber(a) && isNumber(b) ? Number(a) === Number(b) : a === b;
}

export function isNumber(value: Value): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}
