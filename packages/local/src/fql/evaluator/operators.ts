import type { Value } from "../values/value";
import { isNumber, compareNumbers } from "../values/numbers";
import { compareValues } from "../values/order";
import { method, methods, type Method } from "../stdlib/method";
import { equal } from "../model/equality";
import type { Context } from "./context";

function comparable(a: Value, b: Value): boolean {
  if (isNumber(a) && isNumber(b)) return true;
  if (typeof a !== "object" || typeof b !== "object") return typeof a === typeof b;
  return a.kind === b.kind;
}

function comparison(name: string, holds: (order: number) => boolean): Method {
  return method(
    `${name}(other)`,
    (_cx: Context, self: Value, [other]: [Value]) =>
      comparable(self, other) && holds(compareForOperator(self, other)),
  );
}

/** Numbers of different kinds compare by size alone here. */
function compareForOperator(a: Value, b: Value): number {
  return isNumber(a) && isNumber(b) ? compareNumbers(a, b) : compareValues(a, b);
}

/** What every value can do. */
export const COMMON_OPERATORS: ReadonlyMap<string, Method> = methods(
  method("==(other)", (cx: Context, self: Value, [other]: [Value]) => equal(cx, self, other)),
  method("!=(other)", (cx: Context, self: Value, [other]: [Value]) => !equal(cx, self, other)),
  comparison("<", (order) => order < 0),
  comparison("<=", (order) => order <= 0),
  comparison(">", (order) => order > 0),
  comparison(">=", (order) => order >= 0),
);
