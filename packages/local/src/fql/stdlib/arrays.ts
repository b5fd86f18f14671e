import { callValue, test } from "../model/calls";
import type { Context } from "../evaluator/context";
import { elementAt } from "./elements";
import { nameOfType } from "../model/type-of";
import { equal } from "../model/equality";
import { canonical } from "../values/canonical";
import { debug } from "../model/display";
import { int } from "../values/numbers";
import {
  array,
  isNull,
  literalNull,
  nullBecause,
  type ArrayValue,
  type IntValue,
  type Value,
} from "../values/value";
import { method, methods, type TypeTable } from "./method";
import { sortBy } from "./orderings";
import { aggregate, arraySet } from "./sets";

const MAX_SIZE = 16_000;

function none(cx: Context, reason: string): Value {
  return nullBecause(reason, cx.frame!.span);
}
function filtered(cx: Context, self: ArrayValue, predicate: Value): Value[] {
  return self.items.filter((item) => test(cx, predicate, item, true));
}
/** The server complains of the type of the element here, not of what the predicate answered. */
function kept(cx: Context, predicate: Value, item: Value): boolean {
  const result = callValue(cx, predicate, [item]);
  if (typeof result === "boolean") return result;
  if (isNull(result)) return false;
  throw cx.error("type_mismatch", `expected type: Boolean, received ${nameOfType(cx, item)}`);
}
function position(cx: Context, index: number): Value {
  return index < 0 ? none(cx, "no element found") : int(index);
}
function checkIndex(cx: Context, self: ArrayValue, index: number): number {
  elementAt(cx, self.items, index);
  return index;
}
function clamp(index: number): number {
  return Math.max(0, index);
}
function reduce(cx: Context, items: readonly Value[], reducer: Value): Value {
  if (!items.length) return none(cx, "empty array");
  return items.slice(1).reduce((result, item) => callValue(cx, reducer, [result, item]), items[0]!);
}
function flat(cx: Context, value: Value): readonly Value[] {
  if (typeof value === "object" && value.kind === "array") return value.items;
  throw cx.error("type_mismatch", `expected type: Array<Any>, received ${nameOfType(cx, value)}`);
}
function find(cx: Context, self: ArrayValue, predicate: Value, from: number): Value {
  for (let i = from; i < self.items.length; i++)
    if (test(cx, predicate, self.items[i]!, true)) return int(i);
  return none(cx, "no element found");
}
function findLast(cx: Context, self: ArrayValue, predicate: Value, from: number): Value {
  for (let i = from; i >= 0; i--) if (test(cx, predicate, self.items[i]!, true)) return int(i);
  return none(cx, "no element found");
}

