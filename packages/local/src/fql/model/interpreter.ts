import type { Expr } from "../ast";
import type { Env, LambdaValue, Value } from "../values/value";
import type { Arity } from "./arity";
import type { Context } from "./context";

/** What the layers below the evaluator need of it. */
export interface Interpreter {
  readonly evaluate: (cx: Context, expr: Expr, env: Env | null) => Value;
  readonly applyLambda: (cx: Context, fn: LambdaValue, args: readonly Value[]) => Value;
  readonly call: (cx: Context, value: Value, args: readonly Value[]) => Value;
  readonly arityOf: (cx: Context, value: Value) => Arity | null;
}
