import type { DocumentId } from "../store/caller";
import { beginRun } from "../fql/evaluator/interpreter";
import { compilePredicate } from "../fql/model/permissions";
import { answersTrue } from "../fql/model/predicates";
import { isQuery } from "../fql/model/queries";
import type { Fields, QueryValue } from "../fql/values/value";
import { withLargeStack } from "../large-stack/with-large-stack";
import {
  activeDocuments,
  activeVersion,
  Database,
  SYSTEM_COLLECTIONS,
  type DocVersion,
  type Value,
} from "../store";

const TIMEOUT_MS = 5_000;

/** The roles that a document is a member of: those that name its collection, if their predicate is true for it. */
export function rolesOf(database: Database, document: DocumentId): string[] {
  const collection = activeVersion(database, SYSTEM_COLLECTIONS.Collection, BigInt(document.coll));
  const name = collection?.data.get("name");
  return activeDocuments(database, "Role")
    .filter((role) => memberships(role).some((entry) => admits(database, entry, name, document)))
    .map((role) => Database.text(role, "name") ?? "");
}

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
  if (resourceOf(database, entry.get("resource")) !== collection) return false;
  const predicate = entry.get("predicate");
  const isRule = typeof predicate === "string" || isQuery(predicate);
  return (
    !isRule || withLargeStack(database, "membership", { predicate, document }, judgeMembership)
  );
}

/** FQL v4 names resources by reference. */
function resourceOf(database: Database, resource: Value | undefined): Value | undefined {
  if (typeof resource !== "object" || resource.kind !== "doc") return resource;
  return database.read(resource.coll, resource.id)?.data.get("name");
}

export interface MembershipRequest {
  readonly predicate: string | QueryValue;
  readonly document: DocumentId;
}

/** Predicates may read everything and write nothing; one that fails does not hold. */
export function judgeMembership(
  database: Database,
  { predicate, document }: MembershipRequest,
  runsAgain = false,
): boolean {
  return database.transact((tx) => {
    const reader = { builtin: "server", roles: [], claims: null } as const;
    const cx = beginRun(database, tx, reader, TIMEOUT_MS);
    cx.runsAgain = runsAgain;
    const rule = isQuery(predicate) ? predicate : compilePredicate(cx, predicate, "predicate");
    if (!rule) return false;
    const args = [{ kind: "doc", ...document } as const];
    return answersTrue(cx, rule, args);
  });
}
