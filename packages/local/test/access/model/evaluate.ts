import type { Expr, Link } from "../../../src/fql/ast";
import { parseLambda, parseQuery } from "../../../src/fql/parser";
import type { Value as Literal } from "../../../src/fql/values/value";
import type { Cx } from "./context";
import { callFunction } from "./functions";
import { FUNCTIONS, method } from "./library";
import { fieldOf, isSystem, look } from "./documents";
import { binary } from "./operators";
import { Doc, Failure, Lambda, Named, Rec, Rows, Time, type Env, type Value } from "./values";
import { transformed } from "./sets";

const TEXTS = new Map<string, Expr>();

function parsed(text: string, parse: () => Expr): Expr {
  const found = TEXTS.get(text) ?? parse();
  TEXTS.set(text, found);
  return found;
}

export function evaluateQuery(cx: Cx, text: string): Value {
  return evaluate(
    cx,
    parsed(`q ${text}`, () => parseQuery({ name: "*query*", text })),
    null,
  );
}

/** The function that a text is. */
export function lambdaOf(cx: Cx, text: string): Lambda {
  const expr = parsed(`f ${text}`, () => parseLambda({ name: "*f*", text }));
  return evaluate(cx, expr, null) as Lambda;
}

/** Calls the function that a text says: of a predicate, a check, a computed field. */
export function applyText(cx: Cx, text: string, args: readonly Value[]): Value {
  const lambda = lambdaOf(cx, text);
  if (!lambda.rest && lambda.params.length !== args.length)
    throw new Failure("invalid_argument", "wrong number of arguments");
  return apply(cx, lambda, args);
}

export function apply(cx: Cx, callee: Value, args: readonly Value[]): Value {
  if (callee instanceof Lambda) {
    const env = callee.params.reduce<Env | null>(
      (outer, name, i) => ({ name: name ?? "_", value: args[i] ?? null, outer }),
      callee.env,
    );
    return evaluate(cx, callee.body, env);
  }
  if (callee instanceof Named && callee.kind === "collection")
    return new Doc(callee.name, String(args[0]), past(cx));
  if (callee instanceof Named && callee.name === "Function")
    return new Named("function", String(args[0]));
  if (callee instanceof Named && callee.kind === "function")
    return callFunction(cx, callee.name, args);
  throw new Failure("invalid_argument", "not a function");
}

/** What a reference that is made here remembers of the time. */
export function past(cx: Cx): { asOf?: number } {
  return cx.history && cx.asOf !== undefined ? { asOf: cx.asOf } : {};
}

function literal(value: Literal): Value {
  if (typeof value !== "object") return value;
  if (value.kind === "int" || value.kind === "double") return value.value;
  if (value.kind === "long") return Number(value.value);
  throw new Failure("unknown", `a literal ${value.kind}`);
}

export function evaluate(cx: Cx, expr: Expr, env: Env | null): Value {
  switch (expr.kind) {
    case "value":
      return literal(expr.value);
    case "null":
      return null;
    case "template":
      return expr.parts
        .map((part) => (typeof part === "string" ? part : text(cx, evaluate(cx, part, env))))
        .join("");
    case "id":
      return variable(cx, expr.name, env);
    case "this":
      return variable(cx, "this", env);
    case "array":
      return expr.items.map((item) => evaluate(cx, item, env));
    case "tuple":
      return evaluate(cx, expr.items[0]!, env);
    case "object":
      return new Rec(
        new Map(expr.fields.map(({ name, value }) => [name.text, evaluate(cx, value, env)])),
      );
    case "block": {
      let scope = env;
      let last: Value = null;
      for (const statement of expr.body) {
        last = evaluate(cx, statement.value, scope);
        if (statement.kind === "let")
          scope = { name: statement.name.text, value: last, outer: scope };
      }
      return last;
    }
    case "if":
      if (evaluate(cx, expr.test, env) === true) return evaluate(cx, expr.then, env);
      return expr.otherwise ? evaluate(cx, expr.otherwise, env) : null;
    case "at": {
      const time = evaluate(cx, expr.time, env);
      if (!(time instanceof Time)) throw new Failure("invalid_argument", "not a time");
      const isPast = time.micros < cx.world.now;
      return evaluate(isPast ? { ...cx, asOf: time.micros, history: true } : cx, expr.body, env);
    }
    case "lambda":
      return new Lambda(
        expr.params.map((param) => param?.text ?? null),
        expr.body,
        env,
        expr.rest !== undefined,
      );
    case "shortLambda":
      return new Lambda(["this"], expr.body, env);
    case "unary": {
      const operand = evaluate(cx, expr.operand, env);
      if (expr.operator.text === "!") return !operand;
      return -(operand as number);
    }
    case "binary":
      return binary(cx, expr.operator.text, expr.left, expr.right, env);
    case "chain":
      return chain(cx, expr.base, expr.links, env);
    case "project":
      return project(cx, evaluate(cx, expr.base, env), expr, env);
  }
}

