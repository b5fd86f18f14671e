import { callValue, test } from "../model/calls";
import type { Context } from "../model/context";
import { isSame } from "../model/same-value";
import { display } from "../model/display";
import { nameOfType } from "../model/type-of";
import { int } from "../values/numbers";
import {
  array,
  literalNull,
  nullBecause,
  object,
  type ArrayValue,
  type IntValue,
  type NullValue,
  type SetValue,
  type Value,
} from "../values/value";
import {
  ArraySource,
  DistinctSource,
  MAX_ELEMENTS,
  OrderedSource,
  SequenceSource,
  SingleSource,
} from "../sets/collected";
import { orderingsOf } from "../sets/orderings";
import { firstPage, pageAfter, pageValue } from "../sets/pages";
import {
  ConcatSource,
  DropSource,
  FlatMapSource,
  MapSource,
  Origin,
  ReversedSource,
  TakeSource,
  WhereSource,
} from "../sets/pipeline";
import { setOf, toArray, valuesOf, withUsualPages } from "../sets/read-set";
import { eventSource } from "./event-sources";
import { implement } from "./implement";
import type { TypeTable } from "./method";

function emptySet(cx: Context): NullValue {
  return nullBecause("empty set", cx.frame!.span);
}

function firstOf(cx: Context, set: SetValue): Value {
  for (const value of valuesOf(cx, set)) return value;
  return emptySet(cx);
}

function fold(cx: Context, values: Iterable<Value>, seed: Value, reducer: Value): Value {
  let result = seed;
  for (const value of values) result = callValue(cx, reducer, [result, value]);
  return result;
}

function reduce(cx: Context, set: SetValue, reducer: Value): Value {
  let result: Value | undefined;
  for (const value of valuesOf(cx, set))
    result = result === undefined ? value : callValue(cx, reducer, [result, value]);
  return result ?? emptySet(cx);
}

function reversed(cx: Context, set: SetValue): SetValue {
  return setOf(cx, set.source.reversed(), set);
}

function ordered(cx: Context, set: SetValue, by: readonly Value[]): SetValue {
  const source = new OrderedSource(set.source, orderingsOf(by), new Origin(cx));
  return setOf(cx, source, set);
}

/** Refuses a page size out of bounds. */
export function checkSize(cx: Context, size: IntValue): void {
  if (size.value < 1 || size.value > MAX_ELEMENTS) {
    throw cx.error(
      "invalid_bounds",
      `expected \`size\` to be between 1 and ${MAX_ELEMENTS} (inclusive), received ${size.value}`,
    );
  }
}

function some(cx: Context, set: SetValue, predicate: Value, wanted: boolean): boolean {
  for (const value of valuesOf(cx, set))
    if (test(cx, predicate, value, true) === wanted) return true;
  return false;
}

function count(cx: Context, set: SetValue): Value {
  let n = 0;
  for (const _ of valuesOf(cx, set)) n++;
  cx.compute(n);
  return int(n);
}

/** Halves the list until one is left, as the server does, then adds the seed. */
export function aggregate(
  cx: Context,
  items: readonly Value[],
  seed: Value,
  combiner: Value,
): Value {
  let left = items;
  if (!left.length) return seed;
  while (left.length > 1) {
    left = left.flatMap((item, i) =>
      i % 2 ? [] : i + 1 < left.length ? [callValue(cx, combiner, [item, left[i + 1]!])] : [item],
    );
  }
  return callValue(cx, combiner, [left[0]!, seed]);
}

