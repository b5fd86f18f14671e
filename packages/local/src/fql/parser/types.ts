import type { Name, TypeExpr } from "../ast";
import { ParseFailure, type Scanner } from "./scanner";
import { numberLiteral } from "./numbers";
import { doubleQuoted, singleQuoted } from "./strings";

/** A type annotation. Types are not checked here, only the names in them are kept. */
export function typeExpression(scan: Scanner): TypeExpr {
  const start = scan.at;
  const names: Name[] = [];
  union(scan, names);
  const end = scan.at;
  scan.nl();
  return { names, span: scan.span(start, end) };
}

function union(scan: Scanner, names: Name[]): void {
  for (;;) {
    primary(scan, names);
    while (scan.take("?")) scan.ws();
    const before = scan.at;
    scan.nl();
    if (!scan.peek("|") && !scan.peek("&")) {
      scan.at = before;
      break;
    }
    scan.at++;
    scan.nl();
  }
  if (scan.take("=>")) {
    scan.nl();
    union(scan, names);
  }
}

function primary(scan: Scanner, names: Name[]): void {
  if (scan.peek("{")) members(scan, names, "}");
  else if (scan.peek("[")) members(scan, names, "]");
  else if (scan.peek("(")) members(scan, names, ")");
  else if (scan.peek("'")) singleQuoted(scan);
  else if (scan.peek('"'))
    doubleQuoted(scan, () => scan.fail("Expected type", scan.span(scan.at, scan.at + 1)));
  else if (!numberLiteral(scan)) named(scan, names);
  scan.ws();
}

function named(scan: Scanner, names: Name[]): void {
  const name = scan.plainName();
  if (!name) throw new ParseFailure(scan.at, "type");
  names.push(name);
  if (!scan.take("<")) return;
  do {
    scan.nl();
    union(scan, names);
    scan.nl();
  } while (takeComma(scan));
  scan.need(">");
}

function takeComma(scan: Scanner): boolean {
  if (!scan.peek(",")) return false;
  scan.at++;
  return true;
}

/** `{ a: T, *: T }`, `[T, T]` or `(a: T, ...T)`. */
function members(scan: Scanner, names: Name[], close: string): void {
  scan.at++;
  scan.cut();
  scan.nl();
  while (!scan.peek(close)) {
    scan.take("...");
    const label = /(?:\*|[a-zA-Z_][a-zA-Z0-9_']*|"[^"]*"|'[^']*')\s*\??\s*:/y;
    label.lastIndex = scan.at;
    if (label.test(scan.text)) scan.at = label.lastIndex;
    scan.nl();
    union(scan, names);
    scan.nl();
    if (!takeComma(scan)) break;
    scan.nl();
  }
  scan.need(close);
}
