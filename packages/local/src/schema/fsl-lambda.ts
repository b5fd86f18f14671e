import type { Expr } from "../fql/ast";
import type { LambdaExpr } from "../fql/parser";
import { printLambda } from "../fql/printer";
import type { FslNode } from "./fsl-nodes";
import type { Report } from "./fsl-report";

/** The function that an expression is, in parentheses or not. */
export function lambdaOf(expr: Expr | null): LambdaExpr | null {
  const inner = expr?.kind === "tuple" && expr.items.length === 1 ? expr.items[0]! : expr;
  return inner?.kind === "lambda" || inner?.kind === "shortLambda" ? inner : null;
}

/** The predicate in the block of an action, a membership or a role; null if it has none. */
export function predicateOf(report: Report, { value }: FslNode): LambdaExpr | null {
  if (!value) return null;
  if (value.kind !== "block") report.fail("Expected a block", value.span);
  else {
    const [only, ...others] = value.items;
    if (!only || others.length) report.fail("Expected a single predicate member", value.span);
    else if (only.keyword.text !== "predicate") report.fail("Expecting a predicate", only.span);
    else {
      report.unnamed(only);
      const found = report.value(only, "expression");
      const lambda = found?.expr.kind === "tuple" ? lambdaOf(found.expr) : null;
      if (found && !lambda) report.fail("Expected lambda predicate", found.span);
      return lambda;
    }
  }
  return null;
}

export function predicateText(lambda: LambdaExpr): string {
  return lambda.kind === "shortLambda" ? `(${printLambda(lambda)})` : printLambda(lambda);
}
