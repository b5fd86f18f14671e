import type { Method, Overload, Param } from "../stdlib/method";
import type { Value } from "../values/value";
import type { Context } from "../model/context";
import { acceptsCount, describeArity, type Arity } from "../model/arity";
import { arityOf, methodArity } from "./arity-of";
import { nameOfType } from "../model/type-of";

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

function checkArgument(cx: Context, param: Param, value: Value, index = ""): void {
  if (!param.type.accepts(value)) {
    throw cx.error(
      "invalid_argument",
      `expected value for \`${param.name}${index}\` of type ${param.type.shown}, received ${nameOfType(cx, value)}`,
    );
  }
  checkFunction(cx, param, value, index);
}

/** The way to call a method that takes these arguments. */
function overloadFor(cx: Context, method: Method, args: readonly Value[]): Overload {
  const { overloads } = method;
  const fitting = overloads.filter(({ params }) => params.length === args.length);
  if (!fitting.length) throw arityError(cx, methodArity(method), args.length);
  // The error of the only way says which argument is wrong.
  if (overloads.length === 1) return fitting[0]!;
  const chosen = fitting.find(({ params }) =>
    params.every((param, i) => param.type.accepts(args[i]!)),
  );
  if (!chosen) throw noOverload(cx, method, fitting, args);
  return chosen;
}

function noOverload(
  cx: Context,
  method: Method,
  fitting: readonly Overload[],
  args: readonly Value[],
): Error {
  const wanted = fitting.map(
    ({ params }) => `(${params.map((param) => param.type.shown).join(", ")})`,
  );
  const given = `(${args.map((arg) => nameOfType(cx, arg)).join(", ")})`;
  return cx.error(
    "invalid_argument",
    `expected arguments to \`${method.name || "apply"}\` of type ${wanted.join(" | ")}, received ${given}`,
  );
}

/** The arguments as an overload takes them; the error, which may call them by an index, is at the innermost call. */
export function checkedArguments(
  cx: Context,
  { params }: Overload,
  args: readonly Value[],
  index = "",
): readonly Value[] {
  for (const [i, param] of params.entries()) checkArgument(cx, param, args[i]!, index);
  return params.some(({ type }) => type.cast)
    ? args.map((arg, i) => params[i]!.type.cast?.(arg) ?? arg)
    : args;
}

/** Calls a built-in method. The caller has made the call the innermost frame. */
export function invoke(cx: Context, method: Method, self: Value, args: readonly Value[]): Value {
  const { rest } = method;
  const chosen = rest ? method.overloads[0]! : overloadFor(cx, method, args);
  if (rest) for (const [i, arg] of args.entries()) checkArgument(cx, rest, arg, String(i));
  const checked = rest ? args : checkedArguments(cx, chosen, args);
  cx.compute();
  return chosen.run(cx, self, ...checked);
}
