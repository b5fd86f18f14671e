import type { Value } from "../values/value";
import { methodOf } from "./tables";
import type { Context } from "./context";
import { userFunction } from "../model/functions";

/** How many arguments a function takes: some exact counts, or at least `min`. */
export interface Arity {
  readonly min: number;
  readonly rest: boolean;
  readonly counts: readonly number[];
}

export function arityOf(cx: Context, value: Value): Arity | null {
  if (typeof value !== "object") return null;
  if (value.kind === "lambda") {
    const { length } = value.params;
    return value.rest === undefined
      ? { min: length, rest: false, counts: [length] }
      : { min: length, rest: true, counts: [] };
  }
  if (value.kind === "udf") return arityOf(cx, userFunction(cx, value).lambda);
  if (value.kind === "method") {
    const method = methodOf(cx, value.receiver, value.name);
    if (!method) return null;
    return method.rest
      ? { min: 0, rest: true, counts: [] }
      : { min: 0, rest: false, counts: method.signatures.map((params) => params.length) };
  }
  return null;
}

export function acceptsCount(arity: Arity, count: number): boolean {
  return arity.rest ? count >= arity.min : arity.counts.includes(count);
}

/** `exactly 2 arguments`, `no arguments`, `1 or 2 arguments`, `at least 1 argument`. */
export function describeArity(arity: Arity, noun: string): string {
  const plural = (count: number): string => (count === 1 ? noun : `${noun}s`);
  if (arity.rest)
    return arity.min ? `at least ${arity.min} ${plural(arity.min)}` : `any number of ${noun}s`;
  const counts = [...new Set(arity.counts)].sort((a, b) => a - b);
  if (counts.length === 1)
    return counts[0] ? `exactly ${counts[0]} ${plural(counts[0])}` : `no ${noun}s`;
  const last = counts.pop()!;
  return `${counts.join(", ")} or ${last} ${noun}s`;
}
