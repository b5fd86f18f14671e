import { SYSTEM_COLLECTIONS, systemName } from "../../store/system";
import { applyLambda, arityOf, evaluate } from "./calls";
import { acceptsCount } from "../evaluator/arity";
import type { Context } from "../evaluator/context";
import { CheckError, QueryError, TimeoutError } from "../errors";
import { parseLambda } from "../parser";
import type { DocValue, DocVersion, LambdaValue, Value } from "../values/value";
import { collectionName } from "./names";

export type Action =
  | "read"
  | "write"
  | "create"
  | "create_with_id"
  | "delete"
  | "history_read"
  | "history_write"
  | "unrestricted_read"
  | "call";

type Rule = boolean | LambdaValue;
type Actions = ReadonlyMap<string, Rule>;

const RULES = new WeakMap<DocVersion, ReadonlyMap<string, Actions>>();
const NEVER: Actions = new Map();

/** A lambda from the text of a predicate; one that does not parse lets nobody through. */
export function compilePredicate(cx: Context, text: string, name: string): LambdaValue | false {
  try {
    const value = evaluate(cx, parseLambda({ name: `*${name}*`, text }), null);
    return typeof value === "object" && value.kind === "lambda" ? value : false;
  } catch (error) {
    if (error instanceof CheckError) return false;
    throw error;
  }
}

function rule(cx: Context, action: string, value: Value): Rule {
  if (typeof value === "string") return compilePredicate(cx, value, action);
  return value === true;
}

/** Elements of an array, or the value itself where the server takes one for a list of one. */
export function listed(value: Value | undefined): readonly Value[] {
  if (value === undefined || (typeof value === "object" && value.kind === "null")) return [];
  return typeof value === "object" && value.kind === "array" ? value.items : [value];
}

function compileRole(cx: Context, role: DocVersion): ReadonlyMap<string, Actions> {
  const compiled = new Map<string, Actions>();
  for (const privilege of listed(role.data.get("privileges"))) {
    if (typeof privilege !== "object" || privilege.kind !== "object") continue;
    const resource = privilege.fields.get("resource");
    const actions = privilege.fields.get("actions");
    const fields =
      typeof actions === "object" && actions.kind === "object" ? [...actions.fields] : [];
    const rules = new Map(fields.map(([action, value]) => [action, rule(cx, action, value)]));
    if (typeof resource === "string") compiled.set(resource, rules);
  }
  return compiled;
}

function actionsOf(cx: Context, role: string, resource: string): Actions {
  const document = cx.db.systemDocument("Role", role);
  if (!document) return NEVER;
  const known = RULES.get(document) ?? compileRole(cx, document);
  RULES.set(document, known);
  return known.get(resource) ?? NEVER;
}

/** What is forbidden to everyone but admins. */
const ADMIN_ONLY: ReadonlySet<number> = new Set([
  SYSTEM_COLLECTIONS.Role,
  SYSTEM_COLLECTIONS.Key,
  SYSTEM_COLLECTIONS.Database,
  SYSTEM_COLLECTIONS.AccessProvider,
]);

/** What a built-in role may do; null when user-defined roles decide. */
function builtinAllows(cx: Context, action: Action, coll: number | null): boolean | null {
  const { builtin } = cx.authority;
  if (!builtin) return null;
  if (builtin === "admin") return true;
  if (builtin === "client" || (coll !== null && ADMIN_ONLY.has(coll))) return false;
  if (builtin === "server") return true;
  return action === "read" || action === "history_read" || action === "unrestricted_read";
}

/** Predicates run with the right to read everything, and cannot write. */
function holds(cx: Context, predicate: LambdaValue, args: readonly Value[]): boolean {
  const arity = arityOf(cx, predicate);
  if (arity && !acceptsCount(arity, args.length)) return false;
  try {
    return cx.withAuthority({ builtin: "server", roles: [] }, () =>
      cx.withEffect(
        { allowed: "read", where: "role predicates" },
        () => applyLambda(cx, predicate, args) === true,
      ),
    );
  } catch (error) {
    // A predicate that fails is a predicate that does not hold; a query out of time is out of time.
    if (
      error instanceof TimeoutError ||
      !(error instanceof QueryError || error instanceof CheckError)
    )
      throw error;
    return false;
  }
}

function allows(cx: Context, action: Action, resource: string, args: readonly Value[]): boolean {
  return cx.authority.roles.some((role) => {
    const found = actionsOf(cx, role, resource).get(action) ?? false;
    return typeof found === "boolean" ? found : holds(cx, found, args);
  });
}

function pinned(version: DocVersion): DocValue {
  return { kind: "doc", coll: version.coll, id: version.id, version };
}

function documentAllows(
  cx: Context,
  action: Action,
  coll: number,
  args: readonly Value[],
): boolean {
  return builtinAllows(cx, action, coll) ?? allows(cx, action, collectionName(cx, coll), args);
}

/** Whether who asks may see this version. */
export function mayRead(cx: Context, version: DocVersion): boolean {
  const { coll } = version;
  if (cx.readTime?.by === "at" && !documentAllows(cx, "history_read", coll, [pinned(version)]))
    return false;
  return documentAllows(cx, "read", coll, [pinned(version)]);
}

/** Whether who asks may see every document of the collection, so that even an absence may be told. */
export function mayReadAll(cx: Context, coll: number): boolean {
  const builtin = builtinAllows(cx, "read", coll);
  if (builtin !== null) return builtin;
  const name = collectionName(cx, coll);
  return cx.authority.roles.some((role) => actionsOf(cx, role, name).get("read") === true);
}

/** Whether who asks has any way of reading from the collection; without one an index call fails. */
export function mayReadSome(cx: Context, coll: number): boolean {
  const builtin = builtinAllows(cx, "read", coll);
  if (builtin !== null) return builtin || cx.authority.builtin === "client" ? builtin : false;
  const name = collectionName(cx, coll);
  return cx.authority.roles.some((role) => {
    const actions = actionsOf(cx, role, name);
    return [actions.get("read"), actions.get("unrestricted_read")].some(
      (found) => found !== undefined && found !== false,
    );
  });
}

export function mayCreate(cx: Context, version: DocVersion, withId: boolean): boolean {
  const args = [pinned(version)];
  if (withId && !documentAllows(cx, "create_with_id", version.coll, args)) return false;
  return documentAllows(cx, "create", version.coll, args);
}

export function mayWrite(cx: Context, before: DocVersion, after: DocVersion): boolean {
  return documentAllows(cx, "write", before.coll, [pinned(before), pinned(after)]);
}

export function mayDelete(cx: Context, version: DocVersion): boolean {
  return documentAllows(cx, "delete", version.coll, [pinned(version)]);
}

export function mayCall(cx: Context, name: string, args: readonly Value[]): boolean {
  const { builtin } = cx.authority;
  if (builtin) return builtin === "admin" || builtin === "server";
  return allows(cx, "call", name, args);
}

/** Refuses the innermost call for want of rights. */
export function denied(cx: Context): QueryError {
  return cx.error("permission_denied", "Insufficient privileges to perform the action.");
}

export function isSystem(coll: number): boolean {
  return systemName(coll) !== undefined;
}
