import type { Position } from "./errors";
import type { V4Function } from "./functions/define";
import type { FreeVariables } from "./free-variables";
import type { V4Value } from "./values";
import type { ApiVersion } from "./versions";

/** A parsed query. Each node knows its position for error messages. */
export type Expression =
  | { readonly kind: "literal"; readonly value: V4Value }
  | { readonly kind: "array"; readonly items: readonly Expression[] }
  | { readonly kind: "object"; readonly fields: readonly (readonly [string, Expression])[] }
  | { readonly kind: "var"; readonly name: string; readonly position: Position }
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
      readonly position: Position;
    }
  | { readonly kind: "do"; readonly steps: readonly Expression[] }
  | {
      readonly kind: "select";
      readonly path: Expression;
      readonly from: Expression;
      readonly all: Expression | undefined;
      readonly fallback: Expression | undefined;
      /** Whether `fallback` is evaluated in any case, as before version 3. */
      readonly eager: boolean;
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
      /** A set that is written as a value, of which only its form can be wrong. */
      readonly isLiteral?: boolean;
    };

export interface LambdaExpression {
  readonly kind: "lambda";
  readonly parameters: string | readonly string[];
  readonly body: Expression;
  /** What it uses and does not bind. */
  readonly free: FreeVariables;
  readonly version: ApiVersion;
  /** As it came over the wire, to send it back. */
  readonly source: { readonly lambda: unknown; readonly expr: unknown };
}
