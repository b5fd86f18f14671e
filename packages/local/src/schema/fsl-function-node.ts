import type { Parser } from "../fql/parser/parser";
import { ParseFailure, type Scanner } from "../fql/parser/scanner";
import { plainType } from "../fql/parser/types";
import type { TypeExpr } from "../fql/ast";
import type { NodeValue, Parameter } from "./fsl-nodes";

/** What stands behind the name of a function: `(a: Int, ...b): String { … }`. */
export function functionNode(scan: Scanner, fql: Parser): NodeValue {
  scan.ws();
  const start = scan.at;
  scan.need("(");
  scan.nl();
  const params: Parameter[] = [];
  while (!scan.peek(")")) {
    params.push(parameter(scan, fql));
    scan.nl();
    if (!scan.take(",")) break;
    scan.nl();
  }
  const close = scan.at;
  scan.need(")");
  const closed = scan.span(close);
  scan.ws();
  const result = scan.take(":") ? typeOf(scan, fql) : null;
  const signature = { ...closed, start, end: result ? result.span.end : closed.end };
  scan.nl();
  const body = fql.block();
  return {
    kind: "function",
    params,
    close: closed,
    result,
    body,
    signature,
    span: scan.span(start),
  };
}

function parameter(scan: Scanner, fql: Parser): Parameter {
  const variadic = scan.take("...");
  const name = scan.plainName();
  if (!name) throw new ParseFailure(scan.at, "`)` or identifier");
  scan.nl();
  return { name, variadic, type: scan.take(":") ? typeOf(scan, fql) : null };
}

function typeOf(scan: Scanner, fql: Parser): TypeExpr {
  scan.nl();
  return plainType(scan, () => fql.bare(false));
}
