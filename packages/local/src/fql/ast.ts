import type { Span } from "./source";
import type { Decimal } from "./values/decimal";
import type { Value } from "./values/value";

export interface Name {
  readonly text: string;
  readonly span: Span;
}

/** One link of `a.b(c)?.d[e]!`. */
/** Where a link is: what errors point at, and that with the `.` or `?.` in front of it. */
interface LinkPlace {
  readonly span: Span;
  readonly whole: Span;
}

export type Link =
  | ({ readonly kind: "field"; readonly name: Name; readonly optional: boolean } & LinkPlace)
  /** Its `span` is the argument list with its parentheses, as that of a call. */
  | ({
      readonly kind: "method";
      readonly name: Name;
      readonly optional: boolean;
      readonly args: readonly Expr[];
      readonly optionalCall: boolean;
    } & LinkPlace)
  | ({
      readonly kind: "call" | "index";
      readonly args: readonly Expr[];
      readonly optional: boolean;
    } & LinkPlace)
  | { readonly kind: "bang"; readonly span: Span };

export type Statement =
  | {
      readonly kind: "let";
      readonly name: Name;
      readonly type: TypeExpr | null;
      readonly value: Expr;
      readonly span: Span;
    }
  | { readonly kind: "expr"; readonly value: Expr; readonly span: Span };

export interface Binding {
  readonly name: Name;
  readonly value: Expr;
}

export interface TypeParam {
  readonly name: Name | null;
  readonly type: TypeExpr;
}

export interface TypeField {
  readonly name: Name;
  readonly type: TypeExpr;
  /** What the field is where a write leaves it out: in definitions of fields only. */
  readonly initial?: Expr;
}

/** A type as it is written: in an annotation, a signature, the definition of a field. */
export type TypeExpr =
  | { readonly kind: "any" | "never" | "hole"; readonly span: Span }
  | {
      readonly kind: "literal";
      /** An integer is a bigint; decimals are only in types that are printed. */
      readonly value: string | boolean | bigint | Decimal;
      readonly span: Span;
    }
  | {
      readonly kind: "named";
      readonly name: Name;
      readonly args: readonly TypeExpr[];
      readonly span: Span;
    }
  | {
      readonly kind: "object";
      readonly fields: readonly TypeField[];
      readonly rest: TypeExpr | null;
      /** `{ a: T, ... }`: whatever has these fields. */
      readonly open: boolean;
      readonly span: Span;
    }
  | { readonly kind: "tuple"; readonly items: readonly TypeExpr[]; readonly span: Span }
  | {
      readonly kind: "function";
      readonly params: readonly TypeParam[];
      readonly rest: TypeParam | null;
      readonly result: TypeExpr;
      readonly span: Span;
    }
  | {
      readonly kind: "union" | "intersection";
      readonly members: readonly TypeExpr[];
      readonly span: Span;
    }
  /** `T?`, with the place of the question mark. */
  | { readonly kind: "nullable"; readonly of: TypeExpr; readonly mark: Span; readonly span: Span }
  /** Only in types that are printed: `A - B`, a type that refers to itself, a projection of something unknown. */
  | {
      readonly kind: "difference";
      readonly of: TypeExpr;
      readonly minus: TypeExpr;
      readonly span: Span;
    }
  | {
      readonly kind: "recursive";
      readonly name: string;
      readonly of: TypeExpr;
      readonly span: Span;
    }
  | {
      readonly kind: "projection";
      readonly by: TypeExpr;
      readonly result: TypeExpr;
      readonly span: Span;
    };

export type Expr =
  | {
      readonly kind: "value";
      readonly value: Value;
      readonly span: Span;
      /** It came with the query, not in its text. */
      readonly given?: true;
    }
  | { readonly kind: "null"; readonly span: Span }
  | { readonly kind: "template"; readonly parts: readonly (string | Expr)[]; readonly span: Span }
  | { readonly kind: "id"; readonly name: string; readonly span: Span }
  | { readonly kind: "this"; readonly span: Span }
  | { readonly kind: "array"; readonly items: readonly Expr[]; readonly span: Span }
  | { readonly kind: "tuple"; readonly items: readonly Expr[]; readonly span: Span }
  | { readonly kind: "object"; readonly fields: readonly Binding[]; readonly span: Span }
  | { readonly kind: "block"; readonly body: readonly Statement[]; readonly span: Span }
  | {
      readonly kind: "if";
      readonly test: Expr;
      readonly then: Expr;
      readonly otherwise: Expr | null;
      readonly span: Span;
    }
  | { readonly kind: "at"; readonly time: Expr; readonly body: Expr; readonly span: Span }
  | {
      readonly kind: "lambda";
      readonly params: readonly (Name | null)[];
      readonly rest?: Name | null;
      readonly body: Expr;
      readonly span: Span;
    }
  /** `.a > 1`: a lambda over `this`. */
  | { readonly kind: "shortLambda"; readonly body: Expr; readonly span: Span }
  | {
      readonly kind: "chain";
      readonly base: Expr;
      readonly links: readonly Link[];
      readonly span: Span;
    }
  | { readonly kind: "unary"; readonly operator: Name; readonly operand: Expr; readonly span: Span }
  | {
      readonly kind: "binary";
      readonly operator: Name;
      readonly left: Expr;
      readonly right: Expr;
      readonly span: Span;
    }
  | {
      readonly kind: "project";
      readonly base: Expr;
      readonly bindings: readonly Binding[] | null;
      readonly span: Span;
    };
