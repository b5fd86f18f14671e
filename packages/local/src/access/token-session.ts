import type { DocVersion, Database } from "../store";
import { rolesOf } from "./membership";
import { watchRoles } from "./roles";
import type { Session } from "./session";

/** The secret of a token: it acts as the document that it was made for. Null when that is gone. */
export function tokenSession(database: Database, token: DocVersion): Session | null {
  const document = token.data.get("document");
  if (typeof document !== "object" || document.kind !== "doc") return null;
  const identity = { coll: document.coll, id: document.id };
  if (!database.read(identity.coll, identity.id)) return null;
  const roles = rolesOf(database, identity);
  const unchanged = watchRoles(database, roles);
  return {
    database,
    caller: { roles, claims: null, identity, token: { coll: token.coll, id: token.id } },
    holder: token,
    isValid: () => database.read(token.coll, token.id) === token && unchanged(),
  };
}
