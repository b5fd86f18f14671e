import { invalidArgument, type Position } from "./errors";
import type { Expression } from "./expressions";
import { partsOf } from "./free-variables";

/** Functions that count as reading; what else reads does so only when a page is asked for. */
const READS = new Set(
  [
    "get exists paginate first last contains_value key_from_secret reduce take identify",
    "count sum mean min max any all current_identity has_current_identity identity has_identity",
    "current_token has_current_token",
  ].flatMap((names) => names.split(" ")),
);
const WRITES =
  /^(call|create|create_\w+|update|replace|delete|insert|remove|login|logout|new_id|next_id|move_database)$/;

/** What an expression may do at most: as the server, by how it is written. */
function effectOf(expression: Expression): 0 | 1 | 2 {
  const inner = innerOf(expression).map(effectOf);
  const own = expression.kind === "call" ? effectOfCall(expression.target.parameters) : 0;
  return Math.max(own, ...inner) as 0 | 1 | 2;
}

function innerOf(expression: Expression): readonly Expression[] {
  if (expression.kind === "var") return [];
  if (expression.kind === "lambda") return [expression.body];
  if (expression.kind === "let")
    return [...expression.bindings.map(([, value]) => value), expression.body];
  return partsOf(expression);
}

function effectOfCall(parameters: Readonly<Record<string, unknown>>): 0 | 1 | 2 {
  const [name = ""] = Object.keys(parameters);
  return WRITES.test(name) ? 2 : READS.has(name) ? 1 : 0;
}

/** Whether an expression does nothing but compute. */
export function isPure(expression: Expression): boolean {
  return effectOf(expression) === 0;
}

/** Refuses a lambda that does more than a set may while it is gone through. */
export function checkEffect(body: Expression, most: "pure" | "read", at: Position): void {
  if (effectOf(body) <= (most === "pure" ? 0 : 1)) return;
  const what = most === "pure" ? "read, write, or call" : "write or call";
  throw invalidArgument(
    `Invalid lambda. Lambda in this context may not ${what} a user function.`,
    at,
  );
}
