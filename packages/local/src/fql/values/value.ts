import { NO_SPAN, type Span } from "../source";
import type { SetSource } from "./set-source";

/** Why a value is null; `!` and field accesses report it. */
export type NullCause =
  | { readonly why: "literal"; readonly span: Span }
  | {
      readonly why: "missing field";
      readonly field: string;
      readonly on: Value;
      readonly span: Span;
    }
  | { readonly why: "reason"; readonly reason: string; readonly span: Span }
  | {
      readonly why: "document";
      readonly doc: DocValue;
      readonly cause: Absence;
      readonly span: Span;
    };

/** Why a document is not there for the reader. */
export type Absence = "not found" | "deleted" | "permission denied" | "collection deleted";

export interface NullValue {
  readonly kind: "null";
  readonly cause: NullCause;
}
export interface IntValue {
  readonly kind: "int";
  readonly value: number;
}
export interface LongValue {
  readonly kind: "long";
  readonly value: bigint;
}
export interface DoubleValue {
  readonly kind: "double";
  readonly value: number;
}
export type NumberValue = IntValue | LongValue | DoubleValue;
export interface TimeValue {
  readonly kind: "time";
  /** Nanoseconds since 1970. */
  readonly nanos: bigint;
}
/** The time of the transaction under way; it becomes a time when it is over. */
export interface TransactionTimeValue {
  readonly kind: "transactionTime";
}
export interface DateValue {
  readonly kind: "date";
  /** Days since 1970-01-01. */
  readonly day: number;
}
export interface BytesValue {
  readonly kind: "bytes";
  readonly base64: string;
}
/** Only FQL v4 makes them; documents hold them for both. */
export interface UuidValue {
  readonly kind: "uuid";
  /** In lower case. */
  readonly text: string;
}
export interface IdValue {
  readonly kind: "id";
  readonly value: bigint;
}
export interface ArrayValue {
  readonly kind: "array";
  readonly items: readonly Value[];
}
export interface ObjectValue {
  readonly kind: "object";
  readonly fields: Fields;
}
export type Fields = ReadonlyMap<string, Value>;

/** A reference to a document. What it says is read when it is asked, so variables are live. */
export interface DocValue {
  readonly kind: "doc";
  readonly coll: number;
  readonly id: bigint;
  /** The name that a named document was looked up by. */
  readonly name?: string;
  /** Reads as of this time (microseconds) instead of now. */
  readonly readTs?: number;
  /** Fixed content, for predicates over versions that are not committed. */
  readonly version?: DocVersion;
  /** Answered by `delete()`. */
  readonly deleted?: boolean;
  /** Looked up by name: such a reference cannot be stored. */
  readonly lookedUp?: true;
  /** Where the reference came to be. */
  readonly span?: Span;
}
export interface SetValue {
  readonly kind: "set";
  readonly source: SetSource;
  readonly pageSize?: number;
  /** Reads as of this time (microseconds) instead of now. */
  readonly readTs?: number;
}
export interface CursorValue {
  readonly kind: "cursor";
  readonly token: string;
}
export interface EventSourceValue {
  readonly kind: "eventSource";
  readonly set: SetValue;
  /** Whether it was made by `eventsOn`/`changesOn`. */
  readonly onFields: boolean;
  /** Their field paths. */
  readonly watched: readonly (readonly string[])[];
  /** The transaction time that replay starts after. */
  readonly startTs: number;
}
/** An expression (ast.ts), which the evaluator alone can read. */
export interface Code {
  readonly kind: string;
  readonly span: Span;
}
export interface LambdaValue {
  readonly kind: "lambda";
  readonly params: readonly (string | null)[];
  /** The name that takes the remaining arguments; null for `..._`. */
  readonly rest?: string | null;
  readonly body: Code;
  readonly env: Env;
}
/** A function of FQL v4, which documents may hold, as the JSON of its lambda. */
export interface QueryValue {
  readonly kind: "query";
  readonly text: string;
}
/** A user-defined function, by the id of its document. */
export interface UserFunctionValue {
  readonly kind: "udf";
  readonly id: bigint;
  /** The name by which a query called it. */
  readonly called?: string;
}
/** A method taken from a value without being called. */
export interface BoundMethodValue {
  readonly kind: "method";
  readonly receiver: Value;
  readonly name: string;
}
export interface ModuleValue {
  readonly kind: "module";
  readonly name: string;
}
export interface CollectionValue {
  readonly kind: "collection";
  readonly id: number;
  /** The name by which a query called it, where that is not its own; a collection is another under each. */
  readonly alias?: string;
}
export type FunctionValue = LambdaValue | UserFunctionValue | BoundMethodValue;
export type Value =
  | NullValue
  | boolean
  | string
  | NumberValue
  | TimeValue
  | TransactionTimeValue
  | DateValue
  | BytesValue
  | UuidValue
  | IdValue
  | ArrayValue
  | ObjectValue
  | DocValue
  | SetValue
  | CursorValue
  | EventSourceValue
  | FunctionValue
  | QueryValue
  | ModuleValue
  | CollectionValue;

export type Kind = Exclude<Value, boolean | string>["kind"] | "boolean" | "string";

/** Variables in scope, innermost first. */
export interface Env {
  readonly name: string;
  readonly value: Value;
  readonly outer: Env | null;
}

/** One version of a document as the store keeps it. */
export interface DocVersion {
  readonly coll: number;
  readonly id: bigint;
  /** Transaction time in microseconds. */
  readonly ts: number;
  /** Nanoseconds; the document is gone from then on. */
  readonly ttl?: bigint;
  readonly data: ReadonlyMap<string, Value>;
}

export function kindOf(value: Value): Kind {
  return typeof value === "object" ? value.kind : (typeof value as "boolean" | "string");
}

export function literalNull(span: Span = NO_SPAN): NullValue {
  return { kind: "null", cause: { why: "literal", span } };
}
export function nullBecause(reason: string, span: Span): NullValue {
  return { kind: "null", cause: { why: "reason", reason, span } };
}
export const NULL: NullValue = literalNull();

export function isNull(value: Value): value is NullValue {
  return typeof value === "object" && value.kind === "null";
}
export function array(items: readonly Value[]): ArrayValue {
  return { kind: "array", items };
}
export function object(
  fields: ReadonlyMap<string, Value> | Iterable<readonly [string, Value]>,
): ObjectValue {
  return {
    kind: "object",
    fields: fields instanceof Map ? (fields as Map<string, Value>) : new Map(fields),
  };
}

/** The fields of an object, of which anything else has none. */
export function fieldsOf(value: Value | undefined): Fields {
  return typeof value === "object" && value.kind === "object" ? value.fields : NO_FIELDS;
}

/** A value made anew of what its parts become: an array of its items, an object of its fields. Others have no parts. */
export function mapParts(value: Value, become: (part: Value) => Value): Value {
  if (typeof value !== "object") return value;
  if (value.kind === "array") return array(value.items.map(become));
  if (value.kind !== "object") return value;
  return object([...value.fields].map(([name, part]): [string, Value] => [name, become(part)]));
}
const NO_FIELDS: Fields = new Map();

export function lookup(env: Env | null, name: string): Value | undefined {
  for (let at = env; at; at = at.outer) if (at.name === name) return at.value;
  return undefined;
}
export function bind(env: Env | null, name: string, value: Value): Env {
  return { name, value, outer: env };
}

/** A string as it is, and nothing for anything else: for fields that were checked when they were written. */
export function asText(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}
