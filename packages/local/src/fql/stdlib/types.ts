import type { TypeExpr } from "../ast";
import { isIdLike } from "../values/ids";
import { isInteger, isNumber, integer } from "../values/numbers";
import { kindOf, type Value, type NumberValue } from "../values/value";

/** What a parameter takes. */
export interface ParamType {
  /** As errors show it. */
  readonly shown: string;
  readonly accepts: (value: Value) => boolean;
  /** The value as the function gets it, where that differs. */
  readonly cast?: (value: Value) => Value;
  /** How many arguments a function must take. */
  readonly arity?: number;
  /** The function in a value that holds one. */
  readonly functionIn?: (value: Value) => Value;
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
/** Any number that is an int is one, however it is written. */
export function fitsInt(value: Value): value is NumberValue {
  if (!isNumber(value)) return false;
  const whole = isInteger(value) || Number.isInteger(value.value);
  return whole && integer(value.value).kind === "int";
}
/** The function that elements are ordered by, alone or as `asc(…)` and `desc(…)` make it. */
function accessorIn(value: Value): Value {
  if (typeof value !== "object" || value.kind !== "object" || value.fields.size !== 1) return value;
  return value.fields.get("asc") ?? value.fields.get("desc") ?? value;
}

const ANY: ParamType = { shown: "Any", accepts: () => true };

/** What the names in signatures take; see `types/signatures.ts`. */
const PARAM_TYPES: ReadonlyMap<string, ParamType> = new Map<string, ParamType>([
  [
    "Int",
    { shown: "Int", accepts: fitsInt, cast: (value) => integer((value as NumberValue).value) },
  ],
  ["Number", { shown: "Number", accepts: isNumber }],
  ["String", ofKind("String", "string")],
  ["Boolean", ofKind("Boolean", "boolean")],
  ["Null", ofKind("Null", "null")],
  ["Array", ofKind("Array<Any>", "array")],
  ["Set", ofKind("Set<Any>", "set")],
  ["SetCursor", ofKind("SetCursor", "cursor")],
  ["Data", ofKind("{ *: Any }", "object")],
  ["Object", ofKind("{ *: Any }", "object", "doc", "module", "collection")],
  ["AnyObject", ofKind("{ *: Any }", "object", "doc", "module", "collection")],
  ["Struct", ofKind("{ *: Any }", "object")],
  ["Time", ofKind("Time", "time")],
  ["Date", ofKind("Date", "date")],
  ["ID", { shown: "ID", accepts: isIdLike }],
  ["Doc", ofKind("Doc", "doc")],
  ["Predicate", fn(1)],
  [
    "Ordering",
    {
      shown: "Function",
      accepts: (value) => isFunction(accessorIn(value)),
      arity: 1,
      functionIn: accessorIn,
    },
  ],
  ["Range", ANY],
  ["Shown", ANY],
]);

function either(types: readonly ParamType[]): ParamType {
  return {
    shown: types.map(({ shown }) => shown).join(" | "),
    accepts: (value) => types.some((type) => type.accepts(value)),
  };
}

/** A value or none is of that type; which one of several others a value is, is for the function to say. */
function unionType(members: readonly TypeExpr[]): ParamType {
  const isOptional = members.some((type) => type.kind === "named" && type.name.text === "Null");
  return isOptional ? either(members.map(paramType)) : ANY;
}

/** What a parameter of a signature takes; one whose type is a letter takes anything. */
export function paramType(expr: TypeExpr): ParamType {
  if (expr.kind === "function") return fn(expr.params.length);
  if (expr.kind === "union") return unionType(expr.members);
  if (expr.kind !== "named" || expr.name.text.length === 1) return ANY;
  const found = PARAM_TYPES.get(expr.name.text);
  if (!found) throw new Error(`No parameter can be of the type ${expr.name.text}.`);
  return found;
}
