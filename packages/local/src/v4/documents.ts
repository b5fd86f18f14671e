import { createHash } from "node:crypto";
import { readDocument } from "../fql/model/read";
import { mayReadSome } from "../fql/model/permissions";
import { QueryError } from "../fql/errors";
import { type DocVersion, systemName } from "../store";
import { fromFields } from "./convert";
import { V4Error, type Position, type ValidationFailure } from "./errors";
import type { Evaluator } from "./evaluate";
import { type V4Object, type V4Value, type Ref } from "./values";

/** The document behind a reference as v4 shows it, or the error of its absence. */
export function readRef(ref: Ref, evaluator: Evaluator, position: Position): V4Object {
  const { references, context } = evaluator;
  const document = references.toDocument(ref);
  const found = document ? readDocument(context, document) : "not found";
  if (typeof found !== "string") return toV4(found, evaluator);
  if (found === "permission denied") throw permissionDenied(position);
  throw notFound(position);
}

export function exists(ref: Ref, { references, context }: Evaluator): boolean {
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

export function notFound(position: Position): V4Error {
  return new V4Error("instance not found", "Document not found.", position);
}

/** `{ref, ts, …}`: a user's fields are in `data`, those of a schema document beside it. */
export function toV4(version: DocVersion, { references, context }: Evaluator): V4Object {
  const fields = fromFields(version.data, references);
  const head: [string, V4Value][] = [
    ["ref", references.toRef(version)],
    ["ts", BigInt(version.ts)],
  ];
  if (version.ttl !== undefined)
    head.push(["ttl", { kind: "time", nanos: BigInt(version.ttl) * 1000n }]);
  const system = systemName(version.coll);
  if (!system) return new Map([...head, ...(fields.size ? ([["data", fields]] as const) : [])]);
  const shown = schemaFields(system, fields, context.revealed.has(version.id));
  if (system === "AccessProvider") shown.push(["audience", context.db.audience]);
  return new Map([...head, ...shown]);
}

/** Lists that v10 keeps in a collection, and v4 does not know. */
export const ONLY_V10: ReadonlySet<string> = new Set([
  "indexes",
  "constraints",
  "fields",
  "computed_fields",
]);

const UNSHOWN: Readonly<Record<string, ReadonlySet<string>>> = {
  Collection: ONLY_V10,
  Credential: new Set(["password"]),
};

/** A secret shows only in the answer that makes it; later there is its hash. */
function schemaFields(system: string, fields: V4Object, revealed: boolean): [string, V4Value][] {
  const unknown = UNSHOWN[system];
  const shown = [...fields].filter(([key]) => !unknown?.has(key));
  const secret = fields.get("secret");
  if (typeof secret !== "string") return shown;
  const hashed = createHash("sha256").update(secret).digest("base64url");
  return [...shown.filter(([key]) => revealed || key !== "secret"), ["hashed_secret", hashed]];
}

/** Runs a write of the store and words its errors as v4 does. */
export function writing<T>(
  what: string,
  positions: { readonly denied: Position; readonly missing: Position; readonly at: Position },
  write: () => T,
): T {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw translate(error, what, positions);
  }
}

function translate(
  error: QueryError,
  what: string,
  { denied, missing, at }: Parameters<typeof writing>[1],
): V4Error {
  switch (error.code) {
    case "permission_denied":
      return permissionDenied(denied);
    case "document_not_found":
      return notFound(missing);
    case "document_id_exists":
      return new V4Error("instance already exists", `${what} already exists.`, at);
    case "constraint_failure":
      return constraintFailure(error, what, at);
    default:
      return new V4Error("invalid argument", error.message, at);
  }
}

function constraintFailure(error: QueryError, what: string, at: Position): V4Error {
  const failures = error.details.failures ?? [];
  const clashes = failures.some(({ message }) => /^Failed unique|already exists/.test(message));
  if (clashes && what !== "Document")
    return new V4Error("instance already exists", `${what} already exists.`, at);
  if (clashes) return new V4Error("instance not unique", "document is not unique.", at);
  const listed = failures.map(({ paths, message }): ValidationFailure => ({
    field: (paths[0] ?? []).map(String),
    code: "invalid type",
    description: message,
  }));
  return new V4Error("validation failed", "document data is not valid.", at, listed);
}
