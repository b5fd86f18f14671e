import type { Method, Param } from "../stdlib/method";
import type { Value } from "../values/value";
import type { Context } from "./context";
import { acceptsCount, describeArity, type Arity } from "../model/arity";
import { arityOf } from "./arity-of";
import { nameOfType } from "../model/type-of";

function methodArity(method: Method): Arity {
  return method.rest
    ? { min: 0, rest: true, counts: [] }
    : { min: 0, rest: false, counts: method.signatures.map((params) => params.length) };
}

/** The error for a wrong number of arguments at the innermost call. */
export function arityError(cx: Context, arity: Arity, given: number): Error {
  const provided = given === 1 ? "was" : "were";
  return cx.error(
    "invalid_function_invocation",
    `callee function expects ${describeArity(arity, "argument")}, but ${given} ${provided} provided.`,
  );
}

function checkFunction(cx: Context, param: Param, value: Value, index: string): void {
  const wanted = param.type.arity;
  const arity = wanted === undefined ? null : arityOf(cx, param.type.functionIn?.(value) ?? value);
  if (wanted === undefined || !arity || acceptsCount(arity, wanted)) return;
  const plural = wanted === 1 ? "" : "s";
  const message = `\`${param.given}${index}\` should accept ${wanted} parameter${plural}, provided function requires ${describeArity(arity, "parameter")}.`;
  throw cx.error("invalid_argument", message);
}

function checkOne(cx: Context, param: Param, value: Value, index = ""): void {
  if (!param.type.accepts(value)) {
    throw cx.error(
      "invalid_argument",
      `expected value for \`${param.name}${index}\` of type ${param.type.shown}, received ${nameOfType(cx, value)}`,
    );
  }
  checkFunction(cx, param, value, index);
}

/** Checks arguments against a method's signatures, and casts them; the error is at the innermost call. */
function checkedArguments(cx: Context, method: Method, args: readonly Value[]): readonly Value[] {
  const { rest } = method;
  if (rest) {
    for (const [i, arg] of args.entries()) checkOne(cx, rest, arg, String(i));
    return args;
  }
  const fitting = method.signatures.filter((params) => params.length === args.length);
  if (!fitting.length) throw arityError(cx, methodArity(method), args.length);
  const chosen =
    method.signatures.length === 1
      ? fitting[0]!
      : fitting.find((params) => params.every((param, i) => param.type.accepts(args[i]!)));
  if (!chosen) throw noSignature(cx, method, fitting, args);
  for (const [i, param] of chosen.entries()) checkOne(cx, param, args[i]!);
  return chosen.some(({ type }) => type.cast)
    ? args.map((arg, i) => chosen[i]!.type.cast?.(arg) ?? arg)
    : args;
}

function noSignature(
  cx: Context,
  method: Method,
  fitting: Method["signatures"],
  args: readonly Value[],
): Error {
  const wanted = fitting.map((params) => `(${params.map((param) => param.type.shown).join(", ")})`);
  const given = `(${args.map((arg) => nameOfType(cx, arg)).join(", ")})`;
  return cx.error(
    "invalid_argument",
    `expected arguments to \`${method.name || "apply"}\` of type ${wanted.join(" | ")}, received ${given}`,
  );
}

/** Calls a built-in method. The caller has made the call the innermost frame. */
export function invoke(cx: Context, method: Method, self: Value, args: readonly Value[]): Value {
  const checked = checkedArguments(cx, method, args);
  cx.compute();
  return method.run(cx, self, ...checked);
}