/** Fields and methods of arrays. */
export const ARRAY_TABLE: TypeTable = {
  fields: new Map([
    ["length", (_cx: Context, self: Value): Value => int((self as ArrayValue).items.length)],
  ]),
  methods: methods(
    method(
      "aggregate(seed, combiner: Function2)",
      (cx: Context, self: ArrayValue, [seed, combiner]: Value[]) =>
        aggregate(cx, self.items, seed!, combiner!),
    ),
    method("any(predicate: Function1)", (cx: Context, self: ArrayValue, [predicate]: [Value]) =>
      self.items.some((item) => test(cx, predicate, item, true)),
    ),
    method("append(element)", (_cx: Context, self: ArrayValue, [element]: [Value]) =>
      array([...self.items, element]),
    ),
    method("at(index: Int)", (cx: Context, self: ArrayValue, [index]: [IntValue]) =>
      elementAt(cx, self.items, index.value),
    ),
    method("concat(other: Array)", (_cx: Context, self: ArrayValue, [other]: [ArrayValue]) =>
      array([...self.items, ...other.items]),
    ),
    method("distinct()", (_cx: Context, self: ArrayValue) => {
      const seen = new Map<string, Value>();
      for (const item of self.items)
        if (!seen.has(canonical(item))) seen.set(canonical(item), item);
      return array([...seen.values()]);
    }),
    method("drop(amount: Int)", (_cx: Context, self: ArrayValue, [amount]: [IntValue]) =>
      array(self.items.slice(clamp(amount.value))),
    ),
    method("entries()", (_cx: Context, self: ArrayValue) =>
      array(self.items.map((item, i) => array([int(i), item]))),
    ),
    method("every(predicate: Function1)", (cx: Context, self: ArrayValue, [predicate]: [Value]) =>
      self.items.every((item) => test(cx, predicate, item, true)),
    ),
    method("filter(predicate: Function1)", (cx: Context, self: ArrayValue, [predicate]: [Value]) =>
      array(self.items.filter((item) => kept(cx, predicate, item))),
    ),
    method("first()", (cx: Context, self: ArrayValue) => self.items[0] ?? none(cx, "empty array")),
    method(
      "firstWhere(predicate/pred: Function1)",
      (cx: Context, self: ArrayValue, [pred]: [Value]) =>
        filtered(cx, self, pred)[0] ?? none(cx, "no element found"),
    ),
    method("flatMap(mapper: Function1)", (cx: Context, self: ArrayValue, [mapper]: [Value]) =>
      array(self.items.flatMap((item) => flat(cx, callValue(cx, mapper, [item])))),
    ),
    method("flatten()", (cx: Context, self: ArrayValue) =>
      array(self.items.flatMap((item) => flat(cx, item))),
    ),
    method(
      "fold(seed, reducer: Function2)",
      (cx: Context, self: ArrayValue, [seed, reducer]: Value[]) =>
        self.items.reduce((result, item) => callValue(cx, reducer!, [result, item]), seed!),
    ),
    method(
      "foldRight(seed, reducer: Function2)",
      (cx: Context, self: ArrayValue, [seed, reducer]: Value[]) =>
        self.items.reduceRight((result, item) => callValue(cx, reducer!, [result, item]), seed!),
    ),
    method("forEach(callback/fn: Function1)", (cx: Context, self: ArrayValue, [fn]: [Value]) => {
      for (const item of self.items) callValue(cx, fn, [item]);
      return literalNull(cx.frame!.span);
    }),
    method("includes(element)", (cx: Context, self: ArrayValue, [element]: [Value]) =>
      self.items.some((item) => equal(cx, item, element)),
    ),
    method(
      "indexOf(element, start?: Int)",
      (cx: Context, self: ArrayValue, [element, start]: [Value, IntValue?]) => {
        const from = start ? checkIndex(cx, self, start.value) : 0;
        return position(
          cx,
          self.items.findIndex((item, i) => i >= from && equal(cx, item, element)),
        );
      },
    ),
    method(
      "indexWhere(predicate: Function1, start?: Int)",
      (cx: Context, self: ArrayValue, [predicate, start]: [Value, IntValue?]) =>
        find(cx, self, predicate, start ? checkIndex(cx, self, start.value) : 0),
    ),
    method("isEmpty()", (_cx: Context, self: ArrayValue) => self.items.length === 0),
    method(
      "last()",
      (cx: Context, self: ArrayValue) =>
        self.items[self.items.length - 1] ?? none(cx, "empty array"),
    ),
    method(
      "lastIndexOf(element, end?: Int)",
      (cx: Context, self: ArrayValue, [element, end]: [Value, IntValue?]) => {
        const to = end ? checkIndex(cx, self, end.value) : self.items.length;
        return position(
          cx,
          self.items.findLastIndex((item, i) => i <= to && equal(cx, item, element)),
        );
      },
    ),
    method(
      "lastIndexWhere(predicate: Function1, end?: Int)",
      (cx: Context, self: ArrayValue, [predicate, end]: [Value, IntValue?]) =>
        findLast(
          cx,
          self,
          predicate,
          end ? checkIndex(cx, self, end.value) : self.items.length - 1,
        ),
    ),
    method(
      "lastWhere(predicate/pred: Function1)",
      (cx: Context, self: ArrayValue, [pred]: [Value]) => {
        const found = filtered(cx, self, pred);
        return found[found.length - 1] ?? none(cx, "no element found");
      },
    ),
    method("map(mapper: Function1)", (cx: Context, self: ArrayValue, [mapper]: [Value]) =>
      array(self.items.map((item) => callValue(cx, mapper, [item]))),
    ),
    method("nonEmpty()", (_cx: Context, self: ArrayValue) => self.items.length > 0),
    method("order(...ordering: Ordering)", (cx: Context, self: ArrayValue, by: Value[]) =>
      array(sortBy(cx, self.items, by)),
    ),
    method("prepend(element)", (_cx: Context, self: ArrayValue, [element]: [Value]) =>
      array([element, ...self.items]),
    ),
    method("reduce(reducer: Function2)", (cx: Context, self: ArrayValue, [reducer]: [Value]) =>
      reduce(cx, self.items, reducer),
    ),
    method("reduceRight(reducer: Function2)", (cx: Context, self: ArrayValue, [reducer]: [Value]) =>
      reduce(cx, [...self.items].reverse(), reducer),
    ),
    method("reverse()", (_cx: Context, self: ArrayValue) => array([...self.items].reverse())),
    method(
      "slice(from: Int, until?: Int)",
      (_cx: Context, self: ArrayValue, [from, until]: [IntValue, IntValue?]) =>
        array(self.items.slice(clamp(from.value), until ? clamp(until.value) : undefined)),
    ),
    method("take(limit: Int)", (_cx: Context, self: ArrayValue, [limit]: [IntValue]) =>
      array(self.items.slice(0, clamp(limit.value))),
    ),
    method("toSet()", (cx: Context, self: ArrayValue) => arraySet(cx, self)),
    method("toString()", (cx: Context, self: ArrayValue) => debug(cx, self)),
    method("where(predicate/pred: Function1)", (cx: Context, self: ArrayValue, [pred]: [Value]) =>
      array(filtered(cx, self, pred)),
    ),
  ),
};

/** Functions of `Array`. */
export const ARRAY_MODULE: TypeTable = {
  methods: methods(
    method(
      "sequence(from: Int, until: Int)",
      (cx: Context, _self: Value, [from, until]: IntValue[]) => {
        const size = Math.max(0, until!.value - from!.value);
        if (size > MAX_SIZE)
          throw cx.error(
            "value_too_large",
            `Value too large: range size ${size} exceeds limit ${MAX_SIZE}.`,
          );
        return array(Array.from({ length: size }, (_, i) => int(from!.value + i)));
      },
    ),
  ),
};
