import { activeVersion } from "../../store/active-schema";
import { SYSTEM_COLLECTIONS } from "../../store/system";
import { applyLambda, evaluate } from "./calls";
import type { Authority, Context } from "./context";
import { parseLambda } from "../parser";
import {
  asText,
  type DocVersion,
  type LambdaValue,
  type QueryValue,
  type UserFunctionValue,
  type Value,
} from "../values/value";
import { denied, listed, mayCall } from "./permissions";
import { isQuery, runQuery } from "./queries";

/** A user-defined function, ready to be called. */
export interface UserFunction {
  readonly name: string;
  readonly lambda: LambdaValue | QueryValue;
  /** Whose rights it runs with, if not the caller's. */
  readonly role?: string | readonly string[];
}

const COMPILED = new WeakMap<DocVersion, UserFunction>();

/** The function behind a reference to it; its text was checked when it was stored. */
export function userFunction(cx: Context, fn: UserFunctionValue): UserFunction {
  const version = activeVersion(cx.db, SYSTEM_COLLECTIONS.Function, fn.id, cx.tx.ts);
  if (!version) throw cx.error("document_not_found", "The function was deleted.");
  const compiled = COMPILED.get(version) ?? compile(cx, version);
  const role = version.data.get("role");
  if (typeof role !== "object" || (role.kind !== "doc" && role.kind !== "array")) return compiled;
  return { ...compiled, role: rolesOf(cx, role) };
}

function compile(cx: Context, version: DocVersion): UserFunction {
  const name = asText(version.data.get("name"));
  const body = version.data.get("body");
  const source = { name: `*udf:${name}*`, text: asText(body) };
  const lambda = isQuery(body) ? body : (evaluate(cx, parseLambda(source), null) as LambdaValue);
  const role = version.data.get("role");
  const compiled: UserFunction =
    typeof role === "string" ? { name, lambda, role } : { name, lambda };
  COMPILED.set(version, compiled);
  return compiled;
}

/** The roles that FQL v4 refers to, one or several: a function follows them until they are deleted. */
function rolesOf(cx: Context, role: Value): readonly string[] {
  return listed(role).flatMap((each) => {
    if (typeof each === "string") return [each];
    if (typeof each !== "object" || each.kind !== "doc") return [];
    const found = activeVersion(cx.db, SYSTEM_COLLECTIONS.Role, each.id, cx.tx.ts);
    return found ? [asText(found.data.get("name"))] : [];
  });
}

/** The rights of a role, or of several. */
export function authorityOf(role: string | readonly string[]): Authority {
  if (typeof role !== "string") return { roles: role };
  return role === "admin" || role === "server" || role === "server-readonly"
    ? { builtin: role, roles: [] }
    : { roles: [role] };
}

/** Calls a user-defined function with its own role, if it has one, and if the caller may. */
export function callUserFunction(
  cx: Context,
  fn: UserFunctionValue,
  args: readonly Value[],
): Value {
  const { name, lambda, role } = userFunction(cx, fn);
  if (!mayCall(cx, name, args)) throw denied(cx);
  const run = (): Value =>
    lambda.kind === "query" ? runQuery(cx, lambda, args) : applyLambda(cx, lambda, args);
  return role === undefined ? run() : cx.withAuthority(authorityOf(role), run);
}
