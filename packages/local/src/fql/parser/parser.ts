import type { Expr, Name, Statement, TypeExpr } from "../ast";
import type { Span } from "../source";
import { OperatorParser } from "./operator-parser";
import { KEYWORDS, ParseFailure, type Scanner } from "./scanner";
import { checkDefaults } from "./type-defaults";
import { annotation, fieldType, plainType } from "./types";

/** Deeper nesting than this is refused, as the server's own stack would be used up. */
const MAX_DEPTH = 400;

/** A recursive-descent parser of FQL v10 text. */
export class Parser extends OperatorParser {
  #depth = 0;

  /** A whole text: statements, the last of which is its value, and what `made` makes of them. */
  query<T>(made: (body: readonly Statement[], scan: Scanner, span: Span) => T): T {
    const { scan } = this;
    scan.nl();
    const start = scan.at;
    const body = this.statements("query");
    if (!body.length) throw new ParseFailure(scan.at, "");
    const result = made(body, scan, scan.span(start, scan.at));
    scan.nl();
    if (!scan.atEnd) throw new ParseFailure(scan.at, "end-of-input");
    return result;
  }

  /** A single expression, as in a default or an index path. */
  single(shortLambda: boolean): Expr {
    this.scan.nl();
    const value = this.expression(shortLambda);
    if (!this.scan.atEnd) throw new ParseFailure(this.scan.at, "end-of-input");
    return value;
  }

  /** A type by itself. */
  type(isField: boolean): TypeExpr {
    this.scan.nl();
    const read = isField ? fieldType : plainType;
    const type = read(this.scan, () => this.bare(false));
    if (isField) checkDefaults(this.scan, type, null);
    this.scan.nl();
    if (!this.scan.atEnd) throw new ParseFailure(this.scan.at, "end-of-input");
    return type;
  }

  /** Statements in braces: the body of a function. */
  block(): Expr {
    const { scan } = this;
    const start = scan.at;
    scan.need("{");
    scan.nl();
    const body = this.statements("block");
    scan.need("}");
    return { kind: "block", body, span: scan.span(start) };
  }

  protected override statements(of: "query" | "block"): Statement[] {
    const { scan } = this;
    const body: Statement[] = [];
    for (;;) {
      const start = scan.at;
      const statement = this.scan.attempt(() => this.statement());
      if (!statement) {
        scan.at = start;
        break;
      }
      body.push(statement);
      if (!scan.separator()) break;
    }
    if (!body.length) scan.separator();
    scan.nl();
    const last = body[body.length - 1];
    const here = scan.span(scan.at, scan.at + 1);
    if (!last) scan.error(`Unexpected end of ${of}. Expected statement or expression`, here);
    if (last?.kind === "let") {
      const cause = {
        label: "cause",
        message: "Statement does not return a value",
        span: last.span,
      } as const;
      return scan.fail("Missing return expression", here, { remarks: [cause] });
    }
    return body;
  }

  protected statement(): Statement {
    const { scan } = this;
    const start = scan.at;
    if (!scan.keyword("let")) {
      const value = this.bare(false);
      return { kind: "expr", value, span: value.span };
    }
    scan.nl();
    const name = this.name("identifier");
    scan.nl();
    const colon = scan.take(":");
    if (colon) scan.nl();
    const type = colon ? annotation(scan, () => this.bare(false), "=") : null;
    if (!type) scan.need("=", "`:` or `=`");
    scan.nl();
    const value = this.bare(false);
    if (name.text === "_" || name.text === "FQL") scan.invalidName(name);
    return { kind: "let", name, type, value, span: scan.span(start, value.span.end) };
  }

  /** An expression and the white space behind it. */
  override expression(shortLambda: boolean, expected = "expression"): Expr {
    const value = this.bare(shortLambda, expected);
    this.scan.nl();
    return value;
  }

