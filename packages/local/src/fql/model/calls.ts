import type { Arity } from "./arity";
import type { Context } from "./context";
import type { Expr } from "../ast";
import type { Env, LambdaValue, Value } from "../values/value";
import { nameOfType } from "./type-of";

// The standard library and the model call back into the evaluator, which is built on them: through the context.

/** Evaluates an expression with the variables of `env`. */
export function evaluate(cx: Context, expr: Expr, env: Env | null): Value {
  return cx.interpreter.evaluate(cx, expr, env);
}

/** The body of a lambda. Values know of it only that it is code. */
export const bodyOf = (fn: LambdaValue): Expr => fn.body as Expr;

/** Calls a lambda with as many arguments as it takes. */
export function applyLambda(cx: Context, fn: LambdaValue, args: readonly Value[]): Value {
  return cx.interpreter.applyLambda(cx, fn, args);
}

/** Calls any value that can be called: a function, a collection, a module such as `Time`. */
export function callValue(cx: Context, value: Value, args: readonly Value[]): Value {
  return cx.interpreter.call(cx, value, args);
}

/** How many arguments a value takes when it is called; null for what is no function. */
export function arityOf(cx: Context, value: Value): Arity | null {
  return cx.interpreter.arityOf(cx, value);
}

/** Calls a predicate over elements; null counts as false only if `nullIsFalse`. */
export function test(cx: Context, predicate: Value, element: Value, nullIsFalse: boolean): boolean {
  const result = callValue(cx, predicate, [element]);
  if (typeof result === "boolean") return result;
  if (nullIsFalse && typeof result === "object" && result.kind === "null") return false;
  throw cx.error("type_mismatch", `expected type: Boolean, received ${nameOfType(cx, result)}`);
}
