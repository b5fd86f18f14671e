import type { Expr } from "../../../src/fql/ast";
import type { Cx } from "./context";
import { evaluate, isNull } from "./evaluate";
import { Doc, Failure, isNumber, Named, Time, sameValue, type Env, type Value } from "./values";

type Numbers = (a: number, b: number) => number;

const ARITHMETIC: Record<string, Numbers> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => Math.trunc(a / b),
  "%": (a, b) => a % b,
};

const ORDER: Record<string, (sign: number) => boolean> = {
  "<": (sign) => sign < 0,
  "<=": (sign) => sign <= 0,
  ">": (sign) => sign > 0,
  ">=": (sign) => sign >= 0,
};

/** Which operand decides by itself. */
const LOGIC: Record<string, boolean> = { "&&": false, "||": true };

export function binary(cx: Cx, operator: string, left: Expr, right: Expr, env: Env | null): Value {
  const a = evaluate(cx, left, env);
  if (operator in LOGIC) {
    if (typeof a !== "boolean") throw new Failure("invalid_argument", "not a boolean");
    return a === LOGIC[operator] ? a : evaluate(cx, right, env);
  }
  if (operator === "??") return isNull(cx, a) ? evaluate(cx, right, env) : a;
  const b = evaluate(cx, right, env);
  if (operator === "==") return equal(cx, a, b);
  if (operator === "!=") return !equal(cx, a, b);
  if (operator === "isa" && typeof a === "bigint") return b instanceof Named && b.name === "Long";
  if (operator === "isa") return b instanceof Named && a instanceof Doc && a.coll === b.name;
  const order = ORDER[operator];
  if (order) return comparable(a, b) && order(key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
  return calculate(operator, a, b);
}

function equal(cx: Cx, a: Value, b: Value): boolean {
  if (isNull(cx, a) || isNull(cx, b)) return isNull(cx, a) && isNull(cx, b);
  return sameValue(a, b);
}

function comparable(a: Value, b: Value): boolean {
  const kind = (value: Value): string =>
    isNumber(value) ? "number" : value instanceof Time ? "time" : typeof value;
  return a !== null && b !== null && kind(a) === kind(b);
}

function key(value: Value): string | number {
  return value instanceof Time ? value.micros : isNumber(value) ? Number(value) : String(value);
}

function calculate(operator: string, a: Value, b: Value): Value {
  if (operator === "+" && typeof a === "string") return a + String(b);
  if (!isNumber(a) || !isNumber(b)) {
    const on = a === null ? "Null" : "Any";
    const message = `The function \`${operator}\` does not exist on \`${on}\``;
    throw new Failure("invalid_function_invocation", message);
  }
  if (operator === "/" && Number(b) === 0)
    throw new Failure("divide_by_zero", "Attempted integer division by zero.");
  const known = ARITHMETIC[operator];
  if (!known) throw new Failure("unknown", `the operator ${operator}`);
  return known(Number(a), Number(b));
}
