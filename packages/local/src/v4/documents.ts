import { createHash } from "node:crypto";
import { readDocument } from "../fql/model/read";
import { mayReadSome } from "../fql/model/permissions";
import type { DocValue } from "../fql/values/value";
import { type DocVersion, SYSTEM_COLLECTIONS, systemName } from "../store";
import { fromFields } from "./convert";
import { V4Error, type Position } from "./errors";
import type { Evaluator } from "./evaluate";
import {
  DocumentView,
  isArray,
  isObject,
  Ref,
  type SchemaClass,
  TransactionTime,
  type V4Object,
  type V4Value,
} from "./values";

const NOUNS: Readonly<Record<SchemaClass, string>> = {
  collections: "Collection",
  databases: "Database",
  keys: "Key",
  tokens: "Token",
  credentials: "Credentials",
  functions: "Function",
  roles: "Role",
  access_providers: "other",
  indexes: "Index",
};

/** The document behind a reference as v4 shows it, or the error of its absence. */
export function readRef(ref: Ref, evaluator: Evaluator, position: Position): V4Object {
  const home = evaluator.within(ref.database);
  const document = home.references.toDocument(ref);
  const found = document ? readDocument(home.context, document) : "not found";
  if (typeof found !== "string") return toV4(found, home);
  if (found === "permission denied") throw permissionDenied(position);
  throw notFound(position, ref);
}

export function exists(ref: Ref, evaluator: Evaluator): boolean {
  const { references, context } = evaluator.within(ref.database);
  const document = references.toDocument(ref);
  return document !== undefined && typeof readDocument(context, document) !== "string";
}

/** Whether who asks may go through a collection. */
export function mayBrowse(coll: number, { context }: Evaluator): boolean {
  return mayReadSome(context, coll);
}

export function permissionDenied(position: Position): V4Error {
  const description = "Insufficient privileges to perform the action.";
  return new V4Error("permission denied", description, position);
}

/** What the server calls a document, by the collection that it is in. */
export function nounOf(ref: Ref | undefined): string {
  if (ref?.collection === null) return "Collection";
  return ref?.schemaClass ? NOUNS[ref.schemaClass] : "Document";
}

export function notFound(position: Position, ref?: Ref): V4Error {
  return new V4Error("instance not found", `${nounOf(ref)} not found.`, position);
}

/** `{ref, ts, …}`: a user's fields are in `data`, those of a schema document beside it. */
export function toV4(version: DocVersion, evaluator: Evaluator): V4Object {
  const { references, context } = evaluator;
  const fields = fromFields(version.data, references);
  const ts = BigInt(version.ts);
  const ref = references.toRef(version);
  const head: [string, V4Value][] = [
    ["ref", ref],
    ...(evaluator.version === "2.0" ? ([["class", ref.collection]] as [string, V4Value][]) : []),
    ["ts", version.ts === context.tx.ts ? new TransactionTime(ts) : ts],
  ];
  if (version.ttl !== undefined) head.push(["ttl", { kind: "time", nanos: version.ttl }]);
  const system = systemName(version.coll);
  if (!system) return new DocumentView(fields.size ? [...head, ["data", fields]] : head);
  const shown = schemaFields(system, fields, context.revealed.has(version.id));
  if (system === "AccessProvider") shown.push(["audience", context.db.audience]);
  for (const [i, [key, value]] of shown.entries())
    if (ROLES_IN.get(system) === key) shown[i] = [key, roleRefs(value)];
    else if (system === "Key" && key === "database" && typeof value === "string")
      shown[i] = [key, Ref.to("databases", value, references.scope)];
  return new DocumentView([...head, ...shown]);
}

/** The document that was just written, also if its writer may not read it. */
export function stored(document: DocValue, evaluator: Evaluator): V4Object {
  const { context } = evaluator;
  // A document whose time is over already is written all the same.
  const version = context.db.collection(document.coll).at(document.id, context.tx.ts);
  if (!version) throw notFound([]);
  return toV4(version, evaluator);
}

/** Lists that v10 keeps in a collection, and v4 does not know. */
const ONLY_V10: ReadonlySet<string> = new Set([
  "indexes",
  "constraints",
  "fields",
  "computed_fields",
]);

/**
 * A collection that v4 made has no lists that FQL v10 would show empty, but those in `asked`, and no days of history if
 * it was said so.
 */
export function withoutUnasked(
  { coll, id }: DocValue,
  asked: ReadonlySet<string>,
  keepsDays: boolean,
  { context }: Evaluator,
): void {
  const written = context.db.read(coll, id, context.tx.ts);
  if (!written || coll !== SYSTEM_COLLECTIONS.Collection) return;
  const data = [...written.data].filter(([key]) =>
    key === "history_days" ? keepsDays : !ONLY_V10.has(key) || asked.has(key),
  );
  if (data.length < written.data.size) context.tx.put(coll, id, new Map(data));
}

const UNSHOWN: Readonly<Record<string, ReadonlySet<string>>> = {
  Credential: new Set(["password"]),
};

/** A secret shows only in the answer that makes it; later there is its hash. */
function schemaFields(system: string, fields: V4Object, revealed: boolean): [string, V4Value][] {
  const unknown = UNSHOWN[system];
  const isHeld = system === "Token" || system === "Credential";
  const shown = [...fields]
    .filter(([key]) => !unknown?.has(key))
    .map(([key, value]): [string, V4Value] => [
      isHeld && key === "document" ? "instance" : key,
      value,
    ]);
  const secret = fields.get("secret");
  if (typeof secret !== "string") return shown;
  const hashed = createHash("sha256").update(secret).digest("base64url");
  const open = shown.filter(([key]) => revealed || key !== "secret");
  return revealed && system === "Token" ? open : [...open, ["hashed_secret", hashed]];
}

/** Where schema documents name roles of the user's, which v4 shows as references. */
const ROLES_IN: ReadonlyMap<string, string> = new Map([
  ["Key", "role"],
  ["AccessProvider", "roles"],
]);
const BUILTIN = /^(admin|server|server-readonly|client)$/;

function roleRefs(value: V4Value): V4Value {
  if (typeof value === "string") return BUILTIN.test(value) ? value : Ref.to("roles", value);
  if (isArray(value)) return value.map(roleRefs);
  if (!isObject(value)) return value;
  return new Map([...value].map(([key, each]) => [key, key === "role" ? roleRefs(each) : each]));
}
