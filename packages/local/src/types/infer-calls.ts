import type { Expr, Name } from "../fql/ast";
import type { Span } from "../fql/source";
import type { Diagnostic } from "../fql/summary";
import { Decimal } from "../fql/values/decimal";
import type { Value } from "../fql/values/value";
import type { Solver } from "./constrain";
import { instantiate } from "./copies";
import { typeError } from "./failures";
import {
  isDeferred,
  isFixed,
  isSingle,
  knownField,
  knownFunction,
  knownOf,
  plainResult,
} from "./known";
import type { Supply } from "./supply";
import {
  any,
  call,
  hasField,
  literal,
  type FunctionType,
  type LiteralValue,
  type Scheme,
  type Type,
} from "./type";

export type Scope = ReadonlyMap<string, Scheme>;

/** Who finds the types of a text, as its expressions need it. */
export interface TypeFinder extends Solver {
  readonly errors: Diagnostic[];
  readonly warnings: Diagnostic[];
  /** The type of a value that came with the query. */
  readonly given: (value: Value) => Type;
  /** The type of an expression in another scope. */
  of(expr: Expr, scope: Scope, level: number): Type;
  /** Whether `value` fits `use`; what does not is told at `site`. `choice` is the id of the first choice, if reserved. */
  fits(value: Type, use: Type, site: Span, scope: Scope, level: number, choice?: number): void;
}

/** The value of an expression that is one; null for others. */
export function literalOf({ value, span }: Extract<Expr, { kind: "value" }>): LiteralValue | null {
  if (typeof value !== "object") return value;
  if (value.kind === "int" || value.kind === "long") return BigInt(value.value);
  return value.kind === "double" ? Decimal.at(span, value.value) : null;
}

/** What fields, calls and operators give in one scope. */
export abstract class CallInference {
  constructor(
    readonly inference: TypeFinder,
    readonly scope: Scope,
    readonly level: number,
  ) {}

  abstract of(expr: Expr): Type;

  protected in(expr: Expr, more?: Iterable<readonly [string, Scheme]>): Type {
    if (!more) return this.of(expr);
    return this.inference.of(expr, new Map([...this.scope, ...more]), this.level);
  }
  protected fits(value: Type, use: Type, site: Span, choice?: number): void {
    this.inference.fits(value, use, site, this.scope, this.level, choice);
  }
  protected variable(span: Span): ReturnType<Supply["variable"]> {
    return this.inference.supply.variable(span, this.level);
  }
  protected fail(message: string, span: Span): Type {
    this.inference.errors.push(typeError(message, span));
    return any();
  }
  protected instance(found: Scheme): Type {
    return instantiate(this.inference.supply, found, this.level);
  }

  /** An operator is a function of its operands. */
  protected operator(operator: Name, operands: readonly Expr[], argsSpan: Span, span: Span): Type {
    const found = this.inference.environment.operator(operator.text)!;
    const site = operands.length === 1 ? operands[0]!.span : span;
    return this.apply(this.instance(found), operands, argsSpan, site);
  }

  protected select(type: Type, { text, span }: Name, done: Span): Type {
    const known = knownField(this.inference, type, text, this.level);
    if (known && !isDeferred(type)) return this.#result(known, span);
    const dot = { ...done, start: done.end, end: span.start };
    const result = this.variable(span);
    const find = (): void => this.fits(type, hasField(text, result, span, dot), done);
    if (known && isFixed(known)) result.defer(known, find);
    else find();
    return result;
  }

  /** A variable that a type flows into, and nothing else. */
  #result(type: Type, span: Span): Type {
    const result = this.variable(span);
    this.fits(type, result, span);
    if (isSingle(type)) result.known = type;
    return result;
  }

  protected apply(type: Type, args: readonly Expr[], span: Span, site: Span): Type {
    return this.#called("call", type, args, span, site);
  }

  protected access(type: Type, args: readonly Expr[], span: Span, site: Span): Type {
    const [only, ...others] = args;
    const isLiteral = only?.kind === "value" && !only.given && !others.length;
    const value = isLiteral ? literalOf(only) : null;
    if (value === null || !only) return this.#called("access", type, args, span, site);
    const result = this.variable(span);
    const use = call("access", [literal(value, only.span)], result, span);
    this.fits(type, use, site);
    return result;
  }

  /** Calls with variables, into which the arguments flow, each at its own place. */
  #called(
    kind: "call" | "access",
    type: Type,
    args: readonly Expr[],
    span: Span,
    site: Span,
  ): Type {
    const given = args.map((arg) => this.in(arg));
    const isQuick = kind === "call" && this.inference.supply.isQuick;
    const fn = isQuick && knownFunction(type, args.length);
    if (fn) return this.#known(fn, given, args, span);
    const result = this.variable(span);
    const plain = isQuick ? plainResult(knownOf(type), given) : null;
    const choice = plain ? this.#reserved(type) : undefined;
    const run = (): void => {
      const params = args.map((arg) => this.variable(arg.span));
      this.fits(type, call(kind, params, result, span), site, choice);
      for (const [i, arg] of args.entries()) this.fits(given[i]!, params[i]!, arg.span);
    };
    if (plain) result.defer(plain, run);
    else run();
    return result;
  }

  /** The id for the choice of a signature. */
  #reserved(type: Type): number | undefined {
    return knownOf(type).kind === "intersection" ? this.inference.supply.reserve() : undefined;
  }

  /** Calls a function that is known. What flows into its own variables does so by others, as for any other function. */
  #known(fn: FunctionType, given: readonly Type[], args: readonly Expr[], span: Span): Type {
    const params = args.map((arg, i) => {
      const { type } = fn.params[i] ?? fn.rest!;
      if (type.kind !== "var" && type.kind !== "intersection") return type;
      const param = this.variable(arg.span);
      this.fits(param, type, arg.span);
      return param;
    });
    const result = this.#result(fn.result, span);
    for (let i = 0; i < args.length; i++) this.fits(given[i]!, params[i]!, args[i]!.span);
    return result;
  }
}
