import type { Expr, Name, TypeExpr } from "../fql/ast";
import { Parser } from "../fql/parser/parser";
import { KEYWORDS, ParseFailure, Scanner } from "../fql/parser/scanner";
import { checkDefaults, refuseDefaults } from "../fql/parser/type-defaults";
import { fieldType } from "../fql/parser/types";
import type { Source, Span } from "../fql/source";
import { functionNode } from "./fsl-function-node";
import { skipGap } from "./fsl-gap";
import { BEHIND_ITEM, MIGRATIONS, NAMED, NAMELESS, restOfNode } from "./fsl-keywords";
import type { Annotation, FslNode, NodeValue } from "./fsl-nodes";

/** Reads FSL into nodes, with the parser of FQL for the expressions in it. Throws `CheckError`. */
export function parseNodes(source: Source): FslNode[] {
  const scan = new Scanner(source);
  return scan.check(() => new NodeParser(scan).all());
}

class NodeParser {
  readonly #fql: Parser;
  #depth = 0;

  constructor(readonly scan: Scanner) {
    this.#fql = new Parser(scan);
  }

  all(): FslNode[] {
    const nodes = this.#nodes();
    if (!this.scan.atEnd)
      this.#missing(nodes.length && this.#isAfter(/\n\s*$/) ? BEHIND_ITEM : "end-of-input");
    return nodes;
  }

  /** Nodes up to a brace or the end, each on lines of its own or behind a semicolon. */
  #nodes(): FslNode[] {
    const { scan } = this;
    const nodes: FslNode[] = [];
    let documented = skipGap(scan);
    while (!scan.atEnd && !scan.peek("}")) {
      nodes.push(this.#node(documented));
      const before = scan.at;
      documented = skipGap(scan);
      if (!/[\n;]/.test(scan.text.slice(before, scan.at))) break;
    }
    return nodes;
  }

  #node(documented: number): FslNode {
    const { scan } = this;
    const start = scan.at;
    const annotations = this.#annotations();
    this.#refuseKeyword();
    return { annotations, ...(this.#field() ?? this.#declared()), start, documented };
  }

  /** The server tries all that a node may be, and complains each time of a word that nothing is called. */
  #refuseKeyword(): void {
    const { scan } = this;
    const start = scan.at;
    const name = scan.plainName();
    scan.at = start;
    if (!name || !KEYWORDS.has(name.text)) return;
    const annotation = `\`${name.text}\` is a keyword`;
    for (let i = 1; i < 5; i++) scan.error("Invalid identifier", name.span, { annotation });
    scan.invalidName(name);
  }