  /** An expression; newlines behind it are left alone. */
  override bare(shortLambda: boolean, expected = "expression"): Expr {
    if (++this.#depth > MAX_DEPTH) throw new RangeError("The query is nested too deeply");
    const value = this.nested(expected);
    if (value.kind === "shortLambda" && !shortLambda)
      this.scan.error("Invalid anonymous field access", value.span);
    return value;
  }

  protected nested(expected: string): Expr {
    try {
      return this.any(expected);
    } finally {
      this.#depth--;
    }
  }

  protected any(expected: string): Expr {
    const { scan } = this;
    const start = scan.at;
    if (scan.peekKeyword("if")) return this.ifExpression();
    if (scan.peekKeyword("at")) return this.atExpression();
    if (scan.peek("(")) return this.tupleOrLambda();
    const term = this.baseTerm();
    if (term) return this.rest(term);
    const name = scan.plainName();
    if (!name) throw new ParseFailure(start, expected);
    if (KEYWORDS.has(name.text)) {
      scan.error("Invalid identifier", name.span, { annotation: `\`${name.text}\` is a keyword` });
      throw new ParseFailure(start, expected);
    }
    scan.ws();
    if (scan.take("=>")) {
      const body = this.lambdaBody();
      return {
        kind: "lambda",
        params: [name.text === "_" ? null : name],
        body,
        span: scan.span(start, body.span.end),
      };
    }
    return this.rest({ kind: "id", name: name.text, span: name.span });
  }

  protected lambdaBody(): Expr {
    this.scan.nl();
    return this.bare(false);
  }

  protected ifExpression(): Expr {
    const { scan } = this;
    const start = scan.at;
    scan.keyword("if");
    scan.nl();
    scan.need("(");
    scan.nl();
    const test = this.expression(false);
    scan.need(")");
    scan.nl();
    const then = this.bare(false);
    const end = scan.at;
    scan.nl();
    if (!scan.keyword("else")) {
      scan.at = end;
      return { kind: "if", test, then, otherwise: null, span: scan.span(start, then.span.end) };
    }
    scan.nl();
    const otherwise = this.bare(false);
    return { kind: "if", test, then, otherwise, span: scan.span(start, otherwise.span.end) };
  }

  protected atExpression(): Expr {
    const { scan } = this;
    const start = scan.at;
    scan.keyword("at");
    scan.nl();
    scan.need("(");
    scan.nl();
    const time = this.expression(false);
    scan.need(")");
    scan.nl();
    const body = this.bare(false);
    return { kind: "at", time, body, span: scan.span(start, body.span.end) };
  }

  protected tupleOrLambda(): Expr {
    const { scan } = this;
    const start = scan.at;
    scan.take("(");
    const items = this.list(")", "`...`", true);
    const named = items.every((item) => item.kind === "id");
    let rest: Name | undefined;
    if (scan.take("...")) {
      scan.nl();
      rest = this.name(items.length ? "expression or identifier" : "identifier");
      scan.nl();
    }
    if (rest) scan.need(")");
    else this.close(")", "`...`", items.length > 0);
    const end = scan.at;
    scan.ws();
    if (rest && !named) return scan.fail("invalid variadic tuple", scan.span(start, end));
    if (named && scan.take("=>")) return this.longLambda(start, items, rest);
    return this.rest({ kind: "tuple", items, span: scan.span(start, end) });
  }

  protected longLambda(start: number, items: readonly Expr[], rest: Name | undefined): Expr {
    const names = items.map((item): Name => ({
      text: (item as { name: string }).name,
      span: item.span,
    }));
    const named = [...names, ...(rest ? [rest] : [])].filter((name) => name.text !== "_");
    for (const [i, name] of named.entries()) {
      const first = named.slice(0, i).find((other) => other.text === name.text);
      if (first) {
        const remarks = [
          { label: "hint", message: "Argument originally defined here", span: first.span } as const,
        ];
        this.scan.error("Duplicate lambda argument", name.span, { remarks });
      }
    }
    const body = this.lambdaBody();
    const params = names.map((name) => (name.text === "_" ? null : name));
    const span = this.scan.span(start, body.span.end);
    return rest
      ? { kind: "lambda", params, rest: rest.text === "_" ? null : rest, body, span }
      : { kind: "lambda", params, body, span };
  }
}
