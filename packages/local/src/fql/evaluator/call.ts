import type { Value } from "../values/value";
import { apply } from "./apply";
import type { Context } from "../model/context";
import { nameOfType } from "../model/type-of";
import { invoke } from "./invoke";
import { callableOf } from "./tables";

/** Calls any value that can be called: a function, a collection, a module such as `Time`. */
export function callValue(cx: Context, value: Value, args: readonly Value[]): Value {
  if (
    typeof value === "object" &&
    (value.kind === "lambda" || value.kind === "udf" || value.kind === "method")
  ) {
    return apply(cx, value, args);
  }
  const method = callableOf(value);
  if (!method)
    throw cx.error("type_mismatch", `expected type: Function, received ${nameOfType(cx, value)}`);
  return invoke(cx, method, value, args);
}

export { test } from "../model/calls";
