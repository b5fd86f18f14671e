import type { Context } from "../model/context";
import type { SetValue, Value } from "../values/value";
import { allOf } from "./collected";
import type { Element, Position, SetSource } from "../values/set-source";

/** A set value over a source, which reads when the block it was made in reads. */
export function setOf(cx: Context, source: SetSource, like?: SetValue): SetValue {
  const readTs = like?.readTs ?? cx.atTs;
  return {
    kind: "set",
    source,
    ...(like?.pageSize === undefined ? {} : { pageSize: like.pageSize }),
    ...(readTs === undefined ? {} : { readTs }),
  };
}

/** A set of the same elements and time, whatever its page size was. */
export function withUsualPages({ source, readTs }: SetValue): SetValue {
  return { kind: "set", source, ...(readTs === undefined ? {} : { readTs }) };
}

/** The elements of a set; they are read as of the set's time, what is done with them is not. */
export function* elements(
  cx: Context,
  set: SetValue,
  from: Position | null = null,
): Generator<Element> {
  const { readTs } = set;
  if (readTs === undefined) {
    yield* set.source.iterate(cx, from);
    return;
  }
  const readTime = { ts: readTs, by: "at" } as const;
  const iterator = set.source.iterate(cx, from);
  for (;;) {
    const next = cx.withReadTime(readTime, () => iterator.next());
    if (next.done) return;
    yield next.value;
  }
}

export function* valuesOf(cx: Context, set: SetValue): Generator<Value> {
  for (const { value } of elements(cx, set)) yield value;
}

export function toArray(cx: Context, set: SetValue): Value[] {
  const items = allOf(cx, valuesOf(cx, set));
  cx.compute(items.length);
  return items;
}
