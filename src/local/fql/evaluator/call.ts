import type { Value } from "../values/value";
import { apply } from "./apply";
import type { Context } from "./context";
import { invoke, nameOfType } from "./invoke";
import { callableOf } from "./tables";

/** Calls any value that can be called: a function, a collection, a module such as `Time`. */
export function callValue(cx: Context, value: Value, args: readonly Value[]): Value {
  if (
    typeof value === "object" &&
    (value.kind === "lambda" || value.kind === "udf" || value.kind === "method")
  ) {
    return apply(cx, value, args);
  }
  const method = callableOf(cx, value);
  if (!method)
    throw cx.error("type_mismatch", `expected type: Function, received ${nameOfType(cx, value)}`);
  return invoke(cx, method, value, args);
}

/** Calls a predicate over elements; null counts as false only if `nullIsFalse`. */
export function test(cx: Context, predicate: Value, element: Value, nullIsFalse: boolean): boolean {
  const result = callValue(cx, predicate, [element]);
  if (typeof result === "boolean") return result;
  if (nullIsFalse && typeof result === "object" && result.kind === "null") return false;
  throw cx.error("type_mismatch", `expected type: Boolean, received ${nameOfType(cx, result)}`);
}
