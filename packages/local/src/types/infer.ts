import type { Expr, Link, Name, Statement, TypeExpr } from "../fql/ast";
import { NO_SPAN, type Span } from "../fql/source";
import type { Diagnostic } from "../fql/summary";
import type { Value } from "../fql/values/value";
import { anneal, freeAlts } from "./anneal";
import { Annotations } from "./annotations";
import { Constraint, TooComplexError } from "./constrain";
import type { Environment } from "./environment";
import { CallInference, literalOf, type Scope, type TypeFinder } from "./infer-calls";
import { fitsAtOnce } from "./known";
import { Supply } from "./supply";
import {
  any,
  fn,
  isNowhere,
  literal,
  move,
  named,
  never,
  NULL,
  projection,
  record,
  scheme,
  tuple,
  union,
  without,
  type Param,
  type Scheme,
  type Type,
} from "./type";

/** How many checks a text may take before it is accepted unseen. */
const MAX_STEPS = 200_000;
/** What `.a` in a short lambda is a field of. */
const THIS = "$this";

/** Finds the types of expressions, and what is wrong with them. */
export class Inference implements TypeFinder {
  supply: Supply = new Supply();
  readonly errors: Diagnostic[] = [];
  readonly warnings: Diagnostic[] = [];
  #steps = 0;

  constructor(
    readonly environment: Environment,
    /** The type of a value that came with the query. */
    readonly given: (value: Value) => Type = () => any(),
  ) {}

  step(): void {
    if (++this.#steps > MAX_STEPS) throw new TooComplexError();
  }

  /** Whether `value` fits `use`; what does not is told at `site`. `choice` is the id of the first choice, if reserved. */
  fits(value: Type, use: Type, site: Span, scope: Scope, level: number, choice?: number): void {
    if (fitsAtOnce(this, value, use)) return;
    const constraint = new Constraint(this, level, site, choice);
    this.errors.push(...constraint.run(value, use, scope.values()));
  }

  /** The type of an expression by itself, with all choices resolved. Plain unions are opened only if there is a mistake. */
  whole(expr: Expr, scope: Scope = new Map()): Type {
    this.supply = new Supply(true);
    const type = this.resolved(expr, scope);
    if (!this.errors.length) return type;
    this.supply = new Supply();
    this.errors.length = this.warnings.length = this.#steps = 0;
    return this.resolved(expr, scope);
  }

  /** The same, once; `supply` says whether plain unions are opened, as they are on the server. */
  resolved(expr: Expr, scope: Scope = new Map()): Type {
    const type = this.of(expr, scope, 0);
    return anneal(this.supply, type, true, 0, () => freeAlts(scope.values()));
  }

  of(expr: Expr, scope: Scope, level: number): Type {
    return new ExprInference(this, scope, level).of(expr);
  }
}

/** The types of expressions in one scope. */
class ExprInference extends CallInference {
  of(expr: Expr): Type {
    const { errors } = this.inference;
    const before = errors.length;
    const type = this.#of(expr);
    // Nothing is said of what follows from a mistake.
    if (type.kind === "var" && errors.length > before) type.poison();
    return type;
  }

  #of(expr: Expr): Type {
    const { span } = expr;
    switch (expr.kind) {
      case "value": {
        const value = expr.given ? null : literalOf(expr);
        return value === null ? move(this.inference.given(expr.value), span) : literal(value, span);
      }
      case "null":
        return named("Null", [], span);
      case "id":
        return this.#name(expr.name, span);
      case "this":
        return this.#name(THIS, span);
      case "template":
        for (const part of expr.parts) if (typeof part !== "string") this.in(part);
        return named("String", [], span);
      case "array":
        return tuple(
          expr.items.map((item) => this.in(item)),
          span,
        );
      case "tuple": {
        const items = expr.items.map((item) => this.in(item));
        return items.length === 1 ? move(items[0]!, span) : tuple(items, span);
      }
      case "object":
        return record(new Map(expr.fields.map((f) => [f.name.text, this.in(f.value)])), null, span);
      case "block":
        return this.#block(expr.body);
      case "if":
        return this.#if(expr);
      case "at":
        return this.#at(expr);
      case "lambda":
        return this.#lambda(expr);
      case "shortLambda":
        return this.#short(expr.body, span);
      case "chain":
        return this.#chain(expr);
      case "unary":
        return this.operator(expr.operator, [expr.operand], span, span);
      case "binary":
        return this.#binary(expr);
      case "project":
        return this.#project(expr);
    }
  }

