import { isInteger, isNumber, integer } from "../values/numbers";
import { isNull, kindOf, type Value, type IntValue } from "../values/value";

interface ParamType {
  /** As errors show it. */
  readonly shown: string;
  readonly accepts: (value: Value) => boolean;
  /** The value as the function gets it, where that differs. */
  readonly cast?: (value: Value) => Value;
  /** How many arguments a function must take. */
  readonly arity?: number;
}

const FUNCTIONS = new Set(["lambda", "udf", "method", "module", "collection"]);

function isFunction(value: Value): boolean {
  return FUNCTIONS.has(kindOf(value));
}
function ofKind(shown: string, ...kinds: string[]): ParamType {
  return { shown, accepts: (value) => kinds.includes(kindOf(value)) };
}
function fn(arity: number): ParamType {
  return { shown: "Function", accepts: isFunction, arity };
}
/** A long that is no larger than an int is one. */
function fitsInt(value: Value): boolean {
  return isInteger(value) && integer(value.value).kind === "int";
}
function isOrdering(value: Value): boolean {
  if (isFunction(value)) return true;
  if (typeof value !== "object" || value.kind !== "object") return false;
  const direction = value.fields.get("asc") ?? value.fields.get("desc");
  return direction !== undefined && isFunction(direction);
}

/** Whether a value can be the id of a document. */
export function isIdLike(value: Value): boolean {
  if (typeof value === "string")
    return /^-?\d{1,19}$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value);
  return (typeof value === "object" && value.kind === "id") || isInteger(value);
}

/** The number of an id given as text or number. */
export function toId(value: Value): bigint {
  return BigInt(typeof value === "string" ? value : (value as { value: bigint | number }).value);
}

/** The types that signatures use. */
export const PARAM_TYPES: ReadonlyMap<string, ParamType> = new Map<string, ParamType>([
  ["Any", { shown: "Any", accepts: () => true }],
  ["Int", { shown: "Int", accepts: fitsInt, cast: (value) => integer((value as IntValue).value) }],
  ["Long", ofKind("Long", "int", "long")],
  ["Number", { shown: "Number", accepts: isNumber }],
  ["String", ofKind("String", "string")],
  ["Boolean", ofKind("Boolean", "boolean")],
  ["Array", ofKind("Array<Any>", "array")],
  ["Set", ofKind("Set<Any>", "set")],
  ["Object", ofKind("{ *: Any }", "object", "doc")],
  ["AnyObject", ofKind("{ *: Any }", "object", "doc", "module", "collection")],
  ["Struct", ofKind("{ *: Any }", "object")],
  ["Time", ofKind("Time", "time", "transactionTime")],
  ["Date", ofKind("Date", "date")],
  ["Bytes", ofKind("Bytes", "bytes")],
  ["ID", { shown: "ID", accepts: isIdLike }],
  ["Doc", ofKind("Doc", "doc")],
  ["Cursor", ofKind("String | SetCursor", "string", "cursor")],
  ["Function0", fn(0)],
  ["Function1", fn(1)],
  ["Function2", fn(2)],
  ["Ordering", { shown: "Function", accepts: isOrdering }],
  [
    "OptionalString",
    { shown: "String | Null", accepts: (value) => typeof value === "string" || isNull(value) },
  ],
]);
