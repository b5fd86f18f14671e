import type { Expr, TypeExpr } from "../ast";
import { CheckError } from "../errors";
import { NO_SOURCE, type Source } from "../source";
import { Parser } from "./parser";
import { Scanner, type Holes } from "./scanner";

export type { Holes } from "./scanner";

export type LambdaExpr = Extract<Expr, { kind: "lambda" | "shortLambda" }>;

/** Parses a whole query; throws `CheckError`. */
export function parseQuery(source: Source, holes?: Holes): Expr {
  const scan = new Scanner(source, holes);
  return scan.check(() => new Parser(scan).query());
}

/** Parses the text of a function or predicate: one lambda and nothing else. */
export function parseLambda(source: Source): LambdaExpr {
  const block = parseQuery(source);
  const only = block.kind === "block" && block.body.length === 1 ? block.body[0]! : null;
  const value = only?.kind === "expr" ? only.value : null;
  const inner = value?.kind === "tuple" && value.items.length === 1 ? value.items[0]! : value;
  if (inner?.kind === "shortLambda" || value?.kind === "lambda")
    return (inner?.kind === "shortLambda" ? inner : value) as LambdaExpr;
  const span = { source, start: 0, end: source.text.trimEnd().length };
  const remarks = only
    ? [
        {
          label: "hint",
          message: "Declare a lambda.",
          span: { source, start: 0, end: 0 },
          insert: "() => ",
        } as const,
      ]
    : [];
  throw new CheckError([
    {
      level: "error",
      message: "Body must be a lambda expression.",
      span,
      annotation: "Expression is not a lambda.",
      remarks,
    },
  ]);
}

/** Parses one expression, for defaults and index paths. */
export function parseExpression(source: Source, shortLambda = false): Expr {
  const scan = new Scanner(source);
  return scan.check(() => new Parser(scan).single(shortLambda));
}

/** Parses a type by itself, as in a signature. */
export function parseType(text: string, name = ""): TypeExpr {
  const scan = new Scanner(name ? { name, text } : { ...NO_SOURCE, text });
  return scan.check(() => new Parser(scan).type());
}