  #annotations(): Annotation[] {
    const { scan } = this;
    const all: Annotation[] = [];
    for (let start = scan.at; scan.take("@"); start = scan.at) {
      const { text } = this.#name("identifier");
      scan.nl();
      if (text !== "alias" && text !== "role") this.#missing("fail");
      scan.need("(");
      scan.nl();
      const value = this.#name("identifier");
      scan.nl();
      scan.need(")");
      all.push({ keyword: text, value, span: scan.span(start) });
      scan.nl();
    }
    return all;
  }

  /** `name: Type = value`, `compute name = value`, `*: Type`; null when it is something else. */
  #field(): Omit<FslNode, "annotations" | "start" | "documented"> | null {
    const { scan } = this;
    const start = scan.at;
    const computed = scan.keyword("compute");
    scan.nl();
    const keyword = scan.span(start);
    const name = scan.peek("*") ? this.#star() : this.#optionalName();
    scan.ws();
    const type = name && scan.take(":") ? this.#type() : null;
    scan.ws();
    const value = name && scan.peek("=") ? this.#initial() : null;
    if (!name || (!computed && !type && !value)) {
      scan.at = start;
      return null;
    }
    if (type && computed) refuseDefaults(scan, type);
    else if (type) checkDefaults(scan, type, value);
    const span = { ...name.span, end: (value ?? type ?? name).span.end };
    const whole = computed ? keyword : name.span;
    return {
      keyword: { text: "field", span: whole },
      name,
      value: { kind: "field", computed, type, value, span },
      span,
    };
  }

  #isAfter(what: RegExp): boolean {
    return what.test(this.scan.text.slice(0, this.scan.at));
  }

  #star(): Name {
    const start = this.scan.at++;
    return { text: "*", span: this.scan.span(start) };
  }
  #type(): TypeExpr {
    this.scan.nl();
    return fieldType(this.scan, () => this.#fql.bare(false));
  }
  #initial(): Expr {
    this.scan.take("=");
    this.scan.nl();
    return this.#fql.bare(false);
  }

  /** A name, in quotes or not. */
  #optionalName(): Name | null {
    const { scan } = this;
    const quoted = /(["'])([a-zA-Z0-9;@+$\-_.!~% ]+)\1/y;
    quoted.lastIndex = scan.at;
    const found = quoted.exec(scan.text);
    if (!found) return this.#plainName();
    const start = scan.at;
    scan.at = quoted.lastIndex;
    return { text: found[2]!, span: scan.span(start) };
  }
  #plainName(): Name | null {
    const name = this.scan.plainName();
    if (name && KEYWORDS.has(name.text)) this.scan.invalidName(name);
    return name;
  }
  #name(expected: string): Name {
    return this.#optionalName() ?? this.#missing(expected);
  }
  #missing(expected: string): never {
    throw new ParseFailure(this.scan.at, expected);
  }

  #declared(): Omit<FslNode, "annotations" | "start" | "documented"> {
    const { scan } = this;
    const keyword = scan.plainName();
    if (!keyword && !this.#depth)
      return this.#missing(this.#isAfter(/\S\s*$/) ? BEHIND_ITEM : "end-of-input");
    if (!keyword) return this.#missing(this.#isAfter(/\{\s*$/) ? "`}`" : "[;\\n\\r] or `}`");
    scan.ws();
    const [name, value] = this.#behind(keyword);
    const end = (value ?? name ?? keyword).span.end;
    return { keyword, name, value, span: { ...keyword.span, end } };
  }

  #behind({ text, span }: Name): [Name | null, NodeValue | null] {
    const { scan } = this;
    if (text === "function" || text === "access") scan.nl();
    if (text === "function") return [this.#name("identifier"), functionNode(scan, this.#fql)];
    if (text === "access" && scan.keyword("provider")) {
      scan.nl();
      return [this.#name("identifier"), this.#value() ?? this.#missing("`{`")];
    }
    if (NAMED.has(text)) {
      const start = scan.at;
      scan.nl();
      const name = this.#optionalName();
      if (!name && /[,}]/.test(scan.text[scan.at] ?? "}")) scan.at = start;
      if (!name && scan.peek(",")) this.#missing("`}` or identifier");
      if (!name && !this.#depth && /[^\s{}[;("'.\d-]/.test(scan.text[scan.at] ?? " "))
        this.#missing("end-of-input or identifier");
      return [name, this.#value()];
    }
    if (NAMELESS.has(text)) return [null, this.#value()];
    if (MIGRATIONS.has(text)) return [null, this.#migration(text, span)];
    // Not known: whoever looks for what this may be says so.
    return [null, { kind: "invalid", span: restOfNode(scan) }];
  }

  #value(): NodeValue | null {
    const { scan } = this;
    scan.ws();
    const start = scan.at;
    if (scan.atEnd || /[\n\r;},]/.test(scan.text[start]!)) return null;
    if (scan.peek("{")) return this.#block();
    if (scan.peek("[")) return this.#paths();
    const expr = this.#fql.bare(false);
    return { kind: "expression", expr, span: expr.span };
  }

  #block(): NodeValue {
    const { scan } = this;
    const start = scan.at;
    scan.need("{");
    this.#depth++;
    const items = this.#nodes();
    this.#depth--;
    scan.need("}");
    return { kind: "block", items, span: scan.span(start) };
  }

  #paths(): NodeValue {
    const { scan } = this;
    const start = scan.at;
    scan.need("[");
    scan.nl();
    const items: Expr[] = [];
    while (!scan.peek("]")) {
      items.push(this.#fql.expression(true));
      if (!scan.take(",")) break;
      scan.nl();
    }
    if (!scan.peek("]")) this.#missing(items.length ? "`,` or `]`" : "`]`");
    scan.need("]");
    return { kind: "paths", items, span: scan.span(start) };
  }

  /** `move .a -> .b`, `backfill .a = 1` */
  #migration(kind: string, keyword: Span): NodeValue {
    const { scan } = this;
    const paths = kind === "add_wildcard" ? [] : [this.#fql.term()];
    scan.ws();
    if ((kind === "split" || kind === "move") && scan.take("->"))
      do {
        scan.nl();
        paths.push(this.#fql.term());
        scan.ws();
      } while (kind === "split" && scan.take(","));
    const value = kind === "backfill" ? this.#initial() : null;
    const end = (value ?? paths.at(-1))?.span.end ?? keyword.end;
    return { kind: "migration", paths, value, span: { ...keyword, end } };
  }
}
