import type { Binding, Expr, Link, Name, Statement } from "../ast";
import { numberLiteral } from "./numbers";
import { KEYWORDS, ParseFailure, type Scanner } from "./scanner";
import { doubleQuoted, heredoc, singleQuoted } from "./strings";
import { typeExpression } from "./types";

/** How tightly operators bind, loosest first. */
const PRECEDENCE: ReadonlyMap<string, number> = new Map(
  [
    ["??"],
    ["||"],
    ["&&"],
    ["==", "!=", "=~", "!~"],
    [">", "<", ">=", "<="],
    ["isa"],
    ["|"],
    ["^"],
    ["&"],
    ["+", "-"],
    ["*", "/", "%"],
    ["**"],
  ].flatMap((operators, level) => operators.map((operator): [string, number] => [operator, level])),
);
const SAME_LINE = ["==", "!=", "=~", "!~", ">=", "<=", ">", "<", "+", "-", "**", "*", "/", "%"];
const ANY_LINE = ["??", "||", "&&", "|", "^", "&"];
/** Deeper nesting than this is refused, as the server's own stack would be used up. */
const MAX_DEPTH = 400;

/** A recursive-descent parser of FQL v10 text. */
export class Parser {
  #depth = 0;

  constructor(readonly scan: Scanner) {}

  /** A whole query: statements, the last of which is its value. */
  query(): Expr {
    const { scan } = this;
    scan.nl();
    const start = scan.at;
    const body = this.#statements("query");
    const end = scan.at;
    scan.nl();
    if (!scan.atEnd) throw new ParseFailure(scan.at, "end-of-input");
    return { kind: "block", body, span: scan.span(start, end) };
  }

  /** A single expression, as in a default or an index path. */
  single(shortLambda: boolean): Expr {
    this.scan.nl();
    const value = this.expression(shortLambda);
    if (!this.scan.atEnd) throw new ParseFailure(this.scan.at, "end-of-input");
    return value;
  }

  #statements(of: "query" | "block"): Statement[] {
    const { scan } = this;
    const body: Statement[] = [];
    for (;;) {
      const start = scan.at;
      const statement = this.#attempt(() => this.#statement());
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
    if (!last) return scan.fail(`Unexpected end of ${of}. Expected statement or expression`, here);
    if (last.kind === "let") {
      const cause = {
        label: "cause",
        message: "Statement does not return a value",
        span: last.span,
      } as const;
      return scan.fail("Missing return expression", here, { remarks: [cause] });
    }
    return body;
  }

