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

/** A part of a source: another one, a value, or a number or text of its own. */
export type SourcePart = SetSource | Value | number;

/** A lazy sequence of values. Sources nest: a filter over a mapping over an index. */
export interface SetSource {
  /** The elements, from the one at `from` on. */
  iterate(cx: Run, from: Position | null): Generator<Element>;
  /** The same elements the other way round. */
  reversed(): SetSource;
  /** What it is made of: sources of one class with the same parts are the same. */
  parts(): readonly SourcePart[];
}
