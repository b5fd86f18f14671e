import { activeDocument } from "../../store/active-schema";
import type { DocumentId } from "../../store/caller";
import { SYSTEM_COLLECTIONS, systemName } from "../../store/system";
import { arityOf, evaluate } from "./calls";
import { acceptsCount } from "./arity";
import type { Context } from "./context";
import { CheckError, type QueryError } from "../errors";
import { parseLambda } from "../parser";
import { timeFromMicros } from "../values/times";
import {
  array,
  NULL,
  object,
  type DocValue,
  type DocVersion,
  type LambdaValue,
  type QueryValue,
  type Value,
  fieldsOf,
} from "../values/value";
import { collectionName } from "./names";
import { answersTrue } from "./predicates";
import { isQuery } from "./queries";

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

type Rule = boolean | LambdaValue | QueryValue;
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
  if (isQuery(value)) return value;
  return value === true;
}

/** Elements of an array, or the value itself where the server takes one for a list of one. */
export function listed(value: Value | undefined): readonly Value[] {
  if (value === undefined || (typeof value === "object" && value.kind === "null")) return [];
  return typeof value === "object" && value.kind === "array" ? value.items : [value];
}

/** FQL v4 names resources by reference. */
function nameOf(cx: Context, resource: Value): Value | undefined {
  if (typeof resource !== "object" || resource.kind !== "doc") return undefined;
  const isCollection = resource.coll === SYSTEM_COLLECTIONS.Collection;
  const system = isCollection ? systemName(Number(resource.id)) : undefined;
  return system ?? cx.db.read(resource.coll, resource.id)?.data.get("name");
}

function compileRole(cx: Context, role: DocVersion): ReadonlyMap<string, Actions> {
  const compiled = new Map<string, Actions>();
  for (const privilege of listed(role.data.get("privileges"))) {
    if (typeof privilege !== "object" || privilege.kind !== "object") continue;
    const resource = privilege.fields.get("resource");
    const actions = privilege.fields.get("actions");
    const fields = [...fieldsOf(actions)];
    const rules = new Map(fields.map(([action, value]) => [action, rule(cx, action, value)]));
    const name = typeof resource === "object" ? nameOf(cx, resource) : resource;
    if (typeof name === "string") compiled.set(name, rules);
  }
  return compiled;
}

