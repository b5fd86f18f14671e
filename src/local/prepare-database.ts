import { randomInt } from "node:crypto";
import { runQuery } from "./fql";
import { Database } from "./store";
import type { QueryAnswer } from "./engine";

/** An access provider, as given to `AccessProvider.create`. */
export interface LocalAccessProvider {
  name: string;
  /** The `iss` of its tokens, compared as plain text. */
  issuer: string;
  /** Must be `https:`; for a loopback host the keys are nevertheless fetched in plain HTTP. */
  jwks_uri: string;
  /** Names of roles, or roles with a predicate over the claims, such as `jwt => jwt.org == "acme"`. */
  roles?: readonly (string | { role: string; predicate: string })[];
}

/** A role, as given to `Role.create`. */
export interface LocalRole {
  name: string;
  privileges?: readonly LocalPrivilege[];
  membership?: readonly { resource: string; predicate?: string }[];
}

export interface LocalPrivilege {
  /** A collection or a function. */
  resource: string;
  /** `true`, or a predicate: `d => d.owner == Query.token()!.sub`. */
  actions: Readonly<Record<string, boolean | string>>;
}

export interface LocalDatabaseOptions {
  /** FQL v10 texts, run one after another with admin rights: collections, functions, documents. */
  seed?: string | readonly string[];
  /** Roles (or FQL that creates them), created after the seed has run. */
  roles?: readonly (LocalRole | string)[];
  /** Access providers (or FQL that creates them), created after the roles. */
  accessProviders?: readonly (LocalAccessProvider | string)[];
}

/** Makes a database and fills it. Throws with the server's summary if something is not accepted. */
export function prepareDatabase({
  seed = [],
  roles = [],
  accessProviders = [],
}: LocalDatabaseOptions): Database {
  const database = new Database(newIdentity());
  for (const text of [seed].flat()) run(database, "The seed", text);
  for (const role of roles) create(database, "Role", role);
  for (const provider of accessProviders) create(database, "AccessProvider", provider);
  return database;
}

function create(database: Database, collection: string, definition: object | string): void {
  if (typeof definition === "string") run(database, collection, definition);
  else run(database, collection, `${collection}.create(definition)`, { definition });
}

function run(
  database: Database,
  what: string,
  query: string,
  args?: Readonly<Record<string, unknown>>,
): void {
  const answer = runQuery(database, {
    caller: { builtin: "admin", roles: [], claims: null },
    query,
    ...(args ? { arguments: args } : {}),
    format: "simple",
    typecheck: true,
    timeout: 600_000,
  });
  if (answer.status !== 200) throw new Error(`${what} was not accepted.\n${problemOf(answer)}`);
}

function problemOf({ body }: QueryAnswer): string {
  const { summary, error } = body as { summary?: string; error?: { message?: string } };
  return summary ?? error?.message ?? JSON.stringify(body);
}

/** A database of its own, as if it were a child database somewhere: the root refuses JWTs. */
function newIdentity(): { globalId: string; audience: string } {
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  const globalId =
    "y" + Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join("");
  return { globalId, audience: `https://db.fauna.com/db/${globalId}` };
}