  /** Runs `parse`; null when it fails before anything that rules out going back. */
  #attempt<T>(parse: () => T): T | null {
    const { scan } = this;
    const [start, cut] = [scan.at, scan.cutAt];
    scan.cutAt = -1;
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof ParseFailure) || scan.cutAt >= 0) throw error;
      scan.at = start;
      return null;
    } finally {
      scan.cutAt = Math.max(cut, scan.cutAt);
    }
  }

  #statement(): Statement {
    const { scan } = this;
    const start = scan.at;
    if (!scan.keyword("let")) {
      const value = this.bare(false);
      return { kind: "expr", value, span: value.span };
    }
    scan.nl();
    const name = this.#name("identifier");
    scan.nl();
    const colon = scan.take(":");
    if (colon) scan.nl();
    const type = colon ? typeExpression(scan) : null;
    scan.need("=", colon ? "`=`" : "`:` or `=`");
    scan.nl();
    const value = this.bare(false);
    if (name.text === "_" || name.text === "FQL") scan.invalidName(name);
    return { kind: "let", name, type, value, span: scan.span(start, value.span.end) };
  }

  #name(expected: string): Name {
    const name = this.scan.plainName();
    if (!name) throw new ParseFailure(this.scan.at, expected);
    return KEYWORDS.has(name.text) ? this.scan.invalidName(name) : name;
  }

  /** An expression and the white space behind it. */
  expression(shortLambda: boolean, expected = "expression"): Expr {
    const value = this.bare(shortLambda, expected);
    this.scan.nl();
    return value;
  }

  /** An expression; newlines behind it are left alone. */
  bare(shortLambda: boolean, expected = "expression"): Expr {
    if (++this.#depth > MAX_DEPTH) throw new RangeError("The query is nested too deeply");
    const value = this.#nested(expected);
    if (value.kind === "shortLambda" && !shortLambda)
      this.scan.error("Invalid anonymous field access", value.span);
    return value;
  }

  #nested(expected: string): Expr {
    try {
      return this.#any(expected);
    } finally {
      this.#depth--;
    }
  }

  #any(expected: string): Expr {
    const { scan } = this;
    const start = scan.at;
    if (scan.peekKeyword("if")) return this.#if();
    if (scan.peekKeyword("at")) return this.#at();
    if (scan.peek("(")) return this.#tupleOrLambda();
    const term = this.#baseTerm();
    if (term) return this.#rest(term);
    const name = scan.plainName();
    if (!name) throw new ParseFailure(start, expected);
    if (KEYWORDS.has(name.text)) {
      scan.error("Invalid identifier", name.span, { annotation: `\`${name.text}\` is a keyword` });
      throw new ParseFailure(start, expected);
    }
    scan.ws();
    if (scan.take("=>")) {
      const body = this.#lambdaBody();
      return {
        kind: "lambda",
        params: [name.text === "_" ? null : name],
        body,
        span: scan.span(start, body.span.end),
      };
    }
    return this.#rest({ kind: "id", name: name.text, span: name.span });
  }

  #lambdaBody(): Expr {
    this.scan.nl();
    return this.bare(false);
  }

  #if(): Expr {
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

  #at(): Expr {
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

  /** `a, b,` up to the closing bracket; `more` lists what else may stand before it. */
  #list(close: string, more: string, shortLambda: boolean): Expr[] {
    const { scan } = this;
    const items: Expr[] = [];
    scan.nl();
    while (!scan.peek(close) && !(more && scan.peek("..."))) {
      items.push(
        this.expression(
          shortLambda,
          `${[`\`${close}\``, ...(more ? [more] : [])].join(", ")}${more ? "," : ""} or expression`,
        ),
      );
      if (!scan.peek(",")) break;
      scan.at++;
      scan.nl();
    }
    return items;
  }

  #close(close: string, more: string, some: boolean): void {
    const wanted = some ? [`\`${close}\``, "`,`"].sort() : [`\`${close}\``];
    if (more) wanted.push(more);
    if (!some) wanted.push("expression");
    const text =
      wanted.length > 2
        ? `${wanted.slice(0, -1).join(", ")}, or ${wanted[wanted.length - 1]!}`
        : wanted.join(" or ");
    this.scan.need(close, text);
  }

  #tupleOrLambda(): Expr {
    const { scan } = this;
    const start = scan.at;
    scan.take("(");
    const items = this.#list(")", "`...`", true);
    const named = items.every((item) => item.kind === "id");
    let rest: Name | undefined;
    if (scan.take("...")) {
      scan.nl();
      rest = this.#name("identifier");
      scan.nl();
    }
    if (rest) scan.need(")");
    else this.#close(")", "`...`", items.length > 0);
    const end = scan.at;
    scan.ws();
    if (rest && !named) return scan.fail("invalid variadic tuple", scan.span(start, end));
    if (named && scan.take("=>")) return this.#longLambda(start, items, rest);
    return this.#rest({ kind: "tuple", items, span: scan.span(start, end) });
  }

  #longLambda(start: number, items: readonly Expr[], rest: Name | undefined): Expr {
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
    const body = this.#lambdaBody();
    const params = names.map((name) => (name.text === "_" ? null : name));
    const span = this.scan.span(start, body.span.end);
    return rest
      ? { kind: "lambda", params, rest: rest.text === "_" ? null : rest, body, span }
      : { kind: "lambda", params, body, span };
  }

  /** A literal, string, object, block, array or `.field`; null when none starts here. */
  #baseTerm(): Expr | null {
    const { scan } = this;
    const start = scan.at;
    const term = this.#literal() ?? this.#bracketed() ?? this.#anonymous();
    if (!term) {
      scan.at = start;
      return this.#unary();
    }
    scan.ws();
    return this.#links(term);
  }

  #literal(): Expr | null {
    const { scan } = this;
    const start = scan.at;
    const hole = scan.holes.get(start);
    if (hole) {
      scan.at += hole.length;
      return { kind: "value", value: hole.value, span: scan.span(start) };
    }
    if (scan.keyword("null")) return { kind: "null", span: scan.span(start) };
    if (scan.keyword("true")) return { kind: "value", value: true, span: scan.span(start) };
    if (scan.keyword("false")) return { kind: "value", value: false, span: scan.span(start) };
    const number = numberLiteral(scan);
    if (number) return { kind: "value", value: number, span: scan.span(start) };
    return this.#string();
  }

  #string(): Expr | null {
    const { scan } = this;
    const start = scan.at;
    if (scan.peek("'")) {
      const text = singleQuoted(scan);
      return text === null ? null : { kind: "value", value: text, span: scan.span(start) };
    }
    const inner = (): Expr => this.expression(false);
    const parts = scan.peek('"')
      ? doubleQuoted(scan, inner)
      : scan.peek("<<")
        ? heredoc(scan, inner)
        : null;
    if (!parts) return null;
    if (parts.length <= 1 && typeof (parts[0] ?? "") === "string") {
      return {
        kind: "value",
        value: (parts[0] as string | undefined) ?? "",
        span: scan.span(start),
      };
    }
    return { kind: "template", parts, span: scan.span(start) };
  }

  #bracketed(): Expr | null {
    const { scan } = this;
    if (scan.peek("{")) return this.#objectOrBlock();
    if (!scan.peek("[")) return null;
    const start = scan.at;
    scan.take("[");
    const items = this.#list("]", "", false);
    this.#close("]", "", items.length > 0 && !this.#afterComma());
    return { kind: "array", items, span: scan.span(start) };
  }

  /** Whether the last thing read was a comma. */
  #afterComma(): boolean {
    return /,\s*$/.test(this.scan.text.slice(0, this.scan.at));
  }

  #objectOrBlock(): Expr {
    const { scan } = this;
    const start = scan.at;
    scan.take("{");
    scan.nl();
    if (scan.take("}")) return { kind: "object", fields: [], span: scan.span(start) };
    const first = scan.at;
    if (this.#startsField()) {
      const fields = this.#fields();
      scan.need("}");
      return { kind: "object", fields, span: scan.span(start) };
    }
    const opened = scan.cutAt;
    scan.cutAt = -1;
    const body = this.#statements("block");
    const at = scan.cutAt < 0 ? first : scan.at;
    scan.cutAt = opened;
    if (!scan.peek("}")) throw new ParseFailure(at, at === first ? "`}` or expression" : "`}`");
    scan.need("}");
    return { kind: "block", body, span: scan.span(start) };
  }

  #fieldName(): Name | null {
    const { scan } = this;
    const start = scan.at;
    if (scan.peek("'")) {
      const text = singleQuoted(scan);
      return text === null ? null : { text, span: scan.span(start) };
    }
    if (!scan.peek('"')) return scan.plainName();
    const parts = doubleQuoted(scan, () => this.expression(false));
    if (!parts || !parts.every((part) => typeof part === "string")) return null;
    return { text: parts.join(""), span: scan.span(start) };
  }

  #startsField(): boolean {
    const { scan } = this;
    const [start, cut] = [scan.at, scan.cutAt];
    const name = this.#attempt(() => this.#fieldName());
    scan.ws();
    const found = name !== null && scan.peek(":");
    [scan.at, scan.cutAt] = [start, cut];
    return found;
  }

  #fields(): Binding[] {
    const { scan } = this;
    const fields: Binding[] = [];
    while (this.#startsField()) {
      const name = this.#fieldName()!;
      scan.ws();
      scan.need(":");
      scan.nl();
      const value = this.expression(false);
      const first = fields.find((field) => field.name.text === name.text);
      if (first) {
        const remarks = [
          { label: "hint", message: "Key originally used here", span: first.name.span } as const,
        ];
        scan.error("Duplicate key", name.span, { remarks });
      }
      fields.push({ name, value });
      if (!scan.peek(",")) break;
      scan.at++;
      scan.nl();
    }
    return fields;
  }

  #anonymous(): Expr | null {
    const { scan } = this;
    const start = scan.at;
    if (!scan.peek(".") || scan.peek("..")) return null;
    scan.at++;
    scan.nl();
    const base: Expr = { kind: "this", span: scan.span(start, start) };
    const link = this.#fieldLink(false, start) ?? this.#callLink(null) ?? this.#indexLink(null);
    if (!link) {
      scan.at = start;
      return null;
    }
    const chain: Expr = {
      kind: "chain",
      base,
      links: [link],
      span: scan.span(start, link.span.end),
    };
    return { kind: "shortLambda", body: chain, span: chain.span };
  }

  #unary(): Expr | null {
    const { scan } = this;
    const start = scan.at;
    if (!/[-~!]/.test(scan.text[start] ?? "")) return null;
    scan.at++;
    const operator: Name = { text: scan.text[start]!, span: scan.span(start) };
    scan.cut();
    scan.ws();
    const operand = this.#term();
    const build = (inner: Expr): Expr => ({
      kind: "unary",
      operator,
      operand: inner,
      span: scan.span(start, inner.span.end),
    });
    if (operand.kind !== "shortLambda") return build(operand);
    const body = build(operand.body);
    return { kind: "shortLambda", body, span: body.span };
  }

  /** An operand: anything but `if`, `at`, a lambda or a projection. */
  #term(): Expr {
    const { scan } = this;
    const start = scan.at;
    const base = this.#baseTerm();
    if (base) return base;
    if (scan.peek("(")) return this.#links(this.#tuple());
    const name = scan.plainName();
    if (!name) throw new ParseFailure(start, "expression");
    if (KEYWORDS.has(name.text)) scan.invalidName(name);
    scan.ws();
    return this.#links({ kind: "id", name: name.text, span: name.span });
  }

  #tuple(): Expr {
    const { scan } = this;
    const start = scan.at;
    scan.take("(");
    const items = this.#list(")", "", true);
    this.#close(")", "", items.length > 0);
    const span = scan.span(start);
    scan.ws();
    return { kind: "tuple", items, span };
  }

  #rest(first: Expr): Expr {
    return this.#projection(this.#operators(this.#links(first)));
  }

  #links(base: Expr): Expr {
    const links: Link[] = [];
    for (let link = this.#link(); link; link = this.#link()) links.push(link);
    if (!links.length) return base;
    if (base.kind !== "shortLambda") return this.#chain(base, links);
    const body = this.#chain(base.body, links);
    return { kind: "shortLambda", body, span: body.span };
  }

  #chain(base: Expr, links: readonly Link[]): Expr {
    const [head, before] = base.kind === "chain" ? [base.base, base.links] : [base, []];
    const all = mergeCalls([...before, ...links]);
    return {
      kind: "chain",
      base: head,
      links: all,
      span: this.scan.span(base.span.start, all[all.length - 1]!.span.end),
    };
  }

  #link(): Link | null {
    const { scan } = this;
    const start = scan.at;
    scan.nl();
    const dot = scan.at;
    if (scan.peek("?.")) {
      scan.take("?.");
      scan.nl();
      const link = this.#callLink(dot) ?? this.#indexLink(dot) ?? this.#fieldLink(true, dot);
      if (!link) throw new ParseFailure(scan.at, "`(`, `[`, or identifier");
      return link;
    }
    if (scan.peek(".") && !scan.peek("...")) {
      scan.take(".");
      scan.nl();
      const link = this.#fieldLink(false, dot);
      if (!link) throw new ParseFailure(scan.at, "identifier");
      return link;
    }
    scan.at = start;
    return this.#callLink(null) ?? this.#indexLink(null) ?? this.#bangLink();
  }

  #fieldLink(optional: boolean, _dot: number): Link | null {
    const name = this.scan.plainName();
    if (!name) return null;
    this.scan.ws();
    return { kind: "field", name, optional, span: name.span };
  }

  #callLink(question: number | null): Link | null {
    const { scan } = this;
    const start = scan.at;
    if (!scan.take("(")) return null;
    const args = this.#list(")", "", true);
    this.#close(")", "", args.length > 0 && !this.#afterComma());
    const span = scan.span(start);
    scan.ws();
    return { kind: "call", args, optional: question !== null, span };
  }

  #indexLink(question: number | null): Link | null {
    const { scan } = this;
    const start = scan.at;
    if (!scan.take("[")) return null;
    const args = this.#list("]", "", true);
    this.#close("]", "", args.length > 0 && !this.#afterComma());
    const span = scan.span(start);
    scan.ws();
    return { kind: "index", args, optional: question !== null, span };
  }

  #bangLink(): Link | null {
    const { scan } = this;
    if (!scan.peek("!") || scan.peek("!=") || scan.peek("!~")) return null;
    const start = scan.at;
    scan.take("!");
    const span = scan.span(start);
    scan.ws();
    return { kind: "bang", span };
  }

  #operator(): Name | null {
    const { scan } = this;
    const start = scan.at;
    const found = scan.peekKeyword("isa")
      ? "isa"
      : (this.#sameLineOperator() ?? this.#anyLineOperator());
    if (!found) {
      scan.at = start;
      return null;
    }
    const at = scan.at;
    scan.take(found);
    return { text: found, span: scan.span(at) };
  }

  #sameLineOperator(): string | undefined {
    const { scan } = this;
    if (scan.peek("//") || scan.peek("/*") || scan.peek("->")) return undefined;
    return SAME_LINE.find((operator) => scan.peek(operator));
  }

  #anyLineOperator(): string | undefined {
    this.scan.nl();
    return ANY_LINE.find((operator) => this.scan.peek(operator));
  }

  #operators(first: Expr): Expr {
    const operands: Expr[] = [first];
    const pending: Name[] = [];
    const shorts: Expr[] = [];
    const open = (operand: Expr): Expr => {
      const inner = unwrapShort(operand);
      if (inner) shorts.push(inner);
      return inner ?? operand;
    };
    const reduce = (): void => {
      const right = open(operands.pop()!);
      const left = open(operands.pop()!);
      operands.push({
        kind: "binary",
        operator: pending.pop()!,
        left,
        right,
        span: this.scan.span(left.span.start, right.span.end),
      });
    };
    for (let operator = this.#operator(); operator; operator = this.#operator()) {
      this.scan.nl();
      const right = this.#term();
      const level = PRECEDENCE.get(operator.text)!;
      while (pending.length) {
        const before = PRECEDENCE.get(pending[pending.length - 1]!.text)!;
        if (before < level || (before === level && operator.text === "**")) break;
        reduce();
      }
      pending.push(operator);
      operands.push(right);
    }
    while (pending.length) reduce();
    const result = operands[0]!;
    return shorts.length ? { kind: "shortLambda", body: result, span: result.span } : result;
  }

  #projection(base: Expr): Expr {
    const { scan } = this;
    if (!scan.peek("{")) return base;
    const bindings = this.#bindings();
    const end = scan.at;
    scan.ws();
    const inner = base.kind === "shortLambda" ? base.body : base;
    const project: Expr = {
      kind: "project",
      base: inner,
      bindings,
      span: scan.span(inner.span.start, end),
    };
    return base.kind === "shortLambda"
      ? { kind: "shortLambda", body: project, span: project.span }
      : project;
  }

  #bindings(): Binding[] | null {
    const { scan } = this;
    scan.take("{");
    scan.nl();
    if (scan.take("*")) {
      scan.nl();
      scan.need("}");
      return null;
    }
    const bindings = [this.#binding("`*` or identifier")];
    while (scan.peek(",")) {
      scan.at++;
      scan.nl();
      if (scan.peek("}")) break;
      bindings.push(this.#binding("`}`"));
    }
    scan.need("}");
    return bindings;
  }

  #binding(expected: string): Binding {
    const { scan } = this;
    const name = scan.plainName();
    if (!name) throw new ParseFailure(scan.at, expected);
    if (KEYWORDS.has(name.text)) {
      // The server tries both forms of an element and reports each.
      scan.error("Invalid identifier", name.span, { annotation: `\`${name.text}\` is a keyword` });
      scan.invalidName(name);
    }
    scan.ws();
    if (scan.take(":")) {
      scan.nl();
      const value = this.expression(true);
      return { name, value: value.kind === "shortLambda" ? value.body : value };
    }
    const here = scan.span(name.span.start, name.span.start);
    const link: Link = { kind: "field", name, optional: false, span: name.span };
    const field: Expr = {
      kind: "chain",
      base: { kind: "this", span: here },
      links: [link],
      span: name.span,
    };
    const value = this.#projection(field);
    scan.nl();
    return { name, value };
  }
}

/** The body of a short lambda that is an operand, in parentheses or not. */
function unwrapShort(operand: Expr): Expr | null {
  if (operand.kind === "shortLambda") return operand.body;
  const only = operand.kind === "tuple" && operand.items.length === 1 ? operand.items[0]! : null;
  return only?.kind === "shortLambda"
    ? { kind: "tuple", items: [only.body], span: operand.span }
    : null;
}

/** A field followed by a call is a method call. */
function mergeCalls(links: readonly Link[]): Link[] {
  const merged: Link[] = [];
  for (const link of links) {
    const last = merged[merged.length - 1];
    if (link.kind === "call" && last?.kind === "field") {
      const { name, optional } = last;
      merged[merged.length - 1] = {
        kind: "method",
        name,
        optional,
        args: link.args,
        optionalCall: link.optional,
        span: link.span,
      };
    } else merged.push(link);
  }
  return merged;
}