function actionsOf(cx: Context, role: string, resource: string): Actions {
  const document = activeDocument(cx.db, "Role", role);
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

/**
 * Predicates run with the right to read everything, and cannot write. They see the present, also where the query reads
 * the past, unless they judge an event: then all is as of `asOf`.
 */
function holds(
  cx: Context,
  predicate: LambdaValue | QueryValue,
  args: readonly Value[],
  asOf: number | null,
  whole = false,
): boolean {
  const arity = predicate.kind === "query" ? null : arityOf(cx, predicate);
  if (arity && !acceptsCount(arity, args.length)) return false;
  const judge = (): boolean => answersTrue(cx, predicate, args, whole);
  return cx.withReadTime(asOf === null ? null : { ts: asOf, by: "event" }, () =>
    cx.withAuthority({ builtin: "server", roles: [] }, judge),
  );
}

function allows(
  cx: Context,
  action: Action,
  resource: string,
  args: readonly Value[],
  asOf: number | null = null,
  whole = false,
): boolean {
  return cx.authority.roles.some((role) => {
    const found = actionsOf(cx, role, resource).get(action) ?? false;
    if (typeof found === "boolean") return found;
    if (found.kind === "lambda") return holds(cx, found, args, asOf);
    return holds(cx, found, forQuery(cx, action, args), asOf, whole);
  });
}

/** A function of FQL v4 judges what a write stores, where one of v10 is given documents. */
function forQuery(cx: Context, action: Action, args: readonly Value[]): readonly Value[] {
  const [first, second, ...rest] = args;
  const stored = (value: Value | undefined): Value => {
    if (typeof value !== "object" || value.kind !== "doc") return NULL;
    const version = value.version ?? cx.db.read(value.coll, value.id, cx.tx.ts);
    return object([["data", object(version?.data ?? [])]]);
  };
  if (action === "create") return [stored(first)];
  if (action === "create_with_id" && typeof first === "object" && first.kind === "doc")
    return [stored(first), live(first)];
  if (action === "write" && first) return [stored(first), stored(second), first];
  if (action !== "history_write" || typeof first !== "object" || first.kind !== "doc") return args;
  return [live(first), second ?? NULL, rest[0] ?? NULL, object([["data", rest[1] ?? NULL]])];
}

function pinned(version: DocVersion): DocValue {
  return { kind: "doc", coll: version.coll, id: version.id, version };
}

function documentAllows(
  cx: Context,
  action: Action,
  coll: number,
  args: readonly Value[],
  asOf: number | null = null,
): boolean {
  return (
    builtinAllows(cx, action, coll) ?? allows(cx, action, collectionName(cx, coll), args, asOf)
  );
}

/** A reference that is read when a predicate asks: it may stand for nothing. */
function live({ coll, id }: DocumentId): DocValue {
  return { kind: "doc", coll, id };
}

/** The document that who asks acts as may read its own credentials and tokens, and delete those tokens. */
function ownsHolder(cx: Context, { coll, id }: DocumentId): boolean {
  if (coll !== SYSTEM_COLLECTIONS.Token && coll !== SYSTEM_COLLECTIONS.Credential) return false;
  const { identity } = cx.authority;
  const of = identity && cx.db.read(coll, id, cx.tx.ts)?.data.get("document");
  return (
    typeof of === "object" &&
    of.kind === "doc" &&
    of.coll === identity?.coll &&
    of.id === identity.id
  );
}

/**
 * Whether who asks may see a document, whether it exists or not. As on the server the predicate judges what the document
 * says now; for an event what it said then, and all that the predicate reads besides.
 */
export function mayRead(cx: Context, doc: DocumentId, asOf: number | null = null): boolean {
  return ownsHolder(cx, doc) || documentAllows(cx, "read", doc.coll, [live(doc)], asOf);
}

/** Whether who asks may see a document's past: `at` asks for this right instead of the one to read. */
export function mayReadHistory(cx: Context, doc: DocumentId): boolean {
  return documentAllows(cx, "history_read", doc.coll, [live(doc)]);
}

/** Whether who asks has any way of reading from the collection; without one an index call fails. */
export function mayReadSome(cx: Context, coll: number): boolean {
  const builtin = builtinAllows(cx, "read", coll);
  if (builtin !== null) return builtin;
  const name = collectionName(cx, coll);
  return cx.authority.roles.some((role) => {
    const found = actionsOf(cx, role, name).get("read");
    return found !== undefined && found !== false;
  });
}

/**
 * Whether who asks may read from an index of FQL v4, which is a resource of its own there. With `unrestricted_read` it
 * shows all documents.
 */
export function mayReadIndex(
  cx: Context,
  name: string,
  terms: readonly Value[],
  action: "read" | "unrestricted_read" = "read",
): boolean {
  const may = builtinAllows(cx, action, null);
  return may ?? allows(cx, action, name, [array(terms)], null, true);
}

/** An id of one's own needs a right of its own, or the one to write history. */
export function mayCreate(cx: Context, version: DocVersion, withId: boolean): boolean {
  const args = [pinned(version)];
  const may = (action: Action): boolean => documentAllows(cx, action, version.coll, args);
  if (!withId) return may("create");
  const history = (): boolean => mayWriteHistory(cx, { ...version, ts: cx.tx.ts }, "create");
  return (may("create_with_id") || history()) && may("create");
}

/** Whether who asks may write what happened to a document at a time. */
export function mayWriteHistory(
  cx: Context,
  version: DocVersion,
  action: "create" | "delete",
): boolean {
  return documentAllows(cx, "history_write", version.coll, [
    pinned(version),
    timeFromMicros(version.ts),
    action,
    object(version.data),
  ]);
}

/** The new version that the predicate is given has the time of the old one. */
export function mayWrite(cx: Context, before: DocVersion, after: DocVersion): boolean {
  const args = [live(before), pinned({ ...after, ts: before.ts })];
  return documentAllows(cx, "write", before.coll, args);
}

export function mayDelete(cx: Context, doc: DocumentId): boolean {
  const own = doc.coll === SYSTEM_COLLECTIONS.Token && ownsHolder(cx, doc);
  return own || documentAllows(cx, "delete", doc.coll, [live(doc)]);
}

/** Whether who asks is told what happens inside functions: places, logs. */
export function maySeeLogs(cx: Context): boolean {
  const { builtin } = cx.caller;
  return builtin === "admin" || builtin === "server" || builtin === "server-readonly";
}

export function mayCall(cx: Context, name: string, args: readonly Value[], whole = false): boolean {
  const { builtin } = cx.authority;
  if (builtin) return builtin === "admin" || builtin === "server";
  return allows(cx, "call", name, args, null, whole);
}

/** Refuses the innermost call for want of rights. */
export function denied(cx: Context): QueryError {
  return cx.error("permission_denied", "Insufficient privileges to perform the action.");
}

export function isSystem(coll: number): boolean {
  return systemName(coll) !== undefined;
}
