import type { Expr, Statement, TypeExpr } from "../ast";
import { NO_SOURCE, type Source } from "../source";
import { Parser } from "./parser";
import { Scanner, type Holes } from "./scanner";

export type { Holes } from "./scanner";

export type LambdaExpr = Extract<Expr, { kind: "lambda" | "shortLambda" }>;

/** Parses a whole query; throws `CheckError`. */
export function parseQuery(source: Source, holes?: Holes): Expr {
  const scan = new Scanner(source, holes);
  return scan.check(() =>
    new Parser(scan).query((body, _, span): Expr => ({ kind: "block", body, span })),
  );
}

/** Parses the text of a function or predicate: one lambda and nothing else. */
export function parseLambda(source: Source): LambdaExpr {
  const scan = new Scanner(source);
  return scan.check(() => new Parser(scan).query(lambdaIn));
}

/** The lambda that some statements are, if they are one: it may stand in parentheses, and a short one must. */
function lambdaIn(body: readonly Statement[], scan: Scanner): LambdaExpr {
  const [only, ...others] = body;
  const value = only?.kind === "expr" && !others.length ? only.value : null;
  const inner = value?.kind === "tuple" && value.items.length === 1 ? value.items[0]! : value;
  if (value?.kind === "lambda") return value;
  if (inner?.kind === "shortLambda") return inner;
  const hint = {
    label: "hint",
    message: "Declare a lambda.",
    span: scan.span(0, 0),
    insert: "() => ",
  } as const;
  return scan.fail("Body must be a lambda expression.", scan.span(0), {
    annotation: "Expression is not a lambda.",
    remarks: others.length ? [] : [hint],
  });
}

/** Parses one expression, for defaults and index paths. */
export function parseExpression(source: Source, shortLambda = false): Expr {
  const scan = new Scanner(source);
  return scan.check(() => new Parser(scan).single(shortLambda));
}

/** Parses a type by itself, as in a signature. */
export function parseType(text: string, name = ""): TypeExpr {
  return typeIn(text, name, false);
}

/** Parses the type of a field, parts of which may have defaults. */
export function parseFieldType(text: string, name = ""): TypeExpr {
  return typeIn(text, name, true);
}

function typeIn(text: string, name: string, isField: boolean): TypeExpr {
  const scan = new Scanner(name ? { name, text } : { ...NO_SOURCE, text });
  return scan.check(() => new Parser(scan).type(isField));
}
