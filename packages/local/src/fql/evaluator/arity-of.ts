import type { Value } from "../values/value";
import type { Arity } from "../model/arity";
import type { Context } from "../model/context";
import type { Method } from "../stdlib/method";
import { methodOf } from "./tables";
import { userFunction } from "../model/functions";
import { parameterCount } from "../model/queries";

/** How many arguments a method takes. */
export function methodArity({ rest, overloads }: Method): Arity {
  return rest
    ? { min: 0, rest: true, counts: [] }
    : { min: 0, rest: false, counts: overloads.map(({ params }) => params.length) };
}

/** How many arguments a value takes when it is called; null for what is no function. */
export function arityOf(cx: Context, value: Value): Arity | null {
  if (typeof value !== "object") return null;
  if (value.kind === "lambda") {
    const { length } = value.params;
    return value.rest === undefined
      ? { min: length, rest: false, counts: [length] }
      : { min: length, rest: true, counts: [] };
  }
  if (value.kind === "query") return { min: 0, rest: false, counts: [parameterCount(value)] };
  if (value.kind === "udf") return arityOf(cx, userFunction(cx, value).lambda);
  if (value.kind === "method") {
    const method = methodOf(cx, value.receiver, value.name);
    return method ? methodArity(method) : null;
  }
  return null;
}
