import type { Database } from "../store/database";
import { TooComplexError } from "../types/constrain";
import { Inference } from "../types/infer";
import type { Scope } from "../types/infer-calls";
import { SchemaTypes } from "../types/schema-types";
import { printType } from "./print-type";
import { typeExprOf } from "../types/show";
import { keyOf, scheme, type Type } from "../types/type";
import type { Expr, TypeExpr } from "./ast";
import { CheckError } from "./errors";
import type { Context } from "./model/context";
import { staticType } from "./model/static-type";
import { readSchema } from "./model/type-schema";
import type { Diagnostic } from "./summary";
import type { Env, Value } from "./values/value";

/** What the type check found out about a query. */
export interface TypeChecked {
  readonly type: string;
  readonly warnings: readonly Diagnostic[];
}

/** How many texts are remembered for one version of a schema. */
const MAX_KNOWN = 1_000;

/** The types of one version of a database's schema, and the queries that were checked with them. */
interface Known {
  readonly version: number;
  readonly types: SchemaTypes;
  readonly checked: Map<string, TypeChecked | CheckError>;
}

const KNOWN = new WeakMap<Database, Known>();

function knownOf({ db, library }: Context): Known {
  const known = KNOWN.get(db);
  if (known?.version === db.schemaVersion) return known;
  const fresh = {
    version: db.schemaVersion,
    types: new SchemaTypes(library, readSchema(db)),
    checked: new Map(),
  };
  KNOWN.set(db, fresh);
  return fresh;
}

/** The values that came with a query, by name and in its text. */
interface Given {
  readonly args: Env | null;
  readonly values: readonly Value[];
}

/**
 * Checks the types of a query; throws `CheckError`. What was checked before, with values of the same types in the same
 * places, is looked up. A text that takes too long to check counts as right.
 */
export function checkTypes(cx: Context, text: string, expr: Expr, given: Given): TypeChecked {
  const known = knownOf(cx);
  const scope = new Map<string, Type>();
  for (let at = given.args; at; at = at.outer)
    if (!scope.has(at.name)) scope.set(at.name, staticType(cx, at.value));
  const types = given.values.map((value) => staticType(cx, value));
  const named = [...scope].map(([name, type]) => `${name}:${keyOf(type)}`);
  const key = [text, ...named, ...types.map(keyOf)].join("\0");
  let found = known.checked.get(key);
  if (!found) {
    found = check(known.types, expr, scope, (value) => staticType(cx, value));
    if (known.checked.size >= MAX_KNOWN) known.checked.clear();
    known.checked.set(key, found);
  }
  if (found instanceof CheckError) throw found;
  return found;
}

function check(
  types: SchemaTypes,
  expr: Expr,
  scope: ReadonlyMap<string, Type>,
  given: (value: Value) => Type,
): TypeChecked | CheckError {
  const inference = new Inference(types.environmentFor(expr, scope.keys()), given);
  const names: Scope = new Map([...scope].map(([name, type]) => [name, scheme(type)]));
  try {
    const type = inference.whole(expr, names);
    if (inference.errors.length) return new CheckError(inference.errors);
    const written = typeExprOf(inference, type, true);
    return {
      type: printType(written),
      warnings: inBlockOrder([...inference.warnings, ...uncalled(expr, written)]),
    };
  } catch (error) {
    if (!(error instanceof TooComplexError)) throw error;
    return { type: "Any", warnings: [] };
  }
}

function inBlockOrder(warnings: readonly Diagnostic[]): Diagnostic[] {
  return [...warnings].sort((a, b) => a.span.start - b.span.start);
}

function isFunction(type: TypeExpr): boolean {
  const all = type.kind === "intersection" ? type.members : [type];
  return all.every(({ kind }) => kind === "function");
}

/** The warning for a query whose value is a function that nobody calls. */
function uncalled(expr: Expr, type: TypeExpr): Diagnostic[] {
  const last = expr.kind === "block" ? expr.body[expr.body.length - 1] : undefined;
  if (!last || !isFunction(type)) return [];
  const { span } = last;
  const remark = {
    label: "hint",
    message: "Call the function.",
    span: { ...span, start: span.end },
    insert: "()",
  } as const;
  return [{ level: "warning", message: "Function is not called.", span, remarks: [remark] }];
}
