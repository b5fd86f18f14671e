import { typeName } from "../type-names";
import {
  array,
  any,
  integer,
  iterable,
  lambda,
  oneOrMore,
  setOrArray,
  zeroOrMore,
  listed,
  walked,
} from "../casts";
import { isSame } from "../compare";
import { checkEffect } from "../effects";
import { elementsOf } from "../elements";
import { invalidArgument, wrongType, each } from "../errors";
import { combined, distinctSet, filtered, reversed } from "../set-views";
import { isArray, Page, SetRef, type V4Value } from "../values";
import { define, type CallSite, type V4Function } from "./define";

type Iterable = Parameters<typeof elementsOf>[0];

/** Changes what is in an array or a page; a set becomes an array. */
function through(
  source: Iterable,
  site: CallSite,
  parameter: string,
  change: (values: readonly V4Value[]) => readonly V4Value[],
): V4Value {
  const changed = change(elementsOf(source, site, parameter));
  return source instanceof Page ? source.with(changed) : changed;
}

function truth(value: V4Value, position: readonly (string | number)[]): boolean {
  if (typeof value === "boolean") return value;
  throw wrongType(["Boolean"], typeName(value), position);
}

export function distinct(values: readonly V4Value[]): V4Value[] {
  return values.filter((value, i) => values.findIndex((other) => isSame(other, value)) === i);
}

/** Takes each of `others` away from `values` once: what it met, and what is left. */
function without(
  values: readonly V4Value[],
  others: readonly V4Value[],
): { met: V4Value[]; rest: V4Value[] } {
  const left = [...others];
  const [met, rest]: [V4Value[], V4Value[]] = [[], []];
  for (const value of values) {
    const at = left.findIndex((other) => isSame(other, value));
    if (at >= 0) left.splice(at, 1);
    (at >= 0 ? met : rest).push(value);
  }
  return { met, rest };
}

/** Each value as often as it is on the side that has more of it, all at the place of the first. */
function unionOf(left: readonly V4Value[], right: readonly V4Value[]): V4Value[] {
  const count = (values: readonly V4Value[], value: V4Value): number =>
    values.filter((other) => isSame(other, value)).length;
  return distinct([...left, ...right]).flatMap((value) =>
    Array<V4Value>(Math.max(count(left, value), count(right, value))).fill(value),
  );
}

const MIXED = "Arguments cannot be of different types, expected Set or Array.";

function combining(
  name: string,
  combine: (left: readonly V4Value[], right: readonly V4Value[]) => readonly V4Value[],
  keeps: (has: readonly boolean[]) => boolean,
): V4Function {
  return define({ [name]: oneOrMore(setOrArray) }, (args, site) => {
    const parts = args[name] ?? [];
    const sets = parts.filter((part) => part instanceof SetRef);
    if (sets.length === parts.length) return combined(name, sets, keeps, site);
    if (sets.length) throw invalidArgument(MIXED, site.at(name));
    return parts.filter(isArray).reduce(combine);
  });
}

export const arrays: readonly V4Function[] = [
  define({ map: lambda, collection: walked }, ({ map, collection }, site) =>
    through(collection, site, "collection", (values) =>
      values.map((value) => site.evaluator.apply(map, value, site.at("map"))),
    ),
  ),
  define({ foreach: lambda, collection: walked }, ({ foreach, collection }, site) =>
    through(collection, site, "collection", (values) => {
      for (const value of values) site.evaluator.apply(foreach, value, site.at("foreach"));
      return values;
    }),
  ),
  define({ filter: lambda, collection: iterable }, ({ filter, collection }, site) => {
    if (collection instanceof SetRef) {
      checkEffect(filter.expression.body, "read", site.at("filter"));
      return filtered(collection, filter, site);
    }
    const values = collection instanceof Page ? collection.data : collection;
    const results = each(values, (value) => site.evaluator.apply(filter, value, site.at("filter")));
    const keeps = each(results, (result, i) => truth(result, [...site.position, i]));
    return collection instanceof Page
      ? collection.filter(keeps)
      : values.filter((_, i) => keeps[i]);
  }),
  define(
    { reduce: lambda, initial: any, collection: iterable },
    ({ reduce, initial, collection }, site) => {
      const step = (sum: V4Value, value: V4Value): V4Value =>
        site.evaluator.apply(reduce, [sum, value], site.at("reduce"));
      const result = elementsOf(collection, site, "collection").reduce(step, initial);
      return collection instanceof Page ? collection.with([result]) : result;
    },
  ),
  define({ take: integer, collection: listed }, ({ take, collection }) =>
    collection instanceof Page
      ? collection.take(Number(take))
      : collection.slice(0, Math.max(0, Number(take))),
  ),
  define({ drop: integer, collection: listed }, ({ drop, collection }) =>
    collection instanceof Page
      ? collection.drop(Number(drop))
      : collection.slice(Math.max(0, Number(drop))),
  ),
  define({ prepend: zeroOrMore(any), collection: array }, ({ prepend, collection }) => [
    ...prepend,
    ...collection,
  ]),
  define({ append: zeroOrMore(any), collection: array }, ({ append, collection }) => [
    ...collection,
    ...append,
  ]),
  define({ is_empty: iterable }, ({ is_empty }, site) => {
    return elementsOf(is_empty, site, "is_empty").length === 0;
  }),
  define({ is_nonempty: iterable }, ({ is_nonempty }, site) => {
    return elementsOf(is_nonempty, site, "is_nonempty").length > 0;
  }),
  define({ reverse: iterable }, ({ reverse }, site) =>
    reverse instanceof SetRef
      ? reversed(reverse, site)
      : through(reverse, site, "reverse", (values) => [...values].reverse()),
  ),
  define({ distinct: iterable }, (args, site) =>
    args.distinct instanceof SetRef
      ? distinctSet(args.distinct, site)
      : through(args.distinct, site, "distinct", distinct),
  ),
  combining("union", unionOf, () => true),
  combining(
    "intersection",
    (left, right) => without(left, right).met,
    (has) => has.every(Boolean),
  ),
  combining(
    "difference",
    (left, right) => without(left, right).rest,
    ([first, ...others]) => first === true && !others.some(Boolean),
  ),
];
