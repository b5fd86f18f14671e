import type { Context } from "../evaluator/context";
import type { Value } from "../values/value";
import type { Element, Position, SetSource } from "./set-source";

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

  identity(): unknown {
    return this;
  }

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
}

/** The set of one value, made by `Set.single`. */
export class SingleSource extends ArraySource {
  constructor(readonly element: Value) {
    super([element]);
  }
}

type Change = (cx: Context, items: readonly Value[]) => readonly Value[];

/** What `change` makes of all elements of a source: sorted, or without duplicates. */
export class TransformedSource extends Collected {
  constructor(
    readonly inner: SetSource,
    readonly how: "order" | "distinct",
    readonly change: Change,
    /** What it is the other way round; none if it does the same to elements in any order. */
    readonly turned?: Change | undefined,
  ) {
    super();
  }
  collect(cx: Context): readonly Value[] {
    const all = allOf(cx, this.inner.iterate(cx, null));
    return this.change(
      cx,
      all.map(({ value }) => value),
    );
  }
  reversed(): SetSource {
    if (this.turned) return new TransformedSource(this.inner, this.how, this.turned, this.change);
    return new TransformedSource(this.inner.reversed(), this.how, this.change);
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
  identity(): unknown {
    return `sequence ${this.first} ${this.end} ${this.down}`;
  }
}