  #name(name: string, span: Span): Type {
    const found = this.scope.get(name) ?? this.inference.environment.global(name);
    if (!found) return this.fail(`Unbound variable \`${name}\``, span);
    const type = this.instance(found);
    return isNowhere(type.span) ? move(type, span) : type;
  }

  #block(body: readonly Statement[]): Type {
    let { scope } = this;
    let type: Type = never();
    for (const statement of body) {
      const inner =
        scope === this.scope ? this : new ExprInference(this.inference, scope, this.level);
      if (statement.kind === "expr") type = inner.in(statement.value);
      else scope = new Map(scope).set(statement.name.text, inner.#let(statement));
    }
    return type;
  }

  /** A variable of `let`: each use gets the type anew, or the type that is written. */
  #let({ name, type: written, value }: Extract<Statement, { kind: "let" }>): Scheme {
    const { inference, scope } = this;
    const level = this.level + 1;
    const type = inference.of(value, scope, level);
    if (written) return this.#annotated(type, written, name.span, level);
    const resolved = anneal(inference.supply, type, true, level, () => freeAlts(scope.values()));
    return { type: resolved, level: this.level, generic: false };
  }

  #annotated(type: Type, written: TypeExpr, site: Span, level: number): Scheme {
    const { inference, scope } = this;
    const reader = new Annotations(inference.environment, inference.supply, level, true);
    const wanted = reader.read(written);
    inference.errors.push(...reader.errors);
    inference.warnings.push(...reader.warnings);
    inference.fits(type, wanted, site, scope, level);
    return scheme(wanted);
  }

  #if({ test, then, otherwise, span }: Extract<Expr, { kind: "if" }>): Type {
    this.fits(this.in(test), named("Boolean", [], test.span), test.span);
    const first = this.in(then);
    if (!otherwise) return named("Null", [], span);
    const second = this.in(otherwise);
    const result = this.variable(span);
    this.fits(first, result, span);
    this.fits(second, result, span);
    return result;
  }

  #at({ time, body }: Extract<Expr, { kind: "at" }>): Type {
    const when = this.in(time);
    const type = this.in(body);
    const times = union([named("Time"), named("TransactionTime")], time.span);
    this.fits(when, times, time.span);
    return type;
  }

  #lambda({ params, rest, body, span }: Extract<Expr, { kind: "lambda" }>): Type {
    const variable = (param: Name | null): Param => ({
      type: this.variable(param ? param.span : NO_SPAN),
    });
    const types = params.map(variable);
    const more = rest === undefined ? null : variable(rest);
    const bound = new Map<string, Scheme>();
    for (const [i, param] of params.entries())
      if (param) bound.set(param.text, scheme(types[i]!.type));
    if (rest && more) bound.set(rest.text, scheme(named("Array", [more.type], more.type.span)));
    return fn(types, this.in(body, bound), span, more, true);
  }

  #short(body: Expr, span: Span): Type {
    const param = this.variable(span);
    return fn([{ type: param }], this.in(body, [[THIS, scheme(param)]]), span, null, true);
  }

  #binary(expr: Extract<Expr, { kind: "binary" }>): Type {
    const { operator, left, right, span } = expr;
    const boolean = named("Boolean", [], span);
    switch (operator.text) {
      case "isa":
        return boolean;
      case "??": {
        const [first, second] = [this.in(left), this.in(right)];
        const result = this.variable(right.span);
        this.fits(without("without", first, named("Null", [], operator.span)), result, left.span);
        this.fits(second, result, right.span);
        return result;
      }
      case "&&":
      case "||": {
        const sides = [this.in(left), this.in(right)];
        for (const [i, side] of [left, right].entries())
          this.fits(sides[i]!, named("Boolean", [], operator.span), side.span);
        return boolean;
      }
      default:
        return this.operator(operator, [left, right], right.span, span);
    }
  }

  #project({ base, bindings, span }: Extract<Expr, { kind: "project" }>): Type {
    if (!bindings)
      return this.fail("Unimplemented typecheck for class fql.ast.Expr$ProjectAll", span);
    const type = this.in(base);
    const by = this.#short({ kind: "object", fields: bindings, span }, span);
    const result = this.variable(span);
    this.fits(type, projection(by, result, span), span);
    return result;
  }

  /** `a.b!(c)[d]`, from left to right. */
  #chain({ base, links }: Extract<Expr, { kind: "chain" }>): Type {
    let type = this.in(base);
    // Up to where the chain has been read, for the place of a mistake.
    let done = base.span;
    let mayBeNull = false;
    for (const link of links) {
      if (link.kind === "bang") {
        mayBeNull = false;
        type = without("without", type, named("Null", [], link.span));
      } else {
        const optional = link.optional || (link.kind === "method" && link.optionalCall);
        mayBeNull ||= optional;
        type = this.#link(type, link, base.span, done);
      }
      done = { ...done, end: link.span.end };
    }
    if (!mayBeNull) return type;
    const result = this.variable(base.span);
    this.fits(type, result, base.span);
    this.fits(NULL, result, base.span);
    return result;
  }

  #link(type: Type, link: Exclude<Link, { kind: "bang" }>, base: Span, done: Span): Type {
    const rid = (of: Type, optional: boolean): Type =>
      optional ? without("without", of, NULL) : of;
    const site = { ...base, end: link.span.end };
    if (link.kind === "method") {
      const method = this.select(rid(type, link.optional), link.name, done);
      return this.apply(rid(method, link.optionalCall), link.args, link.span, site);
    }
    const asked = rid(type, link.optional);
    const found =
      link.kind === "field"
        ? this.select(asked, link.name, done)
        : link.kind === "call"
          ? this.apply(asked, link.args, link.span, site)
          : this.access(asked, link.args, link.span, site);
    if (!link.optional) return found;
    const result = this.variable(link.span);
    this.fits(found, result, link.span);
    return result;
  }
}
