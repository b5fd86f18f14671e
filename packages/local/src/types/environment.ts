import type { Scheme } from "./type";

/** What values of a named type have. */
export interface Shape {
  /** The parameters of its name: `A` of `Array<A>`. */
  readonly params: readonly string[];
  readonly fields: ReadonlyMap<string, Scheme>;
  /** What calling it does, and what `[…]` does. */
  readonly apply?: Scheme;
  readonly access?: Scheme;
  /** What the name stands for: a record for a document, null for a missing one. */
  readonly alias?: Scheme;
  /** Documents can be stored in it. */
  readonly persistable?: boolean;
  /** It is a document of this collection, or a missing one. */
  readonly document?: { readonly collection: string; readonly exists: boolean };
}

/** The names that a text may use: of values, and of types. */
export interface Environment {
  readonly global: (name: string) => Scheme | undefined;
  readonly shape: (name: string) => Shape | undefined;
  readonly operator: (name: string) => Scheme | undefined;
}
