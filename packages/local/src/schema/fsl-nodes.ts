import type { Expr, Name, TypeExpr } from "../fql/ast";
import type { Span } from "../fql/source";

/** `@role(server)` */
export interface Annotation {
  readonly keyword: string;
  readonly value: Name;
  readonly span: Span;
}
export interface Parameter {
  readonly name: Name;
  readonly type: TypeExpr | null;
  readonly variadic: boolean;
}

/** What stands behind the keyword and the name of a node. */
export type NodeValue =
  | { readonly kind: "invalid"; readonly span: Span }
  | { readonly kind: "block"; readonly items: readonly FslNode[]; readonly span: Span }
  | { readonly kind: "paths"; readonly items: readonly Expr[]; readonly span: Span }
  | { readonly kind: "expression"; readonly expr: Expr; readonly span: Span }
  | {
      readonly kind: "field";
      readonly computed: boolean;
      readonly type: TypeExpr | null;
      readonly value: Expr | null;
      readonly span: Span;
    }
  | {
      readonly kind: "function";
      readonly params: readonly Parameter[];
      readonly close: Span;
      readonly result: TypeExpr | null;
      readonly body: Expr;
      /** Of its parameters and result. */
      readonly signature: Span;
      readonly span: Span;
    }
  | {
      readonly kind: "migration";
      readonly paths: readonly Expr[];
      readonly value: Expr | null;
      readonly span: Span;
    };

/** A declaration or a part of one, whatever it is called: `index byAge { … }`, `name: String`, `read`. */
export interface FslNode {
  readonly annotations: readonly Annotation[];
  /** `field` for all fields. */
  readonly keyword: Name;
  readonly name: Name | null;
  readonly value: NodeValue | null;
  /** From its annotations on. */
  readonly start: number;
  /** Of the comments right before it, which the server counts to it; `start` if there are none. */
  readonly documented: number;
  readonly span: Span;
}
