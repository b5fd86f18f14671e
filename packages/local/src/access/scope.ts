import type { Caller, DocumentId } from "../store/caller";
import { activeDocument, type Database } from "../store";
import type { SecretScope } from "./scoped-secret";
import { rolesOf } from "./membership";
import { watchRoles } from "./roles";
import type { Session } from "./session";

/** Narrows a session to the scope behind its secret; only admin keys may carry one. Null means 401. */
export function applyScope(session: Session, scope: SecretScope): Session | null {
  if (session.caller.builtin !== "admin") return null;
  const database = descend(session.database, scope.path);
  const caller = database && callerOf(database, scope);
  if (!database || !caller) return null;
  const unchanged = watchRoles(database, caller.roles);
  return { database, caller, isValid: () => session.isValid() && unchanged() };
}

function descend(database: Database, path: readonly string[]): Database | undefined {
  return path.reduce<Database | undefined>((found, name) => found?.childByName(name), database);
}

function callerOf(database: Database, scope: SecretScope): Caller | null {
  if ("builtin" in scope) return { builtin: scope.builtin, roles: [], claims: null };
  if ("role" in scope)
    return activeDocument(database, "Role", scope.role)
      ? { roles: [scope.role], claims: null }
      : null;
  const identity = findDocument(database, scope.document);
  if (!identity) return null;
  return { roles: rolesOf(database, identity), claims: null, identity };
}

function findDocument(database: Database, path: string): DocumentId | undefined {
  const [collection = "", text = ""] = path.split("/");
  const definition = activeDocument(database, "Collection", collection);
  if (!definition || !/^\d+$/.test(text)) return undefined;
  const [coll, id] = [Number(definition.id), BigInt(text)];
  return database.read(coll, id) ? { coll, id } : undefined;
}
