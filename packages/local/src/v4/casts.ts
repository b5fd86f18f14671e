import { typeName } from "./type-names";
import { parseTime } from "../fql/values/times";
import type { DateValue, TimeValue } from "../fql/values/value";
import {
  each as forEach,
  invalidArgument,
  invalidExpression,
  V4Error,
  wrongType,
  WrongTypeError,
  type Position,
} from "./errors";
import type { Evaluator } from "./evaluate";
import { javaPattern, type JavaPattern } from "./java-pattern";
import {
  DocumentView,
  isArray,
  isObject,
  isTagged,
  Lambda,
  Page,
  Ref,
  SCHEMA_CLASSES,
  SetRef,
  TransactionTime,
  type V4Object,
  type V4Value,
} from "./values";

/** Turns an evaluated argument into what a function wants, or fails with the server's message. */
export interface Cast<T> {
  (value: V4Value, position: Position, evaluator: Evaluator): T;
  /** The argument may be left out. */
  readonly optional?: boolean;
  /** The argument must be written as a lambda, or may. */
  readonly lambda?: boolean | "or";
}

function cast<T>(types: readonly string[], pick: (value: V4Value) => T | undefined): Cast<T> {
  return (value, position) => {
    const picked = pick(value);
    if (picked === undefined) throw wrongType(types, typeName(value), position);
    return picked;
  };
}

const when =
  <T extends V4Value>(is: (value: V4Value) => value is T) =>
  (value: V4Value): T | undefined =>
    is(value) ? value : undefined;

export const any: Cast<V4Value> = (value) => value;
export const integer: Cast<bigint> = cast(["Integer"], (value) =>
  typeof value === "bigint" ? value : undefined,
);
export const number: Cast<bigint | number> = cast(["Number"], (value) =>
  typeof value === "bigint" || typeof value === "number" ? value : undefined,
);
export const boolean: Cast<boolean> = cast(["Boolean"], (value) =>
  typeof value === "boolean" ? value : undefined,
);
export const string: Cast<string> = cast(["String"], (value) =>
  typeof value === "string" ? value : undefined,
);
export const nothing: Cast<true> = cast(["Null"], (value) => (value === null ? true : undefined));
export const object: Cast<V4Object> = cast(["Object"], (value) =>
  isObject(value) && !(value instanceof DocumentView) ? value : undefined,
);
export const array: Cast<readonly V4Value[]> = cast(["Array"], when(isArray));
export const scalar: Cast<V4Value> = cast(["Scalar"], (value) =>
  isArray(value) || isObject(value) || value instanceof Page ? undefined : value,
);

/** A moment: a time, or microseconds since 1970. */
export const timestamp: Cast<TimeValue> = cast(["Time"], (value) => {
  if (typeof value === "bigint") return { kind: "time", nanos: value * 1000n };
  return isTagged(value, "time") ? value : undefined;
});
/** The same for reads, which may be of the time of this very transaction. */
export const readTime: Cast<TimeValue> = (value, position, evaluator) =>
  timestamp(value instanceof TransactionTime ? value.micros : value, position, evaluator);
export const temporal: Cast<TimeValue | DateValue> = cast(["Temporal"], (value) =>
  isTagged(value, "time") || isTagged(value, "date") ? value : undefined,
);

/** A lambda, written in place. */
export const lambda: Cast<Lambda> = Object.assign(
  cast(["Lambda"], (value) => (value instanceof Lambda ? value : undefined)),
  { lambda: true },
);

/** A lambda, if it is written as one, and else something. */
export function lambdaOr<T>(of: Cast<T>): Cast<T | Lambda> {
  const either: Cast<T | Lambda> = (value, position, evaluator) =>
    value instanceof Lambda ? value : of(value, position, evaluator);
  return Object.assign(either, { lambda: "or" as const });
}

/** A reference, resolved or not. */
export const unresolved: Cast<Ref | SetRef> = cast(["Ref", "Set"], (value) =>
  value instanceof Ref || value instanceof SetRef ? value : undefined,
);

function resolved(value: Ref, position: Position, evaluator: Evaluator): Ref {
  const missing = evaluator.references.undefinedPart(value);
  if (!missing) return value;
  const noun = missing.schemaClass ? SCHEMA_CLASSES[missing.schemaClass].noun : "collection";
  throw new V4Error("invalid ref", `Ref refers to undefined ${noun} '${missing.id}'`, position);
}

/** Any value that is no reference to what does not exist. */
export const resolvedIn: Cast<V4Value> = (value, position, evaluator) =>
  value instanceof Ref ? resolved(value, position, evaluator) : value;

/** A reference to something whose collection (or which itself, for schema) exists. */
export const ref: Cast<Ref> = (value, position, evaluator) => {
  if (!(value instanceof Ref)) throw wrongType(["Ref"], typeName(value), position);
  return resolved(value, position, evaluator);
};

function refTo(schemaClass: keyof typeof SCHEMA_CLASSES): Cast<Ref> {
  const { type } = SCHEMA_CLASSES[schemaClass];
  return (value, position, evaluator) => {
    const found = resolvedIn(value, position, evaluator);
    if (found instanceof Ref && (found.schemaClass === schemaClass || found.collection === null))
      return found;
    throw wrongType([type], typeName(value), position);
  };
}
export const collectionRef: Cast<Ref> = refTo("collections");
export const databaseRef: Cast<Ref> = refTo("databases");

