import type { Expr, Name } from "../ast";
import type { Remark } from "../summary";
import {
  array,
  bind,
  isNull,
  literalNull,
  lookup,
  object,
  type Env,
  type LambdaValue,
  type Value,
} from "../values/value";
import { display } from "../model/display";
import { globalValue } from "../model/globals";
import { isAbsent } from "../model/read";
import { isa } from "../stdlib/isa";
import type { Context } from "../model/context";
import { evaluateChain } from "./chain";
import { nameOfType } from "../model/type-of";
import { invoke } from "./invoke";
import { project } from "./project";
import { operatorOf } from "./tables";
import { THIS } from "../model/this";

/** Evaluates an expression with the variables of `env`. */
export function evaluate(cx: Context, expr: Expr, env: Env | null): Value {
  cx.step();
  switch (expr.kind) {
    case "value":
      return expr.value;
    case "null":
      return literalNull(expr.span);
    case "template":
      return expr.parts
        .map((part) => (typeof part === "string" ? part : display(cx, evaluate(cx, part, env))))
        .join("");
    case "id":
      return variable(cx, expr.name, expr, env);
    case "this":
      return variable(cx, THIS, expr, env);
    case "array":
      return array(expr.items.map((item) => evaluate(cx, item, env)));
    case "tuple":
      return expr.items.length === 1
        ? evaluate(cx, expr.items[0]!, env)
        : array(expr.items.map((item) => evaluate(cx, item, env)));
    case "object":
      return object(
        expr.fields.map(({ name, value }): [string, Value] => [
          name.text,
          evaluate(cx, value, env),
        ]),
      );
    case "block":
      return block(cx, expr, env);
    case "if":
      return condition(cx, expr, env);
    case "at":
      return at(cx, expr, env);
    case "lambda":
      return lambda(expr, env);
    case "shortLambda":
      return { kind: "lambda", params: [THIS], body: expr.body, env: env! };
    case "chain":
      return evaluateChain(cx, expr, env);
    case "unary":
      return operate(cx, evaluate(cx, expr.operand, env), expr.operator, [], expr, env);
    case "binary":
      return binary(cx, expr, env);
    case "project":
      return project(cx, () => evaluate(cx, expr.base, env), expr, env);
  }
}

function variable(cx: Context, name: string, expr: Expr, env: Env | null): Value {
  const value = lookup(env, name) ?? globalValue(cx, name);
  if (value === undefined)
    throw cx.errorAt(expr.span, "unbound_variable", `Unbound variable \`${name}\``);
  return value;
}

function block(cx: Context, expr: Extract<Expr, { kind: "block" }>, outer: Env | null): Value {
  let env = outer;
  let last: Value = literalNull(expr.span);
  for (const statement of expr.body) {
    last = evaluate(cx, statement.value, env);
    if (statement.kind === "let") env = bind(env, statement.name.text, last);
  }
  return last;
}

function lambda(expr: Extract<Expr, { kind: "lambda" }>, env: Env | null): LambdaValue {
  const params = expr.params.map((param) => param?.text ?? null);
  const base = { kind: "lambda", params, body: expr.body, env: env! } as const;
  return expr.rest === undefined ? base : { ...base, rest: expr.rest?.text ?? null };
}

/** The boolean that an expression must be. */
function boolean(cx: Context, expr: Expr, env: Env | null): boolean {
  const value = evaluate(cx, expr, env);
  if (typeof value === "boolean") return value;
  throw cx.errorAt(
    expr.span,
    "type_mismatch",
    `expected type: Boolean, received ${nameOfType(cx, value)}`,
  );
}

function condition(cx: Context, expr: Extract<Expr, { kind: "if" }>, env: Env | null): Value {
  if (boolean(cx, expr.test, env)) return evaluate(cx, expr.then, env);
  return expr.otherwise ? evaluate(cx, expr.otherwise, env) : literalNull(expr.span);
}

function at(cx: Context, expr: Extract<Expr, { kind: "at" }>, env: Env | null): Value {
  const time = evaluate(cx, expr.time, env);
  if (typeof time === "object" && time.kind === "transactionTime") return atNow(cx, expr.body, env);
  if (typeof time !== "object" || time.kind !== "time") {
    throw cx.errorAt(
      expr.time.span,
      "type_mismatch",
      `expected type: Time, received ${nameOfType(cx, time)}`,
    );
  }
  const ts = Number(time.nanos / 1000n);
  if (ts > cx.tx.ts)
    throw cx.errorAt(
      expr.time.span,
      "invalid_argument",
      "invalid argument `at_time`: cannot evaluate `at` in the future",
    );
  if (ts === cx.tx.ts) return atNow(cx, expr.body, env);
  return cx.withReadTime({ ts, by: "at" }, () => evaluate(cx, expr.body, env));
}

/** The time of the query itself is no past: rights are those of the present, also inside of another `at`. */
function atNow(cx: Context, body: Expr, env: Env | null): Value {
  const readTime = cx.readTime?.by === "at" ? null : cx.readTime;
  return cx.withReadTime(readTime, () => evaluate(cx, body, env));
}

function binary(cx: Context, expr: Extract<Expr, { kind: "binary" }>, env: Env | null): Value {
  const { left, right, operator } = expr;
  if (operator.text === "&&") return boolean(cx, left, env) && boolean(cx, right, env);
  if (operator.text === "||") return boolean(cx, left, env) || boolean(cx, right, env);
  const value = evaluate(cx, left, env);
  if (operator.text === "??") {
    const missing =
      isNull(value) || (typeof value === "object" && value.kind === "doc" && isAbsent(cx, value));
    return missing ? evaluate(cx, right, env) : value;
  }
  if (operator.text === "isa") return isa(cx, value, evaluate(cx, right, env), right.span);
  return operate(cx, value, operator, [right], right, env);
}

/** Calls an operator of a value; errors point at the right operand. */
function operate(
  cx: Context,
  value: Value,
  operator: Name,
  args: readonly Expr[],
  place: Expr,
  env: Env | null,
): Value {
  const found = operatorOf(value, operator.text);
  if (!found) {
    const hint: Remark[] = isNull(value)
      ? [{ label: "hint", message: "Null value created here", span: value.cause.span }]
      : [];
    const message = `The function \`${operator.text}\` does not exist on \`${nameOfType(cx, value)}\``;
    throw cx.errorAt(operator.span, "invalid_function_invocation", message, { remarks: hint });
  }
  const values = args.map((arg) => evaluate(cx, arg, env));
  return cx.within(place.span, () => invoke(cx, found, value, values));
}
