import type { Expr, Link, Name } from "./ast";

const TYPES = new Set(
  "Any Never Null Boolean String Number Int Long Double Time Date Bytes ID Array Set Object Ref Page EventSource SetCursor TransactionTime UUID Doc NamedDoc NullDoc EmptyDoc".split(
    " ",
  ),
);

/** Whether a type by this name exists in every database. */
export function isBuiltinType(name: string): boolean {
  return TYPES.has(name);
}

/** What is in scope at a place; `known` says which names exist outside of all scopes. */
interface Scope {
  readonly has: (name: string) => boolean;
  readonly known: (name: string) => boolean;
  readonly found: Name[];
}

function inner(scope: Scope, names: readonly (string | undefined)[]): Scope {
  return { ...scope, has: (name) => names.includes(name) || scope.has(name) };
}

function visitLink(scope: Scope, link: Link): void {
  if (link.kind === "method" || link.kind === "call" || link.kind === "index")
    for (const arg of link.args) visit(scope, arg);
}

function visitBlock(scope: Scope, expr: Extract<Expr, { kind: "block" }>): void {
  let here = scope;
  for (const statement of expr.body) {
    visit(here, statement.value);
    if (statement.kind !== "let") continue;
    here = inner(here, [statement.name.text]);
  }
}

function visit(scope: Scope, expr: Expr): void {
  switch (expr.kind) {
    case "id":
      if (!scope.has(expr.name) && !scope.known(expr.name))
        scope.found.push({ text: expr.name, span: expr.span });
      return;
    case "template":
      for (const part of expr.parts) if (typeof part !== "string") visit(scope, part);
      return;
    case "array":
    case "tuple":
      for (const item of expr.items) visit(scope, item);
      return;
    case "object":
      for (const field of expr.fields) visit(scope, field.value);
      return;
    case "block": {
      visitBlock(scope, expr);
      return;
    }
    case "if":
      for (const part of [expr.test, expr.then, expr.otherwise]) if (part) visit(scope, part);
      return;
    case "at":
      visit(scope, expr.time);
      {
        visit(scope, expr.body);
        return;
      }
    case "lambda": {
      visit(inner(scope, [...expr.params.map((param) => param?.text), expr.rest?.text]), expr.body);
      return;
    }
    case "shortLambda": {
      visit(scope, expr.body);
      return;
    }
    case "chain":
      visit(scope, expr.base);
      for (const link of expr.links) visitLink(scope, link);
      return;
    case "unary": {
      visit(scope, expr.operand);
      return;
    }
    case "binary":
      visit(scope, expr.left);
      // What `isa` names is looked up when it runs.
      if (expr.operator.text !== "isa" || expr.right.kind !== "id") visit(scope, expr.right);
      return;
    case "project":
      visit(scope, expr.base);
      for (const binding of expr.bindings ?? []) visit(scope, binding.value);
      return;
    case "value":
    case "null":
    case "this":
      return;
  }
}

/** Names that an expression uses and nothing declares. */
export function unboundNames(expr: Expr, known: (name: string) => boolean): Name[] {
  const scope: Scope = { has: () => false, known, found: [] };
  visit(scope, expr);
  return scope.found;
}
