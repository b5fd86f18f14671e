import { selectAll, selectOne } from "./select";
import { beginRun } from "../fql/evaluator/interpreter";
import type { Context } from "../fql/model/context";
import type { Session } from "../access/session";
import { Transaction } from "../store/transaction";
import { boolean, path as pathCast, readTime, resolvedIn } from "./casts";
import {
  each,
  errorsOf,
  invalidArgument,
  invalidExpression,
  type Position,
  V4Error,
  V4Errors,
} from "./errors";
import type { Expression } from "./expressions";
import type { CallSite } from "./functions/define";
import { References } from "./references";
import {
  bind,
  isArray,
  Lambda,
  lookup,
  type Scope,
  type V4Object,
  type V4Value,
  type Ref,
} from "./values";
import type { ApiVersion } from "./versions";

type Of<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

const MAX_DEPTH = 200;

/** Who sends a query, and by which key or token. */
export type Asker = Pick<Session, "caller" | "holder">;

/** Runs a parsed query inside one transaction. */
export class Evaluator {
  readonly references: References;
  /** The documents that this query made, as it shows them: an answer that is one of them is 201. */
  readonly made: WeakSet<V4Object> = new WeakSet();

  /** How many lambdas are running within each other. */
  #depth = 0;

  constructor(
    readonly context: Context,
    readonly asker: Asker,
    lambda: References["lambda"],
    readonly version: ApiVersion = "4",
    scope: Ref | null = null,
  ) {
    this.references = new References(context.db, lambda, scope);
  }

  /** Reads what is in a child database, as of the same time; nothing is written there. */
  within(scope: Ref | null): Evaluator {
    const { context, references, asker, version } = this;
    const db = references.within(scope)?.db;
    if (!db || db === references.db) return this;
    const ts = Math.max(context.tx.ts, db.lastTs);
    const { builtin } = context.authority;
    const caller = { roles: [], claims: null, ...(builtin ? { builtin } : {}) };
    const own = beginRun(db, new Transaction(db, ts), caller, context.timeLeft);
    own.readTime = context.readTime;
    own.runsAgain = context.runsAgain;
    return new Evaluator(own, asker, references.lambda, version, scope);
  }

  evaluate(expression: Expression, scope: Scope | null = null): V4Value {
    this.context.step();
    switch (expression.kind) {
      case "literal":
        return expression.value;
      case "array":
        return each(expression.items, (item) => this.evaluate(item, scope));
      case "object":
        return new Map(
          each(expression.fields, ([key, value]) => [key, this.evaluate(value, scope)]),
        );
      case "var":
        return lookup(scope, expression.name);
      case "let":
        return this.#let(expression, scope);
      case "if":
        return this.#if(expression, scope);
      case "logic":
        return this.#logic(expression, scope);
      case "do":
        return expression.steps.reduce<V4Value>((_, step) => this.evaluate(step, scope), null);
      case "select":
        return this.#select(expression, scope);
      case "at":
        return this.#at(expression, scope);
      case "lambda":
        return new Lambda(expression, scope);
      case "call":
        return expression.isLiteral ? this.#set(expression, scope) : this.#call(expression, scope);
    }
  }

  /** Calls a lambda with one value; a lambda of several parameters takes them from an array. */
  apply(lambda: Lambda, argument: V4Value, position: Position): V4Value {
    if (this.#depth >= MAX_DEPTH) {
      const message = `Call stack reached the maximum limit of ${MAX_DEPTH}.`;
      throw new V4Error("stack overflow", message, position);
    }
    this.#depth++;
    try {
      return this.#enter(lambda, argument, position);
    } finally {
      this.#depth--;
    }
  }

  #enter(lambda: Lambda, argument: V4Value, position: Position): V4Value {
    const { body } = lambda.expression;
    if (typeof lambda.parameters === "string")
      return this.evaluate(body, bind(lambda.scope, lambda.parameters, argument));
    const given = isArray(argument) ? argument : [argument];
    const { length } = lambda.parameters;
    if (given.length !== length) {
      const message = `Lambda expects an array with ${length} elements. Array contains ${given.length}.`;
      throw invalidArgument(message, [...position, "lambda"]);
    }
    const scope = lambda.parameters.reduce<Scope | null>(
      (outer, name, i) => bind(outer, name, given[i] ?? null),
      lambda.scope,
    );
    return this.evaluate(body, scope);
  }

  #set(call: Of<"call">, scope: Scope | null): V4Value {
    try {
      return this.#call(call, scope);
    } catch (error) {
      const errors = errorsOf(error);
      throw new V4Errors(
        errors.map(({ description, position }) => invalidExpression(description, position)),
      );
    }
  }

  #call({ target, args, position }: Of<"call">, scope: Scope | null): V4Value {
    const values: Record<string, unknown> = {};
    const cast = (name: string, value: V4Value): void => {
      values[name] = target.parameters[name]?.(value, [...position, name], this);
    };
    const evaluated = [...args].map(([name, expression]): [string, V4Value] => {
      const value = this.evaluate(expression, scope);
      if (!target.castsLast) cast(name, value);
      return [name, value];
    });
    if (target.castsLast) for (const [name, value] of evaluated) cast(name, value);
    const site: CallSite = { evaluator: this, position, at: (name) => [...position, name] };
    return target.run(values, site);
  }

  #let({ bindings, body }: Of<"let">, scope: Scope | null): V4Value {
    const inner = bindings.reduce<Scope | null>(
      (outer, [name, value]) => bind(outer, name, this.evaluate(value, outer)),
      scope,
    );
    return this.evaluate(body, inner);
  }

  #if({ condition, then, otherwise, position }: Of<"if">, scope: Scope | null): V4Value {
    const holds = boolean(this.evaluate(condition, scope), [...position, "if"], this);
    return this.evaluate(holds ? then : otherwise, scope);
  }

  #logic({ operator, operands, position }: Of<"logic">, scope: Scope | null): V4Value {
    const decided = operator === "or";
    const isDecided = (operand: Expression, i: number): boolean =>
      boolean(this.evaluate(operand, scope), [...position, i], this) === decided;
    return operands.some(isDecided) ? decided : !decided;
  }

  #select(
    { path, from, all, fallback, eager, name, position }: Of<"select">,
    scope: Scope | null,
  ): V4Value {
    // All parts are evaluated before any of them is looked at.
    const [way, of, each] = [path, from, all].map((part) => part && this.evaluate(part, scope));
    const otherwise = eager && fallback ? this.evaluate(fallback, scope) : undefined;
    const steps = pathCast(way ?? null, [...position, name], this);
    const every = boolean(each ?? false, [...position, "all"], this);
    const source = resolvedIn(of ?? null, [...position, "from"], this);
    const found = every ? [...selectAll(source, steps)] : selectOne(source, steps);
    if (found !== undefined) return found;
    if (fallback) return otherwise ?? this.evaluate(fallback, scope);
    const description = `Value not found at path [${steps.join(",")}].`;
    throw new V4Error("value not found", description, [...position, "from"]);
  }

  #at({ time, body, position }: Of<"at">, scope: Scope | null): V4Value {
    const { nanos } = readTime(this.evaluate(time, scope), [...position, "at"], this);
    const ts = Number(nanos / 1000n);
    if (ts === this.context.tx.ts)
      return this.context.withReadTime(null, () => this.evaluate(body, scope));
    return this.context.withReadTime({ ts, by: "at" }, () => this.evaluate(body, scope));
  }
}
