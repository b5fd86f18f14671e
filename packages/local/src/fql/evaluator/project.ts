import type { Expr } from "../ast";
import { type Env, type LambdaValue, type Value } from "../values/value";
import { absenceOf, nullFor } from "../model/read";
import { applyLambda } from "./apply";
import type { Context } from "../model/context";
import { THIS } from "../model/this";
import { invoke } from "./invoke";
import { methodOf } from "./tables";
import { CheckError } from "../errors";

type Project = Extract<Expr, { kind: "project" }>;

/** `value { a, b: .c }`: an object of it, or of each element of an array or a set; what has no fields stays as it is. */
export function project(cx: Context, base: () => Value, expr: Project, env: Env | null): Value {
  const { bindings } = expr;
  if (!bindings)
    throw new CheckError([
      { level: "error", message: "project expr not supported", span: expr.span },
    ]);
  const body: Expr = { kind: "object", fields: bindings, span: expr.span };
  const fn: LambdaValue = { kind: "lambda", params: [THIS], body, env: env! };
  const value = base();
  return cx.within(expr.span, () => projected(cx, value, fn));
}

function projected(cx: Context, value: Value, fn: LambdaValue): Value {
  if (typeof value !== "object") return value;
  if (value.kind === "doc") {
    const absence = absenceOf(cx, value);
    return absence ? nullFor(value, absence, cx.frame!.span) : applyLambda(cx, fn, [value]);
  }
  if (value.kind === "object" || value.kind === "module" || value.kind === "collection")
    return applyLambda(cx, fn, [value]);
  if (value.kind === "array" || value.kind === "set")
    return invoke(cx, methodOf(cx, value, "map")!, value, [fn]);
  return value;
}
