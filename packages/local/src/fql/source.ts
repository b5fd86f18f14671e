/** A text that spans point into: the query, a function's body, a field's expression. */
export interface Source {
  /** As shown in summaries, e.g. `*query*` or `*udf:double*`. */
  readonly name: string;
  readonly text: string;
}

/** A half-open range of UTF-16 units in a source. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

export const NO_SOURCE: Source = { name: "", text: "" };
export const NO_SPAN: Span = { source: NO_SOURCE, start: 0, end: 0 };

/** Whether `inner` starts or ends within `outer`. */
export function overlaps(outer: Span, inner: Span): boolean {
  const within = (at: number): boolean => at >= outer.start && at <= outer.end;
  return outer.source === inner.source && (within(inner.start) || within(inner.end));
}
