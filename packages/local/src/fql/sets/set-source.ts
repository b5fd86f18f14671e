import type { Context } from "../evaluator/context";
import type { Value } from "../values/value";

/** Where in a set an element is; a page goes on from it, inclusive. Opaque to all but the source that made it. */
export type Position = object | number;

export interface Element {
  readonly value: Value;
  readonly at: Position;
}

/** A lazy sequence of values. Sources nest: a filter over a mapping over an index. */
export interface SetSource {
  /** The elements, from the one at `from` on. */
  iterate(cx: Context, from: Position | null): Generator<Element>;
  /** The same elements the other way round. */
  reversed(): SetSource;
  /** Equal for two sources of the same elements; otherwise anything. */
  identity(): unknown;
}