function variable(cx: Cx, name: string, env: Env | null): Value {
  for (let scope = env; scope; scope = scope.outer) if (scope.name === name) return scope.value;
  if (cx.world.read("Collection", name)) return new Named("collection", name);
  if (cx.world.read("Function", name)) return new Named("function", name);
  return new Named("module", name);
}

const EMPTY = ["first", "last", "firstWhere"];

function chain(cx: Cx, base: Expr, links: readonly Link[], env: Env | null): Value {
  let value = evaluate(cx, base, env);
  let before: Link | null = null;
  for (const [i, link] of links.entries()) {
    if (link.kind === "bang") value = present(cx, value, before);
    else if (link.optional && isNull(cx, value) && !isKnown(value, link)) {
      // What follows is left out, but for a `!` that asks for the value.
      const asks = links.slice(i).some(({ kind }) => kind === "bang");
      return asks ? present(cx, value, before) : null;
    } else value = follow(cx, value, link, env);
    before = link;
  }
  return value;
}

/** The name of a document is in its reference. */
function isKnown(value: Value, link: Link): boolean {
  if (!(value instanceof Doc)) return false;
  if (link.kind !== "field") return link.kind === "method" && link.name.text === "exists";
  return [isSystem(value.coll) ? "name" : "id", "coll"].includes(link.name.text);
}

/** `value!` */
function present(cx: Cx, value: Value, before: Link | null): Value {
  if (value === null) throw new Failure("null_value", whyNull(before));
  if (!(value instanceof Doc)) return value;
  const found = look(cx, value);
  if (found === "permission denied") throw new Failure("null_value", `Null value, due to ${found}`);
  if (typeof found === "string") throw notFound(value);
  return value;
}

function whyNull(before: Link | null): string {
  if (before?.kind === "field") return `Null value, due to missing field \`${before.name.text}\``;
  if (before?.kind === "method" && before.name.text === "token")
    return "Null value, due to no token";
  const isOfSet = before?.kind === "method" && EMPTY.includes(before.name.text);
  return isOfSet ? "Null value, due to empty set" : "Null literal value";
}

export function notFound({ coll, id }: Doc): Failure {
  const what = `Collection \`${coll}\` does not contain document with id ${id}.`;
  return new Failure("document_not_found", what);
}

export function isNull(cx: Cx, value: Value): boolean {
  return value === null || (value instanceof Doc && typeof look(cx, value) === "string");
}

function follow(
  cx: Cx,
  value: Value,
  link: Exclude<Link, { kind: "bang" }>,
  env: Env | null,
): Value {
  if (link.kind === "field") return fieldOf(cx, value, link.name.text);
  const args = link.args.map((arg) => evaluate(cx, arg, env));
  if (link.kind === "method") return method(cx, value, link.name.text, args);
  if (link.kind === "call") {
    const known =
      value instanceof Named && value.kind === "module" ? FUNCTIONS[value.name] : undefined;
    return known ? known(cx, args) : apply(cx, value, args);
  }
  const [key = null] = args;
  if (typeof key === "string") return fieldOf(cx, value, key);
  return Array.isArray(value) ? ((value as readonly Value[])[Number(key)] ?? null) : null;
}

type Projection = Extract<Expr, { kind: "project" }>;

function project(cx: Cx, value: Value, expr: Projection, env: Env | null): Value {
  if (value instanceof Rows) {
    const base = { kind: "this", span: expr.span } as const;
    return transformed(cx, value, "map", [new Lambda(["this"], { ...expr, base }, env)]);
  }
  if (Array.isArray(value))
    return (value as readonly Value[]).map((item) => project(cx, item, expr, env));
  if (isNull(cx, value)) return null;
  const scope = { name: "this", value, outer: env };
  const bindings = expr.bindings ?? [];
  return new Rec(
    new Map(bindings.map((field) => [field.name.text, evaluate(cx, field.value, scope)])),
  );
}

function text(cx: Cx, value: Value): string {
  return isNull(cx, value) ? "null" : String(value);
}
