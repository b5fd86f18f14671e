import type { Position } from "./errors";
import type { V4Function } from "./functions/define";
import type { V4Value } from "./values";

/** A parsed query. Each node knows its position for error messages. */
export type Expression =
  | { readonly kind: "literal"; readonly value: V4Value }
  | { readonly kind: "array"; readonly items: readonly Expression[] }
  | { readonly kind: "object"; readonly fields: readonly (readonly [string, Expression])[] }
  | { readonly kind: "var"; readonly name: string }
  | {
      readonly kind: "let";
      readonly bindings: readonly (readonly [string, Expression])[];
      readonly body: Expression;
    }
  | {
      readonly kind: "if";
      readonly condition: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
      readonly position: Position;
    }
  | {
      readonly kind: "logic";
      readonly operator: "and" | "or";
      readonly operands: readonly Expression[];
      /** Whether they were given as a list, which has places of its own. */
      readonly isList: boolean;
      readonly position: Position;
    }
  | { readonly kind: "do"; readonly steps: readonly Expression[] }
  | {
      readonly kind: "select";
      readonly path: Expression;
      readonly from: Expression;
      readonly all: Expression | undefined;
      readonly fallback: Expression | undefined;
      readonly name: string;
      readonly position: Position;
    }
  | {
      readonly kind: "at";
      readonly time: Expression;
      readonly body: Expression;
      readonly position: Position;
    }
  | LambdaExpression
  | {
      readonly kind: "call";
      readonly target: V4Function;
      readonly args: ReadonlyMap<string, Expression>;
      readonly position: Position;
    };

export interface LambdaExpression {
  readonly kind: "lambda";
  readonly parameters: string | readonly string[];
  readonly body: Expression;
  readonly source: { readonly lambda: unknown; readonly expr: unknown };
}
