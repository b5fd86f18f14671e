import { callValue, test } from "../model/calls";
import type { Context } from "../evaluator/context";
import { equal } from "../model/equality";
import { display } from "../model/display";
import { canonical } from "../values/canonical";
import { int } from "../values/numbers";
import { compareValues } from "../values/order";
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
import { ArraySource, SequenceSource, SingleSource, TransformedSource } from "../sets/collected";
import { firstPage, pageAfter, pageValue, DEFAULT_PAGE_SIZE } from "../sets/pages";
import {
  ConcatSource,
  DropSource,
  FlatMapSource,
  MapSource,
  Origin,
  TakeSource,
  WhereSource,
} from "../sets/pipeline";
import { MAX_ELEMENTS, setOf, toArray, valuesOf } from "../sets/read-set";
import { eventSource } from "./event-sources";
import { method, methods, type TypeTable } from "./method";
import { sortBy } from "./orderings";

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

function distinct(_cx: Context, items: Value[]): Value[] {
  const unique = new Map(items.map((item) => [canonical(item), item]));
  return [...unique.values()].sort(compareValues);
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
export const SET_TABLE: TypeTable = {
  methods: methods(
    method(
      "aggregate(seed, combiner: Function2)",
      (cx: Context, set: SetValue, [seed, combiner]: Value[]) =>
        aggregate(cx, [...valuesOf(cx, set)], seed!, combiner!),
    ),
    method("any(predicate: Function1)", (cx: Context, set: SetValue, [predicate]: [Value]) =>
      some(cx, set, predicate, true),
    ),
    method("concat(other: Set)", (cx: Context, set: SetValue, [other]: [SetValue]) =>
      setOf(cx, new ConcatSource(set.source, other.source), {
        ...set,
        pageSize: DEFAULT_PAGE_SIZE,
      }),
    ),
    method("count()", (cx: Context, set: SetValue) => count(cx, set)),
    method("distinct()", (cx: Context, set: SetValue) =>
      setOf(cx, new TransformedSource(set.source, "distinct", distinct), set),
    ),
    method("drop(amount: Int)", (cx: Context, set: SetValue, [amount]: [IntValue]) =>
      setOf(cx, new DropSource(set.source, amount.value), set),
    ),
    method(
      "every(predicate: Function1)",
      (cx: Context, set: SetValue, [predicate]: [Value]) => !some(cx, set, predicate, false),
    ),
    method("first()", (cx: Context, set: SetValue) => firstOf(cx, set)),
    method("firstWhere(predicate/pred: Function1)", (cx: Context, set: SetValue, [pred]: [Value]) =>
      firstOf(cx, setOf(cx, new WhereSource(set.source, pred, new Origin(cx)), set)),
    ),
    method("flatMap(mapper: Function1)", (cx: Context, set: SetValue, [mapper]: [Value]) =>
      setOf(cx, new FlatMapSource(set.source, mapper, new Origin(cx)), set),
    ),
    method(
      "fold(seed, reducer: Function2)",
      (cx: Context, set: SetValue, [seed, reducer]: Value[]) =>
        fold(cx, valuesOf(cx, set), seed!, reducer!),
    ),
    method(
      "foldRight(seed, reducer: Function2)",
      (cx: Context, set: SetValue, [seed, reducer]: Value[]) =>
        fold(cx, valuesOf(cx, reversed(cx, set)), seed!, reducer!),
    ),
    method("forEach(callback/func: Function1)", (cx: Context, set: SetValue, [func]: [Value]) => {
      for (const value of [...valuesOf(cx, set)]) callValue(cx, func, [value]);
      return literalNull(cx.frame!.span);
    }),
    method("includes(element)", (cx: Context, set: SetValue, [element]: [Value]) => {
      for (const value of valuesOf(cx, set)) if (equal(cx, value, element)) return true;
      return false;
    }),
    method("isEmpty()", (cx: Context, set: SetValue) => valuesOf(cx, set).next().done === true),
    method("last()", (cx: Context, set: SetValue) => firstOf(cx, reversed(cx, set))),
    method("lastWhere(predicate/pred: Function1)", (cx: Context, set: SetValue, [pred]: [Value]) =>
      firstOf(cx, setOf(cx, new WhereSource(set.source.reversed(), pred, new Origin(cx)), set)),
    ),
    method("map(mapper: Function1)", (cx: Context, set: SetValue, [mapper]: [Value]) =>
      setOf(cx, new MapSource(set.source, mapper, new Origin(cx)), set),
    ),
    method("nonEmpty()", (cx: Context, set: SetValue) => valuesOf(cx, set).next().done !== true),
    method("order(...ordering: Ordering)", (cx: Context, set: SetValue, by: Value[]) => {
      const origin = new Origin(cx);
      return setOf(
        cx,
        new TransformedSource(set.source, "order", (inner, items) =>
          origin.run(inner, () => sortBy(inner, items, by)),
        ),
        set,
      );
    }),
    method("pageSize(size: Int)", (cx: Context, set: SetValue, [size]: [IntValue]) => {
      checkSize(cx, size);
      return { ...set, pageSize: size.value };
    }),
    method("paginate(size?: Int)", (cx: Context, set: SetValue, [size]: [IntValue?]) => {
      if (size) checkSize(cx, size);
      return pageValue(firstPage(cx, set, size?.value));
    }),
    method("reduce(reducer: Function2)", (cx: Context, set: SetValue, [reducer]: [Value]) =>
      reduce(cx, set, reducer),
    ),
    method("reduceRight(reducer: Function2)", (cx: Context, set: SetValue, [reducer]: [Value]) =>
      reduce(cx, reversed(cx, set), reducer),
    ),
    method("reverse()", (cx: Context, set: SetValue) => reversed(cx, set)),
    method("take(limit: Int)", (cx: Context, set: SetValue, [limit]: [IntValue]) => {
      if (limit.value < 0)
        throw cx.error(
          "invalid_bounds",
          `expected \`limit\` to be greater than 0, received ${limit.value}`,
        );
      return setOf(cx, new TakeSource(set.source, limit.value), set);
    }),
    method("toArray()", (cx: Context, set: SetValue) => array(toArray(cx, set))),
    method("toSet()", (_cx: Context, set: SetValue) => set),
    method("toString()", (cx: Context, set: SetValue) => display(cx, set)),
    method("where(predicate/pred: Function1)", (cx: Context, set: SetValue, [pred]: [Value]) =>
      setOf(cx, new WhereSource(set.source, pred, new Origin(cx)), set),
    ),
    method("changesOn(...fields: Function1)", (cx: Context, set: SetValue, fields: Value[]) =>
      eventSource(cx, set, ".changesOn()", fields),
    ),
    method("eventSource()", (cx: Context, set: SetValue) => eventSource(cx, set, ".eventSource()")),
    method("eventsOn(...fields: Function1)", (cx: Context, set: SetValue, fields: Value[]) =>
      eventSource(cx, set, ".eventsOn()", fields),
    ),
    method("toStream()", (cx: Context, set: SetValue) => eventSource(cx, set, ".toStream()")),
  ),
};

/** Functions of `Set`. */
export const SET_MODULE: TypeTable = {
  methods: methods(
    method(
      "paginate(cursor: Cursor, size?: Int)",
      (cx: Context, _self: Value, [cursor, size]: [Value, IntValue?]) => {
        if (size) checkSize(cx, size);
        const token =
          typeof cursor === "object" && cursor.kind === "cursor"
            ? cursor.token
            : (cursor as string);
        return pageValue(pageAfter(cx, token, size?.value));
      },
    ),
    method(
      "sequence(from: Int, until: Int)",
      (cx: Context, _self: Value, [from, until]: IntValue[]) =>
        setOf(cx, new SequenceSource(from!.value, until!.value)),
    ),
    method("single(element)", (cx: Context, _self: Value, [element]: [Value]) =>
      setOf(cx, new SingleSource(element)),
    ),
  ),
};

export function arraySet(cx: Context, items: ArrayValue): SetValue {
  return setOf(cx, new ArraySource(items.items));
}

/** `asc(…)` and `desc(…)`. */
export function ordering(direction: "asc" | "desc", key: Value): Value {
  return object([[direction, key]]);
}
