import {
  type Env,
  type FunctionValue,
  type LambdaValue,
  type Value,
  array,
  bind,
} from "../values/value";
import { callUserFunction } from "../model/functions";
import { acceptsCount } from "../model/arity";
import { arityOf } from "./arity-of";
import type { Context } from "../model/context";
import { bodyOf, evaluate } from "../model/calls";
import { MAX_FRAMES, stackOverflow } from "../model/stack";
import { arityError, invoke } from "./invoke";
import { methodOf } from "./tables";

function parameters(fn: LambdaValue, args: readonly Value[]): Env | null {
  let env: Env | null = fn.env;
  for (const [i, name] of fn.params.entries()) if (name !== null) env = bind(env, name, args[i]!);
  if (fn.rest) env = bind(env, fn.rest, array(args.slice(fn.params.length)));
  return env;
}

/** Calls a lambda with as many arguments as it takes. */
export function applyLambda(cx: Context, fn: LambdaValue, args: readonly Value[]): Value {
  if ((cx.frame?.depth ?? 0) - 1 > MAX_FRAMES) throw cx.error("stack_overflow", stackOverflow());
  return evaluate(cx, bodyOf(fn), parameters(fn, args));
}

/** Calls a function value. The caller has made the call the innermost frame. */
export function apply(cx: Context, fn: FunctionValue, args: readonly Value[]): Value {
  cx.compute();
  const arity = arityOf(cx, fn);
  if (arity && !acceptsCount(arity, args.length)) throw arityError(cx, arity, args.length);
  if (fn.kind === "lambda") return applyLambda(cx, fn, args);
  if (fn.kind === "udf") return callUserFunction(cx, fn, args);
  const method = methodOf(cx, fn.receiver, fn.name);
  if (!method)
    throw cx.error("invalid_function_invocation", `The function \`${fn.name}\` does not exist`);
  return invoke(cx, method, fn.receiver, args);
}
