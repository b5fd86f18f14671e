import type { Value } from "./value";

/** Where in a set an element is; a page goes on from it, inclusive. Opaque to all but the source that made it. */
export type Position = object | number;

export interface Element {
  readonly value: Value;
  readonly at: Position;
}

/** The run that reads a set: a `Context` (model/context.ts), which is made of values itself. */
export interface Run {
  /** The time that reads are as of. */
  readonly readTs: number;
  /** Counts one step. */
  step(): void;
}

/** A lazy sequence of values. Sources nest: a filter over a mapping over an index. */
export interface SetSource {
  /** The elements, from the one at `from` on. */
  iterate(cx: Run, from: Position | null): Generator<Element>;
  /** The same elements the other way round. */
  reversed(): SetSource;
  /** Equal for two sources of the same elements; otherwise anything. */
  identity(): unknown;
}
