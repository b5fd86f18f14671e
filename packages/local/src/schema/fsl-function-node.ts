import type { Parser } from "../fql/parser/parser";
import { ParseFailure, type Scanner } from "../fql/parser/scanner";
import { plainType } from "../fql/parser/types";
import type { TypeExpr } from "../fql/ast";
import { restOfNode } from "./fsl-keywords";
import type { NodeValue, Parameter } from "./fsl-nodes";
import type { Span } from "../fql/source";

/** What stands behind the name of a function: `(a: Int, ...b): String { … }`. */
export function functionNode(scan: Scanner, fql: Parser): NodeValue {
  scan.ws();
  const start = scan.at;
  scan.need("(");
  scan.nl();
  const params: Parameter[] = [];
  while (!scan.peek(")")) {
    params.push(parameter(scan, fql));
    const { variadic, name, type } = params.at(-1)!;
    scan.nl();
    if (variadic && scan.peek(",")) {
      const span = { ...name.span, start: name.span.start - 3, end: (type ?? name).span.end };
      scan.fail("Variadic argument must be the last argument.", span);
    }
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
  if (!scan.peek("{")) return withoutBody(scan, signature);
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

/** Whoever looks for the function says that there is none; the server takes what follows for a part of it. */
function withoutBody(scan: Scanner, signature: Span): NodeValue {
  const { start, end } = restOfNode(scan);
  return { kind: "invalid", span: end > start ? { ...signature, end } : signature };
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