/** What is named by a text or a reference; what is no such reference is no name at all. */
function named(schemaClass: keyof typeof SCHEMA_CLASSES): Cast<Ref> {
  const { type } = SCHEMA_CLASSES[schemaClass];
  return (value, position, evaluator) => {
    if (typeof value === "string") return Ref.to(schemaClass, value);
    if (!(value instanceof Ref)) throw wrongType(["Identifier"], typeName(value), position);
    const found = resolved(value, position, evaluator);
    if (typeName(value) !== type) throw wrongType(["Identifier"], typeName(value), position);
    return found;
  };
}
export const indexName: Cast<Ref> = named("indexes");
export const functionName: Cast<Ref> = (value, position, evaluator) =>
  resolved(named("functions")(value, position, evaluator), position, evaluator);

/** A set, or a reference; the collection of schema documents stands for the set of them. */
export const identifier: Cast<Ref | SetRef> = (value, position, evaluator) => {
  if (value instanceof SetRef) return value;
  if (!(value instanceof Ref)) throw wrongType(["Ref", "Set"], typeName(value), position);
  return value.collection === null
    ? new SetRef(value, null, true)
    : resolved(value, position, evaluator);
};

/** Something of which there is an end: no set. */
export const listed: Cast<readonly V4Value[] | Page> = (value, position) => {
  if (isArray(value) || value instanceof Page) return value;
  throw wrongType(["Array", "Page"], typeName(value), position);
};
/** The same where sets are something to go through, too, until it is found that they cannot. */
export const walked: Cast<readonly V4Value[] | Page> = (value, position, evaluator) =>
  listed(iterable(value, position, evaluator), position, evaluator);

/** Something to go through. */
export const iterable: Cast<readonly V4Value[] | Page | SetRef> = (value, position, evaluator) => {
  if (isArray(value) || value instanceof Page || value instanceof SetRef) return value;
  if (value instanceof Ref && value.collection === null) return new SetRef(value, null, true);
  if (value instanceof Ref) resolved(value, position, evaluator);
  throw wrongType(["Array, Set, or Page"], typeName(value), position);
};

/** The name of a collection, or a reference. */
export const stringOrRef: Cast<string | Ref> = (value, position, evaluator) => {
  if (typeof value === "string") return value;
  if (value instanceof Ref) return resolved(value, position, evaluator);
  throw wrongType(["Identifier"], typeName(value), position);
};

/** Where something is inside of something: `["data", 0, "name"]`. */
export const path: Cast<readonly (string | bigint)[]> = (value, position) =>
  elements(value, position).map(([item, at]) => {
    if (typeof item === "string" || typeof item === "bigint") return item;
    throw wrongType(["String", "Integer"], typeName(item), at);
  });

export const regex: Cast<JavaPattern> = (value, position, evaluator) => {
  const source = string(value, position, evaluator);
  const pattern = javaPattern(source);
  if (pattern) return pattern;
  throw invalidArgument(`Search pattern /${source}/ is not a valid regular expression.`, position);
};

/** What sets are made of, or arrays; pages are neither. */
export const setOrArray: Cast<readonly V4Value[] | SetRef> = (value, position, evaluator) => {
  const found = iterable(value, position, evaluator);
  if (found instanceof Page) throw wrongType(["Set", "Array"], "Page", position);
  return found;
};

/** One or several; a single value need not be in an array. */
export function zeroOrMore<T>(each: Cast<T>): Cast<T[]> {
  return (value, position, evaluator) =>
    forEach(elements(value, position), ([item, at]) => each(item, at, evaluator));
}

export function oneOrMore<T>(each: Cast<T>): Cast<T[]> {
  const all = zeroOrMore(each);
  return (value, position, evaluator) => {
    const found = all(value, position, evaluator);
    if (found.length === 0) throw invalidArgument("Non-empty array expected.", position);
    return found;
  };
}

export function optional<T>(of: Cast<T>): Cast<T | undefined> {
  const wrapped: Cast<T | undefined> = (value, position, evaluator) =>
    of(value, position, evaluator);
  return Object.assign(wrapped, { optional: true, ...(of.lambda ? { lambda: of.lambda } : {}) });
}

export function nullable<T>(of: Cast<T>): Cast<T | null> {
  return (value, position, evaluator) => {
    if (value === null) return null;
    try {
      return of(value, position, evaluator);
    } catch (error) {
      throw orNull(error);
    }
  };
}

/** A wrong type, where null would have been right as well. */
function orNull(error: unknown): unknown {
  if (!(error instanceof WrongTypeError)) return error;
  return wrongType([...error.expected, "Null"], error.provided, error.position);
}

function elements(value: V4Value, position: Position): [V4Value, Position][] {
  if (!isArray(value)) return [[value, position]];
  return value.map((item, i) => [item, [...position, i]]);
}

/** Reads a time that a literal holds. */
export function timeLiteral(text: unknown, position: Position): TimeValue {
  const parsed = typeof text === "string" ? parseTime(text) : null;
  if (!parsed) throw invalidExpression("Invalid time.", position);
  return parsed;
}
