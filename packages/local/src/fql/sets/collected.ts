import type { Context } from "../model/context";
import { distinct } from "../model/same-value";
import { compareInOrder } from "../values/sort-order";
import type { Value } from "../values/value";
import { sortBy, turned, type Ordering } from "./orderings";
import type { Origin } from "./pipeline";
import type { Element, SourcePart, Position, SetSource } from "../values/set-source";

/** The most elements that an array made of a set, what is sorted, or a page may have. */
export const MAX_ELEMENTS = 16_000;

/** All of a set's elements at once. */
export function allOf<T>(cx: Context, elements: Iterable<T>): T[] {
  const all: T[] = [];
  for (const element of elements) {
    if (all.push(element) > MAX_ELEMENTS) {
      throw cx.error(
        "value_too_large",
        `Value too large: exceeded maximum number of elements (limit=${MAX_ELEMENTS}).`,
      );
    }
  }
  return all;
}

/** Elements that are known only as a whole: positions are offsets into them. */
abstract class Collected implements SetSource {
  abstract collect(cx: Context): readonly Value[];
  abstract reversed(): SetSource;
  abstract parts(): readonly SourcePart[];

  *iterate(cx: Context, from: Position | null): Generator<Element> {
    const all = this.collect(cx);
    for (let at = (from as number | null) ?? 0; at < all.length; at++)
      yield { value: all[at]!, at };
  }
}

/** The elements of an array. */
export class ArraySource extends Collected {
  constructor(readonly items: readonly Value[]) {
    super();
  }
  collect(): readonly Value[] {
    return this.items;
  }
  reversed(): SetSource {
    return new ArraySource([...this.items].reverse());
  }
  parts(): readonly SourcePart[] {
    return this.items;
  }
}

/** The set of one value, made by `Set.single`. */
export class SingleSource extends ArraySource {
  constructor(readonly element: Value) {
    super([element]);
  }
}

/** The elements of a source as they are read. */
function read(cx: Context, source: SetSource): readonly Value[] {
  return allOf(cx, source.iterate(cx, null)).map(({ value }) => value);
}

/** A source's elements, sorted. */
export class OrderedSource extends Collected {
  constructor(
    readonly inner: SetSource,
    readonly orderings: readonly Ordering[],
    readonly origin: Origin,
  ) {
    super();
  }
  collect(cx: Context): readonly Value[] {
    const all = read(cx, this.inner);
    return this.origin.run(cx, () => sortBy(cx, all, this.orderings));
  }
  reversed(): SetSource {
    return new OrderedSource(this.inner, turned(this.orderings), this.origin);
  }
  parts(): readonly SourcePart[] {
    return [this.inner, ...this.orderings.flatMap(({ key, sign }) => [key ?? 0, sign])];
  }
}

/** A source's elements without duplicates, sorted. */
export class DistinctSource extends Collected {
  constructor(readonly inner: SetSource) {
    super();
  }
  collect(cx: Context): readonly Value[] {
    return distinct([...read(cx, this.inner)].sort(compareInOrder));
  }
  reversed(): SetSource {
    return new DistinctSource(this.inner.reversed());
  }
  parts(): readonly SourcePart[] {
    return [this.inner];
  }
}

/** Integers from `first` up to but not including `end`. */
export class SequenceSource implements SetSource {
  constructor(
    readonly first: number,
    readonly end: number,
    readonly down = false,
  ) {}

  *iterate(cx: Context, from: Position | null): Generator<Element> {
    const start = (from as number | null) ?? (this.down ? this.end - 1 : this.first);
    for (let n = start; this.down ? n >= this.first : n < this.end; n += this.down ? -1 : 1) {
      cx.step();
      yield { value: { kind: "int", value: n }, at: n };
    }
  }
  reversed(): SetSource {
    return new SequenceSource(this.first, this.end, !this.down);
  }
  parts(): readonly SourcePart[] {
    return [this.first, this.end, Number(this.down)];
  }
}
