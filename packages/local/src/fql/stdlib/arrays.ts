import { callValue, test } from "../model/calls";
import type { Context } from "../model/context";
import { elementAt } from "./elements";
import { nameOfType } from "../model/type-of";
import { distinct, isSame } from "../model/same-value";
import { debug } from "../model/display";
import { int } from "../values/numbers";
import {
  array,
  isNull,
  literalNull,
  nullBecause,
  type ArrayValue,
  type Value,
} from "../values/value";
import { implement } from "./implement";
import type { TypeTable } from "./method";
import { orderingsOf, sortBy } from "../sets/orderings";
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
export const ARRAY_TABLE: TypeTable = implement("Array", {
  "length: Number": (_cx, self) => int(self.items.length),
  "aggregate(seed: A, combiner: (A, A) => A) => A": (cx, self, seed, combiner) =>
    aggregate(cx, self.items, seed, combiner),
  "any(predicate: Predicate<A>) => Boolean": (cx, self, predicate) =>
    self.items.some((item) => test(cx, predicate, item, true)),
  "append(element: A) => Array<A>": (_cx, self, element) => array([...self.items, element]),
  "at(index: Int) => A": (cx, self, index) => elementAt(cx, self.items, index.value),
  "concat(other: Array<B>) => Array<A | B>": (_cx, self, other) =>
    array([...self.items, ...other.items]),
  "distinct() => Array<A>": (_cx, self) => array(distinct(self.items)),
  "drop(amount: Int) => Array<A>": (_cx, self, amount) =>
    array(self.items.slice(clamp(amount.value))),
  "entries() => Array<[Number, A]>": (_cx, self) =>
    array(self.items.map((item, i) => array([int(i), item]))),
  "every(predicate: Predicate<A>) => Boolean": (cx, self, predicate) =>
    self.items.every((item) => test(cx, predicate, item, true)),
  "filter(predicate: Predicate<A>) => Array<A>": (cx, self, predicate) =>
    array(self.items.filter((item) => kept(cx, predicate, item))),
  "first() => A | Null": (cx, self) => self.items[0] ?? none(cx, "empty array"),
  "firstWhere(predicate/pred: Predicate<A>) => A | Null": (cx, self, pred) =>
    filtered(cx, self, pred)[0] ?? none(cx, "no element found"),
  "flatMap(mapper: A => Array<B>) => Array<B>": (cx, self, mapper) =>
    array(self.items.flatMap((item) => flat(cx, callValue(cx, mapper, [item])))),
  "flatten() => Array<Any>": (cx, self) => array(self.items.flatMap((item) => flat(cx, item))),
  "fold(seed: B, reducer: (B, A) => B) => B": (cx, self, seed, reducer) =>
    self.items.reduce((result, item) => callValue(cx, reducer, [result, item]), seed),
  "foldRight(seed: B, reducer: (B, A) => B) => B": (cx, self, seed, reducer) =>
    self.items.reduceRight((result, item) => callValue(cx, reducer, [result, item]), seed),
  "forEach(callback/fn: A => Any) => Null": (cx, self, fn) => {
    for (const item of self.items) callValue(cx, fn, [item]);
    return literalNull(cx.frame!.span);
  },
  "includes(element: A) => Boolean": (_cx, self, element) =>
    self.items.some((item) => isSame(item, element)),
  "indexOf(element: A, start?: Int) => Int | Null": (cx, self, element, start) => {
    const from = start ? checkIndex(cx, self, start.value) : 0;
    return position(
      cx,
      self.items.findIndex((item, i) => i >= from && isSame(item, element)),
    );
  },
  "indexWhere(predicate: Predicate<A>, start?: Int) => Int | Null": (cx, self, predicate, start) =>
    find(cx, self, predicate, start ? checkIndex(cx, self, start.value) : 0),
  "isEmpty() => Boolean": (_cx, self) => self.items.length === 0,
  "last() => A | Null": (cx, self) => self.items[self.items.length - 1] ?? none(cx, "empty array"),
  "lastIndexOf(element: A, end?: Int) => Int | Null": (cx, self, element, end) => {
    const to = end ? checkIndex(cx, self, end.value) : self.items.length;
    return position(
      cx,
      self.items.findLastIndex((item, i) => i <= to && isSame(item, element)),
    );
  },
  "lastIndexWhere(predicate: Predicate<A>, end?: Int) => Int | Null": (cx, self, predicate, end) =>
    findLast(cx, self, predicate, end ? checkIndex(cx, self, end.value) : self.items.length - 1),
  "lastWhere(predicate/pred: Predicate<A>) => A | Null": (cx, self, pred) => {
    const found = filtered(cx, self, pred);
    return found[found.length - 1] ?? none(cx, "no element found");
  },
  "map(mapper: A => B) => Array<B>": (cx, self, mapper) =>
    array(self.items.map((item) => callValue(cx, mapper, [item]))),
  "nonEmpty() => Boolean": (_cx, self) => self.items.length > 0,
  "order(ordering: ...Ordering<A>) => Array<A>": (cx, self, ...by) =>
    array(
      cx.withEffect({ allowed: "read", where: "set functions" }, () =>
        sortBy(cx, self.items, orderingsOf(by)),
      ),
    ),
  "prepend(element: A) => Array<A>": (_cx, self, element) => array([element, ...self.items]),
  "reduce(reducer: (A, A) => A) => A | Null": (cx, self, reducer) =>
    reduce(cx, self.items, reducer),
  "reduceRight(reducer: (A, A) => A) => A | Null": (cx, self, reducer) =>
    reduce(cx, [...self.items].reverse(), reducer),
  "reverse() => Array<A>": (_cx, self) => array([...self.items].reverse()),
  "slice(from: Int, until?: Int) => Array<A>": (_cx, self, from, until) =>
    array(self.items.slice(clamp(from.value), until ? clamp(until.value) : undefined)),
  "take(limit: Int) => Array<A>": (_cx, self, limit) =>
    array(self.items.slice(0, clamp(limit.value))),
  "toSet() => Set<A>": (cx, self) => arraySet(cx, self),
  "toString() => String": (cx, self) => debug(cx, self),
  "where(predicate/pred: Predicate<A>) => Array<A>": (cx, self, pred) =>
    array(filtered(cx, self, pred)),
  "[index: Int] => A": (cx, self, index) => elementAt(cx, self.items, index.value),
});

/** Functions of `Array`. */
export const ARRAY_MODULE: TypeTable = implement("Module", {
  "sequence(from: Int, until: Int) => Array<Number>": (cx, _self, from, until) => {
    const size = Math.max(0, until.value - from.value);
    if (size > MAX_SIZE)
      throw cx.error(
        "value_too_large",
        `Value too large: range size ${size} exceeds limit ${MAX_SIZE}.`,
      );
    return array(Array.from({ length: size }, (_, i) => int(from.value + i)));
  },
});
