import type { Expr, Link, Name } from "../ast";
import { LiteralParser } from "./literal-parser";
import { KEYWORDS, ParseFailure } from "./scanner";

/** Operands: a literal, a name or a tuple, and what is asked of it: `.a`, `(…)`, `[…]`, `!`. */
export abstract class ChainParser extends LiteralParser {
  /** A literal, string, object, block, array or `.field`; null when none starts here. */
  protected baseTerm(): Expr | null {
    const { scan } = this;
    const start = scan.at;
    const term = this.literal() ?? this.bracketed() ?? this.anonymous();
    if (!term) {
      scan.at = start;
      return this.unary();
    }
    scan.ws();
    return this.links(term);
  }

  protected anonymous(): Expr | null {
    const { scan } = this;
    const start = scan.at;
    if (!scan.peek(".") || scan.peek("..")) return null;
    scan.at++;
    scan.nl();
    const base: Expr = { kind: "this", span: scan.span(start, start) };
    const link = this.fieldLink(false, start) ?? this.callLink(null) ?? this.indexLink(null);
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

  protected unary(): Expr | null {
    const { scan } = this;
    const start = scan.at;
    if (!/[-~!]/.test(scan.text[start] ?? "")) return null;
    scan.at++;
    const operator: Name = { text: scan.text[start]!, span: scan.span(start) };
    scan.cut();
    scan.ws();
    const operand = this.term();
    const build = (inner: Expr): Expr => ({
      kind: "unary",
      operator,
      operand: inner,
      // As on the server, the sign is no part of it.
      span: inner.span,
    });
    if (operand.kind !== "shortLambda") return build(operand);
    const body = build(operand.body);
    return { kind: "shortLambda", body, span: body.span };
  }

  /** An operand: anything but `if`, `at`, a lambda or a projection. */
  term(): Expr {
    const { scan } = this;
    const start = scan.at;
    const base = this.baseTerm();
    if (base) return base;
    if (scan.peek("(")) return this.links(this.tuple());
    const name = scan.plainName();
    if (!name) throw new ParseFailure(start, "expression");
    if (KEYWORDS.has(name.text)) scan.invalidName(name);
    scan.ws();
    return this.links({ kind: "id", name: name.text, span: name.span });
  }

  protected tuple(): Expr {
    const { scan } = this;
    const start = scan.at;
    scan.take("(");
    const items = this.list(")", "", true);
    this.close(")", "", items.length > 0);
    const span = scan.span(start);
    scan.ws();
    return { kind: "tuple", items, span };
  }

  protected links(base: Expr): Expr {
    const links: Link[] = [];
    for (let link = this.link(); link; link = this.link()) links.push(link);
    if (!links.length) return base;
    if (base.kind !== "shortLambda") return this.chain(base, links);
    const body = this.chain(base.body, links);
    return { kind: "shortLambda", body, span: body.span };
  }

  protected chain(base: Expr, links: readonly Link[]): Expr {
    const [head, before] = base.kind === "chain" ? [base.base, base.links] : [base, []];
    const all = mergeCalls([...before, ...links]);
    return {
      kind: "chain",
      base: head,
      links: all,
      span: this.scan.span(base.span.start, all[all.length - 1]!.span.end),
    };
  }

  protected link(): Link | null {
    const { scan } = this;
    const start = scan.at;
    scan.nl();
    const dot = scan.at;
    if (scan.peek("?.")) {
      scan.take("?.");
      scan.nl();
      const link = this.callLink(dot) ?? this.indexLink(dot) ?? this.fieldLink(true, dot);
      if (!link) throw new ParseFailure(scan.at, "expression");
      return link;
    }
    if (scan.peek(".") && !scan.peek("...")) {
      scan.take(".");
      const beside = scan.at;
      scan.nl();
      const integer = scan.at === beside && /(?<![\w.])\d[\d_]*$/.test(scan.text.slice(0, dot));
      const expected = integer ? "digit or identifier" : "identifier";
      const link = this.fieldLink(false, dot);
      if (!link) throw new ParseFailure(scan.at, expected);
      return link;
    }
    scan.at = start;
    return this.callLink(null) ?? this.indexLink(null) ?? this.bangLink();
  }

  protected fieldLink(optional: boolean, dot: number): Link | null {
    const name = this.scan.plainName();
    if (!name) return null;
    const whole = this.scan.span(dot, name.span.end);
    this.scan.ws();
    return { kind: "field", name, optional, span: name.span, whole };
  }

  protected callLink(question: number | null): Link | null {
    const { scan } = this;
    const start = scan.at;
    if (!scan.take("(")) return null;
    const args = this.list(")", "", true);
    this.close(")", "", args.length > 0 && !this.afterComma());
    const [span, whole] = [scan.span(start), scan.span(question ?? start)];
    scan.ws();
    return { kind: "call", args, optional: question !== null, span, whole };
  }

  protected indexLink(question: number | null): Link | null {
    const { scan } = this;
    const start = scan.at;
    if (!scan.take("[")) return null;
    const args = this.list("]", "", true);
    this.close("]", "", args.length > 0 && !this.afterComma());
    const [span, whole] = [scan.span(start), scan.span(question ?? start)];
    scan.ws();
    return { kind: "index", args, optional: question !== null, span, whole };
  }

  protected bangLink(): Link | null {
    const { scan } = this;
    if (!scan.peek("!") || scan.peek("!=") || scan.peek("!~")) return null;
    const start = scan.at;
    scan.take("!");
    const span = scan.span(start);
    scan.ws();
    return { kind: "bang", span };
  }
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
        whole: { ...link.span, start: last.whole.start },
      };
    } else merged.push(link);
  }
  return merged;
}
