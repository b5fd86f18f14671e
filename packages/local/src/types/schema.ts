import type { Expr, Name, TypeExpr } from "../fql/ast";
import type { Span } from "../fql/source";

export interface DefinedField {
  readonly type: TypeExpr;
  readonly initial: Expr | null;
}
export interface ComputedField {
  /** What is written; null if it is to be found out. */
  readonly type: TypeExpr | null;
  readonly body: Expr;
}
export interface IndexTerm {
  readonly path: readonly string[];
  readonly mva: boolean;
}

/** A collection as its definition has it. */
export interface CollectionSchema {
  readonly name: string;
  readonly alias: string | null;
  /** Where its name stands. */
  readonly span?: Span;
  readonly fields: ReadonlyMap<string, DefinedField>;
  readonly computed: ReadonlyMap<string, ComputedField>;
  readonly wildcard: TypeExpr | null;
  /** Null if the definition does not say. */
  readonly documentTtls: boolean | null;
  readonly indexes: ReadonlyMap<string, readonly IndexTerm[]>;
  /** Predicates of check constraints. */
  readonly checks?: readonly Expr[];
  /** What is indexed or unique, as a function of a document: `.address.city`. */
  readonly paths?: readonly Expr[];
}

/** A function of the schema. */
export interface FunctionSchema {
  readonly name: string;
  readonly alias: string | null;
  /** What is written; null if it is to be found out. */
  readonly signature: TypeExpr | null;
  readonly body: Expr;
}

/** What a role or an access provider says of a collection, a function or a role, and on which conditions. */
export interface GrantSchema {
  readonly of: "collection" | "collection or function" | "role";
  readonly name: Name;
  readonly predicates: readonly Expr[];
}

export interface Schema {
  readonly collections: readonly CollectionSchema[];
  readonly functions: readonly FunctionSchema[];
  /** Names of roles. */
  readonly roles: ReadonlySet<string>;
  /** In the order in which they are checked: members before privileges, roles before access providers. */
  readonly grants: readonly GrantSchema[];
}

/** The name of a collection or function, and its alias. */
export function namesOf(each: CollectionSchema | FunctionSchema): string[] {
  return each.alias === null ? [each.name] : [each.name, each.alias];
}
