import { callValue } from "../model/calls";
import type { Context, ReadTime } from "../model/context";
import { nameOfType } from "../model/type-of";
import { type SetValue, type Value, isNull } from "../values/value";
import { allOf } from "./collected";
import type { Element, SourcePart, Position, SetSource } from "../values/set-source";
import { QueryError } from "../errors";
import type { Span } from "../source";

/** The calls and the read time under which a lazy step was made; its function runs as if there. */
export class Origin {
  /** Innermost first. */
  readonly calls: readonly Span[];
  readonly readTime: ReadTime | null;

  constructor(cx: Context) {
    this.calls = cx.trace();
    this.readTime = cx.readTime?.by === "at" ? cx.readTime : null;
  }

  /** The error of a function that answers something else, at the call that made the step and nowhere else. */
  mismatch(cx: Context, wanted: string, value: Value): QueryError {
    const message = `expected type: ${wanted}, received ${nameOfType(cx, value)}`;
    const here = this.calls.length && cx.readTime?.by !== "cursor";
    const trace = here ? this.calls : cx.trace();
    return new QueryError("type_mismatch", message, trace);
  }

  run<T>(cx: Context, work: () => T): T {
    // A later page has no text of the query that made the set, so none of its calls either.
    const calls = cx.readTime?.by === "cursor" ? [] : this.calls;
    return cx.withinCalls(calls, () => this.runApart(cx, work));
  }

  /** Runs a function as if there, but for the calls: events are told when they are long over. */
  runApart<T>(cx: Context, work: () => T): T {
    const limited = (): T => cx.withEffect({ allowed: "read", where: "set functions" }, work);
    return this.readTime ? cx.withReadTime(this.readTime, limited) : limited();
  }
}

abstract class Step implements SetSource {
  constructor(readonly inner: SetSource) {}
  abstract iterate(cx: Context, from: Position | null): Generator<Element>;
  abstract reversed(): SetSource;
  parts(): readonly SourcePart[] {
    return [this.inner];
  }
}

export class MapSource extends Step {
  constructor(
    inner: SetSource,
    readonly mapper: Value,
    readonly origin: Origin,
  ) {
    super(inner);
  }
  *iterate(cx: Context, from: Position | null): Generator<Element> {
    for (const { value, at } of this.inner.iterate(cx, from)) {
      yield { value: this.origin.run(cx, () => callValue(cx, this.mapper, [value])), at };
    }
  }
  reversed(): SetSource {
    return new MapSource(this.inner.reversed(), this.mapper, this.origin);
  }
  override parts(): readonly SourcePart[] {
    return [this.inner, this.mapper];
  }
}

export class WhereSource extends Step {
  constructor(
    inner: SetSource,
    readonly predicate: Value,
    readonly origin: Origin,
  ) {
    super(inner);
  }
  *iterate(cx: Context, from: Position | null): Generator<Element> {
    for (const element of this.inner.iterate(cx, from)) {
      const keep = this.origin.run(cx, () => callValue(cx, this.predicate, [element.value]));
      if (keep === true) yield element;
      else if (keep !== false && !isNull(keep)) throw this.origin.mismatch(cx, "Boolean", keep);
    }
  }
  reversed(): SetSource {
    return new WhereSource(this.inner.reversed(), this.predicate, this.origin);
  }
  override parts(): readonly SourcePart[] {
    return [this.inner, this.predicate];
  }
}

interface Counted {
  readonly left: number;
  readonly at: Position;
}

export class TakeSource extends Step {
  constructor(
    inner: SetSource,
    readonly limit: number,
  ) {
    super(inner);
  }
  *iterate(cx: Context, from: Position | null): Generator<Element> {
    const start = from as Counted | null;
    let left = start?.left ?? this.limit;
    if (left <= 0) return;
    for (const { value, at } of this.inner.iterate(cx, start?.at ?? null)) {
      yield { value, at: { left, at } satisfies Counted };
      if (--left <= 0) return;
    }
  }
  reversed(): SetSource {
    return new ReversedSource(this);
  }
  override parts(): readonly SourcePart[] {
    return [this.inner, this.limit];
  }
}

export class DropSource extends Step {
  constructor(
    inner: SetSource,
    readonly amount: number,
  ) {
    super(inner);
  }
  *iterate(cx: Context, from: Position | null): Generator<Element> {
    let left = from === null ? this.amount : 0;
    for (const element of this.inner.iterate(cx, from)) if (left-- <= 0) yield element;
  }
  reversed(): SetSource {
    return new ReversedSource(this);
  }
  override parts(): readonly SourcePart[] {
    return [this.inner, this.amount];
  }
}

/** Anything backwards, by reading all of it first. */
export class ReversedSource extends Step {
  *iterate(cx: Context, from: Position | null): Generator<Element> {
    const all = allOf(cx, this.inner.iterate(cx, null)).reverse();
    for (let at = (from as number | null) ?? 0; at < all.length; at++)
      yield { value: all[at]!.value, at };
  }
  reversed(): SetSource {
    return this.inner;
  }
}

interface Part {
  readonly second: boolean;
  readonly at: Position;
}

export class ConcatSource implements SetSource {
  constructor(
    readonly first: SetSource,
    readonly second: SetSource,
  ) {}
  *iterate(cx: Context, from: Position | null): Generator<Element> {
    const start = from as Part | null;
    if (!start?.second) {
      for (const { value, at } of this.first.iterate(cx, start?.at ?? null))
        yield { value, at: { second: false, at } satisfies Part };
    }
    for (const { value, at } of this.second.iterate(cx, start?.second ? start.at : null))
      yield { value, at: { second: true, at } satisfies Part };
  }
  reversed(): SetSource {
    return new ConcatSource(this.second.reversed(), this.first.reversed());
  }
  parts(): readonly SourcePart[] {
    return [this.first, this.second];
  }
}

interface Nested {
  readonly outer: Position;
  readonly inner: Position;
}

export class FlatMapSource extends Step {
  constructor(
    inner: SetSource,
    readonly mapper: Value,
    readonly origin: Origin,
    readonly down = false,
  ) {
    super(inner);
  }
  *iterate(cx: Context, from: Position | null): Generator<Element> {
    const start = from as Nested | null;
    let inner = start?.inner ?? null;
    for (const { value, at: outer } of this.inner.iterate(cx, start?.outer ?? null)) {
      const { source } = mapped(cx, this, value);
      for (const element of (this.down ? source.reversed() : source).iterate(cx, inner)) {
        yield { value: element.value, at: { outer, inner: element.at } satisfies Nested };
      }
      inner = null;
    }
  }
  reversed(): SetSource {
    return new FlatMapSource(this.inner.reversed(), this.mapper, this.origin, !this.down);
  }
  override parts(): readonly SourcePart[] {
    return [this.inner, this.mapper, Number(this.down)];
  }
}

function mapped(cx: Context, { mapper, origin }: FlatMapSource, value: Value): SetValue {
  const set = origin.run(cx, () => callValue(cx, mapper, [value]));
  if (typeof set === "object" && set.kind === "set") return set;
  throw origin.mismatch(cx, "Set<Any>", set);
}
