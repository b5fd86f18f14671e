import type { Expr, Link, Name, TypeExpr } from "../fql/ast";

/** The names that a text uses and does not declare, wherever it does, in its order. */
export interface FreeNames {
  readonly values: readonly Name[];
  readonly types: readonly Name[];
}

function withArguments(all: readonly Expr[], link: Link): readonly Expr[] {
  return "args" in link && link.args.length ? [...all, ...link.args] : all;
}

/** The expressions that an expression is directly made of. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "template":
      return expr.parts.filter((part) => typeof part !== "string");
    case "array":
    case "tuple":
      return expr.items;
    case "object":
      return expr.fields.map(({ value }) => value);
    case "if":
      return [expr.test, expr.then, ...(expr.otherwise ? [expr.otherwise] : [])];
    case "at":
      return [expr.time, expr.body];
    case "block":
      return expr.body.map(({ value }) => value);
    case "lambda":
    case "shortLambda":
      return [expr.body];
    case "chain":
      return expr.links.reduce<readonly Expr[]>(withArguments, [expr.base]);
    case "unary":
      return [expr.operand];
    case "binary":
      return [expr.left, expr.right];
    case "project":
      return [expr.base, ...(expr.bindings ?? []).map(({ value }) => value)];
    default:
      return [];
  }
}

function typeParts(type: TypeExpr): readonly TypeExpr[] {
  switch (type.kind) {
    case "named":
      return type.args;
    case "object":
      return [...type.fields.map((field) => field.type), ...(type.rest ? [type.rest] : [])];
    case "tuple":
      return type.items;
    case "function": {
      const params = [...type.params, ...(type.rest ? [type.rest] : [])];
      return [...params.map((param) => param.type), type.result];
    }
    case "union":
    case "intersection":
      return type.members;
    case "nullable":
      return [type.of];
    default:
      return [];
  }
}

export function freeNames(expr: Expr): FreeNames {
  const values: Name[] = [];
  const types: Name[] = [];
  const visitType = (type: TypeExpr): void => {
    if (type.kind === "named") types.push(type.name);
    for (const part of typeParts(type)) visitType(part);
  };
  const visit = (each: Expr, bound: ReadonlySet<string>): void => {
    if (each.kind === "value") return;
    if (each.kind === "id") {
      if (!bound.has(each.name)) values.push({ text: each.name, span: each.span });
    } else if (each.kind === "block") {
      let inner = bound;
      for (const statement of each.body) {
        visit(statement.value, inner);
        if (statement.kind === "expr") continue;
        if (statement.type) visitType(statement.type);
        inner = new Set(inner).add(statement.name.text);
      }
    } else if (each.kind === "lambda") {
      const names = [...each.params, each.rest].flatMap((name) => (name ? [name.text] : []));
      visit(each.body, new Set([...bound, ...names]));
    } else for (const part of partsOf(each)) visit(part, bound);
  };
  visit(expr, new Set());
  return { values, types };
}
