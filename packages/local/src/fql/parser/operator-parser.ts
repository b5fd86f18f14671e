import type { Binding, Expr, Link, Name } from "../ast";
import { ChainParser } from "./chain-parser";
import { KEYWORDS, ParseFailure } from "./scanner";

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

/** Binary operators, and the projection that may end an expression. */
export abstract class OperatorParser extends ChainParser {
  protected rest(first: Expr): Expr {
    return this.projection(this.operators(this.links(first)));
  }

  protected operator(): Name | null {
    const { scan } = this;
    const start = scan.at;
    const found = scan.peekKeyword("isa")
      ? "isa"
      : (this.sameLineOperator() ?? this.anyLineOperator());
    if (!found) {
      scan.at = start;
      return null;
    }
    const at = scan.at;
    scan.take(found);
    return { text: found, span: scan.span(at) };
  }

  protected sameLineOperator(): string | undefined {
    const { scan } = this;
    if (scan.peek("//") || scan.peek("/*") || scan.peek("->")) return undefined;
    return SAME_LINE.find((operator) => scan.peek(operator));
  }

  protected anyLineOperator(): string | undefined {
    this.scan.nl();
    return ANY_LINE.find((operator) => this.scan.peek(operator));
  }

  protected operators(first: Expr): Expr {
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
    for (let operator = this.operator(); operator; operator = this.operator()) {
      this.scan.nl();
      const right = this.term();
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

  protected projection(base: Expr): Expr {
    const { scan } = this;
    if (!scan.peek("{")) return base;
    const bindings = this.bindings();
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

  protected bindings(): Binding[] | null {
    const { scan } = this;
    scan.take("{");
    scan.nl();
    if (scan.take("*")) {
      scan.nl();
      scan.need("}");
      return null;
    }
    const bindings = [this.binding("`*` or identifier")];
    while (scan.peek(",")) {
      scan.at++;
      scan.nl();
      if (scan.peek("}")) break;
      bindings.push(this.binding("`}`"));
    }
    const short = bindings[bindings.length - 1]!;
    const bare = short.value.kind === "chain" && short.value.span.start === short.name.span.start;
    scan.need("}", bare ? "`,`, `:`, `{`, or `}`" : "`,` or `}`");
    return bindings;
  }

  protected binding(expected: string): Binding {
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
    const { span } = name;
    const link: Link = { kind: "field", name, optional: false, span, whole: span };
    const field: Expr = {
      kind: "chain",
      base: { kind: "this", span: here },
      links: [link],
      span: name.span,
    };
    const value = this.projection(field);
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
