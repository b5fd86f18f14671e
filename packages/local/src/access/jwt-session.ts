import { evaluatePredicate } from "../fql";
import { listed } from "../fql/model/permissions";
import { isQuery } from "../fql/model/queries";
import type { QueryValue } from "../fql/values/value";
import { activeDocument, activeDocuments, Database, type DocVersion, type Value } from "../store";
import type { Caller } from "../store/caller";
import { audienceOf, isTimely, ROOT_ID, type Jwt } from "./jwt";
import type { JwksCache } from "./jwks";
import { watchRoles } from "./roles";
import type { Session } from "./session";

/** Checks a token against the access provider of its issuer. Null means 401, the answer to any failure. */
export async function authenticateJwt(
  root: Database,
  jwt: Jwt,
  jwks: JwksCache,
): Promise<Session | null> {
  const database = isTimely(jwt) ? findByGlobalId(root, audienceOf(jwt)) : undefined;
  const provider = database && findProvider(database, jwt.issuer);
  if (!database || !provider) return null;
  const uri = Database.text(provider, "jwks_uri");
  if (uri === undefined || !(await jwks.verifies(uri, jwt))) return null;
  const roles = grantedRoles(database, provider, jwt);
  if (roles.length === 0) return null;
  const unchanged = watchRoles(database, roles);
  return {
    database,
    caller: { roles, claims: jwt.claims },
    isValid: () => isTimely(jwt) && unchanged(),
  };
}

function findByGlobalId(database: Database, globalId: string | undefined): Database | undefined {
  if (globalId === undefined || globalId === ROOT_ID) return undefined;
  if (database.globalId === globalId) return database;
  for (const child of database.children()) {
    const found = findByGlobalId(child, globalId);
    if (found) return found;
  }
  return undefined;
}

/** Issuers are compared as plain text: a trailing slash matters. */
function findProvider(database: Database, issuer: string | undefined): DocVersion | undefined {
  if (issuer === undefined) return undefined;
  const providers = activeDocuments(database, "AccessProvider");
  return providers.find((provider) => Database.text(provider, "issuer") === issuer);
}

/** The provider's roles whose predicate, if they have one, is true for the claims. */
function grantedRoles(database: Database, provider: DocVersion, jwt: Jwt): string[] {
  const caller: Caller = { roles: [], claims: jwt.claims };
  return listed(provider.data.get("roles")).flatMap((entry) => {
    const { role, predicate } = readRole(entry);
    if (role === undefined || !activeDocument(database, "Role", role)) return [];
    return predicate === undefined || evaluatePredicate(database, predicate, caller) ? [role] : [];
  });
}

function readRole(entry: Value): { role?: string; predicate?: string | QueryValue } {
  if (typeof entry === "string") return { role: entry };
  if (typeof entry !== "object" || entry.kind !== "object") return {};
  const role = entry.fields.get("role");
  const predicate = entry.fields.get("predicate");
  return {
    ...(typeof role === "string" ? { role } : {}),
    ...(typeof predicate === "string" || isQuery(predicate) ? { predicate } : {}),
  };
}
