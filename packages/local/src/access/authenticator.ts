import { Database, type DocVersion } from "../store";
import type { Caller } from "../store/caller";
import { secretHolder } from "../store/secret-holder";
import { listed } from "../fql/model/permissions";
import { parseAuthorization } from "./authorization";
import { decodeJwt } from "./jwt";
import { JwksCache } from "./jwks";
import { authenticateJwt } from "./jwt-session";
import { applyScope } from "./scope";
import { parseScopedSecret, type BuiltinRole } from "./scoped-secret";
import { watchRoles } from "./roles";
import type { Session } from "./session";
import { tokenSession } from "./token-session";

const BUILTIN_ROLES = new Set<string>(["admin", "server", "server-readonly", "client"]);

/**
 * Finds out who sends a request, as the server does: by the secret of a key (of this database or a nested one), by
 * the admin secret, or by a JWT of one of its access providers.
 */
export class Authenticator {
  readonly #jwks = new JwksCache();

  constructor(
    readonly root: Database,
    readonly adminSecret: string,
  ) {}

  /** Null means 401. Throws `BrokenJwtError` where the server answers 500. */
  async authenticate(authorization: string | undefined): Promise<Session | null> {
    const credential = parseAuthorization(authorization);
    if (!credential) return null;
    if (credential.kind === "secret") return this.#bySecret(credential.text);
    return authenticateJwt(this.root, decodeJwt(credential.token), this.#jwks);
  }

  #bySecret(text: string): Session | null {
    const parsed = parseScopedSecret(text);
    if (!parsed) return null;
    const session =
      parsed.secret === this.adminSecret
        ? builtinSession(this.root, "admin")
        : findHolder(this.root, parsed.secret);
    return session && parsed.scope ? applyScope(session, parsed.scope) : session;
  }
}

/** Looks a key or token up in a database and those below it. */
function findHolder(database: Database, secret: string): Session | null {
  const found = secretHolder(database, secret);
  if (found?.collection === "Key") return keySession(database, found.document);
  if (found) return tokenSession(database, found.document);
  for (const child of database.children()) {
    const session = findHolder(child, secret);
    if (session) return session;
  }
  return null;
}

/** A key may have been made for a child of the database that it is kept in. */
function keySession(home: Database, key: DocVersion): Session | null {
  const childName = Database.text(key, "database");
  const database = childName === undefined ? home : home.childByName(childName);
  const roles = listed(key.data.get("role")).filter((role) => typeof role === "string");
  if (!database || !key.data.has("role")) return null;
  const [role = ""] = roles;
  const unchanged = watchRoles(database, BUILTIN_ROLES.has(role) ? [] : roles);
  const isValid = (): boolean => home.read(key.coll, key.id) === key && unchanged();
  const holder = database === home ? { holder: key } : {};
  const caller: Caller = BUILTIN_ROLES.has(role)
    ? { builtin: role as BuiltinRole, roles: [], claims: null }
    : { roles, claims: null };
  return { database, caller, ...holder, isValid };
}

function builtinSession(database: Database, builtin: BuiltinRole): Session {
  return { database, caller: { builtin, roles: [], claims: null }, isValid: () => true };
}
