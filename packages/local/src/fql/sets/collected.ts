import type { Context } from "../evaluator/context";
import type { Value } from "../values/value";
import type { Element, Position, SetSource } from "./set-source";

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

/** What `change` makes of all elements of a source: sorted, without duplicates, reversed. */
export class TransformedSource extends Collected {
  constructor(
    readonly inner: SetSource,
    readonly how: "order" | "distinct" | "reverse",
    readonly change: (cx: Context, items: Value[]) => readonly Value[],
  ) {
    super();
  }
  collect(cx: Context): readonly Value[] {
    return this.change(
      cx,
      [...this.inner.iterate(cx, null)].map(({ value }) => value),
    );
  }
  /** What sorts its elements anyway takes them in any order. */
  reversed(): SetSource {
    if (this.how === "distinct")
      return new TransformedSource(this.inner.reversed(), this.how, this.change);
    return new TransformedSource(this, "reverse", (_cx, items) => items.reverse());
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
