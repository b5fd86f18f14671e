import type { Caller } from "../engine";
import type { Database } from "../store";
import type { SecretScope } from "./scoped-secret";
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
    return database.systemDocument("Role", scope.role)
      ? { roles: [scope.role], claims: null }
      : null;
  const [collection = "", id = ""] = scope.document.split("/");
  return documentExists(database, collection, id) ? { roles: [], claims: null } : null;
}

function documentExists(database: Database, collection: string, id: string): boolean {
  const definition = database.systemDocument("Collection", collection);
  if (!definition || !/^\d+$/.test(id)) return false;
  return database.read(Number(definition.id), BigInt(id)) !== null;
}
