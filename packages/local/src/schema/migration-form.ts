import type { Expr } from "../fql/ast";
import type { Shape } from "../fql/model/shape";
import type { Span } from "../fql/source";

/** What documents of a collection may have. */
export interface Form {
  readonly fields: ReadonlyMap<string, { readonly shape: Shape; readonly initial: Expr | null }>;
  /** What they may have besides: because that is written, or as no field is. */
  readonly wildcard: Shape | null;
  readonly isWritten: boolean;
}

/** Where a submitted schema says something. */
export interface Places {
  readonly collection: Span;
  readonly wildcard: Span;
  /** The last field, if there is one. */
  readonly lastField: Span;
  /** All migrations, if there are any. */
  readonly migrations: Span | null;
  /** The name of a field, also of one in another. */
  name(field: string): Span;
  type(field: string): Span;
  /** All of the step `i`. */
  statement(i: number): Span;
  /** What the step `i` gives. */
  value(i: number): Expr | null;
  /** A field of the step `i`, or its keyword. */
  step(i: number, path?: number): Span;
  /** Where the schema in use names a field: the server points there in the new text. */
  live(field: string): Span;
}
