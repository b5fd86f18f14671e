import type { Expr, Link } from "../fql/ast";
import { isUnreservedIdentifier } from "../fql/parser/scanner";
import { quote } from "../fql/quote";
import type { Report } from "./fsl-report";

/** A path of an index: as a function of a document, as a text, and in its steps. */
export interface IndexPath {
  readonly expr: Expr;
  readonly field: string;
  readonly path: readonly string[];
  readonly mva: boolean;
  readonly order: "asc" | "desc";
}

/** `.a`, `mva(.a)`, `desc(mva(.a))`; null where it is no path. */
export function indexPath(report: Report, expr: Expr, list: "terms" | "values"): IndexPath | null {
  let [inner, mva, order]: [Expr, boolean, "asc" | "desc"] = [expr, false, "asc"];
  while (inner.kind === "chain" && inner.base.kind === "id") {
    const { name, span } = inner.base;
    const [call] = inner.links;
    const isOrder = list === "values" && (name === "asc" || name === "desc");
    if ((!isOrder && name !== "mva") || call?.kind !== "call" || call.args.length !== 1) {
      const wanted = list === "terms" ? "Expected 'mva'" : "Expected 'asc', 'desc', or 'mva'";
      report.fail(wanted, span);
      return null;
    }
    if (name === "mva") mva = true;
    else order = name === "desc" ? "desc" : "asc";
    inner = call.args[0]!;
  }
  const path = pathOf(report, inner);
  return path && { expr: inner, field: pathText(path), path, mva, order };
}

/** The steps of `.a["b"][0]`. */
export function pathOf(report: Report, expr: Expr): string[] | null {
  const chain = expr.kind === "shortLambda" ? expr.body : expr;
  const isPath =
    expr.kind === "shortLambda" && chain.kind === "chain" && chain.base.kind === "this";
  if (!isPath) {
    report.fail("Invalid field path", expr.span);
    return null;
  }
  const steps: string[] = [];
  for (const link of chain.links) {
    const step = stepOf(link);
    if (step === null) {
      report.fail("Invalid field path", link.kind === "bang" ? link.span : link.whole);
      return null;
    }
    steps.push(step);
  }
  return steps;
}

function stepOf(link: Link): string | null {
  if (link.kind === "field") return link.optional ? null : link.name.text;
  if (link.kind !== "index" || link.optional || link.args.length !== 1) return null;
  const [key] = link.args;
  if (key?.kind === "template" && key.parts.every((part) => typeof part === "string"))
    return key.parts.join("");
  if (key?.kind !== "value") return null;
  if (typeof key.value === "string") return key.value;
  const isIndex = typeof key.value === "object" && key.value.kind === "int" && key.value.value >= 0;
  return isIndex ? String((key.value as { value: number }).value) : null;
}

export function pathText(path: readonly string[]): string {
  return path
    .map((step, i) => {
      if (isUnreservedIdentifier(step)) return `.${step}`;
      return `${i ? "" : "."}[${/^\d+$/.test(step) ? step : quote(step)}]`;
    })
    .join("");
}