/** Methods of sets. */
export const SET_TABLE: TypeTable = implement("Set", {
  "aggregate(seed: A, combiner: (A, A) => A) => A": (cx, set, seed, combiner) =>
    aggregate(cx, [...valuesOf(cx, set)], seed, combiner),
  "any(predicate: Predicate<A>) => Boolean": (cx, set, predicate) => some(cx, set, predicate, true),
  "concat(other: Set<B>) => Set<A | B>": (cx, set, other) =>
    setOf(cx, new ConcatSource(set.source, other.source), withUsualPages(set)),
  "count() => Number": (cx, set) => count(cx, set),
  "distinct() => Set<A>": (cx, set) => setOf(cx, new DistinctSource(set.source), set),
  "drop(amount: Int) => Set<A>": (cx, set, amount) =>
    setOf(cx, new DropSource(set.source, amount.value), set),
  "every(predicate: Predicate<A>) => Boolean": (cx, set, predicate) =>
    !some(cx, set, predicate, false),
  "first() => A | Null": (cx, set) => firstOf(cx, set),
  "firstWhere(predicate/pred: Predicate<A>) => A | Null": (cx, set, pred) =>
    firstOf(cx, setOf(cx, new WhereSource(set.source, pred, new Origin(cx)), set)),
  "flatMap(mapper: A => Set<B>) => Set<B>": (cx, set, mapper) =>
    setOf(cx, new FlatMapSource(set.source, mapper, new Origin(cx)), set),
  "fold(seed: B, reducer: (B, A) => B) => B": (cx, set, seed, reducer) =>
    fold(cx, valuesOf(cx, set), seed, reducer),
  "foldRight(seed: B, reducer: (B, A) => B) => B": (cx, set, seed, reducer) =>
    fold(cx, valuesOf(cx, reversed(cx, set)), seed, reducer),
  "forEach(callback/func: A => Any) => Null": (cx, set, func) => {
    for (const value of [...valuesOf(cx, set)]) callValue(cx, func, [value]);
    return literalNull(cx.frame!.span);
  },
  "includes(element: A) => Boolean": (cx, set, element) => {
    for (const value of valuesOf(cx, set)) if (isSame(value, element)) return true;
    return false;
  },
  "isEmpty() => Boolean": (cx, set) => valuesOf(cx, set).next().done === true,
  "last() => A | Null": (cx, set) => firstOf(cx, reversed(cx, set)),
  "lastWhere(predicate/pred: Predicate<A>) => A | Null": (cx, set, pred) =>
    firstOf(
      cx,
      setOf(cx, new WhereSource(new ReversedSource(set.source), pred, new Origin(cx)), set),
    ),
  "map(mapper: A => B) => Set<B>": (cx, set, mapper) =>
    setOf(cx, new MapSource(set.source, mapper, new Origin(cx)), set),
  "nonEmpty() => Boolean": (cx, set) => valuesOf(cx, set).next().done !== true,
  "order(ordering: ...Ordering<A>) => Set<A>": (cx, set, ...by) => ordered(cx, set, by),
  "pageSize(size: Int) => Set<A>": (cx, set, size) => {
    checkSize(cx, size);
    return { ...set, pageSize: size.value };
  },
  "paginate(size?: Int) => { data: Array<A>, after: String | Null }": (cx, set, size) => {
    if (size) checkSize(cx, size);
    return pageValue(firstPage(cx, set, size?.value));
  },
  "reduce(reducer: (A, A) => A) => A | Null": (cx, set, reducer) => reduce(cx, set, reducer),
  "reduceRight(reducer: (A, A) => A) => A | Null": (cx, set, reducer) =>
    reduce(cx, reversed(cx, set), reducer),
  "reverse() => Set<A>": (cx, set) => reversed(cx, set),
  "take(limit: Int) => Set<A>": (cx, set, limit) => {
    if (limit.value < 0)
      throw cx.error(
        "invalid_bounds",
        `expected \`limit\` to be greater than 0, received ${limit.value}`,
      );
    return setOf(cx, new TakeSource(set.source, limit.value), set);
  },
  "toArray() => Array<A>": (cx, set) => array(toArray(cx, set)),
  "toSet() => Set<A>": (_cx, set) => set,
  "toString() => String": (cx, set) => display(cx, set),
  "where(predicate/pred: Predicate<A>) => Set<A>": (cx, set, pred) =>
    setOf(cx, new WhereSource(set.source, pred, new Origin(cx)), set),
  "changesOn(fields: ...A => Any) => EventSource<A>": (cx, set, ...fields) =>
    eventSource(cx, set, ".changesOn()", fields),
  "eventSource() => EventSource<A>": (cx, set) => eventSource(cx, set, ".eventSource()"),
  "eventsOn(fields: ...A => Any) => EventSource<A>": (cx, set, ...fields) =>
    eventSource(cx, set, ".eventsOn()", fields),
  "toStream() => EventSource<A>": (cx, set) => eventSource(cx, set, ".toStream()"),
});

function tokenIn(cx: Context, cursor: Value): string {
  if (typeof cursor === "string") return cursor;
  if (typeof cursor === "object" && cursor.kind === "cursor") return cursor.token;
  const received = nameOfType(cx, cursor);
  throw cx.error(
    "invalid_argument",
    `expected value for \`cursor\` of type String, received ${received}`,
  );
}

/** Functions of `Set`. */
export const SET_MODULE: TypeTable = implement("Module", {
  "paginate(cursor: String | SetCursor, size?: Int) => { data: Array<Any>, after: String | Null }":
    (cx, _self, cursor, size) => {
      if (size) checkSize(cx, size);
      return pageValue(pageAfter(cx, tokenIn(cx, cursor), size?.value));
    },
  "sequence(from: Int, until: Int) => Set<Number>": (cx, _self, from, until) =>
    setOf(cx, new SequenceSource(from.value, until.value)),
  "single(element: A) => Set<A>": (cx, _self, element) => setOf(cx, new SingleSource(element)),
});

export function arraySet(cx: Context, items: ArrayValue): SetValue {
  return setOf(cx, new ArraySource(items.items));
}

/** `asc(…)` and `desc(…)`. */
export function ordering(direction: "asc" | "desc", key: Value): Value {
  return object([[direction, key]]);
}
