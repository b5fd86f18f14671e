import type { DocumentId } from "../engine";
import { CheckError, QueryError } from "../fql/errors";
import { applyLambda } from "../fql/evaluator/apply";
import { Context } from "../fql/evaluator/context";
import { compilePredicate } from "../fql/model/permissions";
import { Database, SYSTEM_COLLECTIONS, type DocVersion, type Value } from "../store";

const TIMEOUT_MS = 5_000;

/** The roles that a document is a member of: those that name its collection, if their predicate is true for it. */
export function rolesOf(database: Database, document: DocumentId): string[] {
  const collection = database.read(SYSTEM_COLLECTIONS.Collection, BigInt(document.coll));
  const name = collection?.data.get("name");
  return database
    .systemDocuments("Role")
    .filter((role) => memberships(role).some((entry) => admits(database, entry, name, document)))
    .map((role) => Database.text(role, "name") ?? "");
}

type Fields = ReadonlyMap<string, Value>;

/** A single membership may stand without a list around it. */
function memberships(role: DocVersion): Fields[] {
  const value = role.data.get("membership");
  if (typeof value !== "object") return [];
  const entries = value.kind === "array" ? value.items : [value];
  return entries.flatMap((entry) =>
    typeof entry === "object" && entry.kind === "object" ? [entry.fields] : [],
  );
}

function admits(
  database: Database,
  entry: Fields,
  collection: Value | undefined,
  document: DocumentId,
): boolean {
  if (entry.get("resource") !== collection) return false;
  const predicate = entry.get("predicate");
  return typeof predicate !== "string" || holds(database, predicate, document);
}

/** Predicates may read everything and write nothing; one that fails does not hold. */
function holds(database: Database, predicate: string, document: DocumentId): boolean {
  return database.transact((tx) => {
    const reader = { builtin: "server", roles: [], claims: null } as const;
    const cx = new Context(database, tx, reader, TIMEOUT_MS);
    const lambda = compilePredicate(cx, predicate, "predicate");
    if (!lambda) return false;
    try {
      const limit = { allowed: "read", where: "role predicates" } as const;
      return (
        cx.withEffect(limit, () => applyLambda(cx, lambda, [{ kind: "doc", ...document }])) === true
      );
    } catch (error) {
      if (error instanceof QueryError || error instanceof CheckError) return false;
      throw error;
    }
  });
}
