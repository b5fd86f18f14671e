import { audience, ROOT_ID } from "./access/jwt";
import { runQuery } from "./fql";
import { CommitLog } from "./persist/commit-log";
import { restore } from "./persist/restore";
import { Database } from "./store";
import { newGlobalId } from "./store/global-id";
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

/** What a role may do with a collection or a function, as in `Role.create`. */
export interface LocalPrivilege {
  /** A collection or a function. */
  resource: string;
  /** `true`, or a predicate: `d => d.owner == Query.token()!.sub`. */
  actions: Readonly<Record<string, boolean | string>>;
}

/** What is in the database of {@link startLocalFauna}. */
export interface LocalDatabaseOptions {
  /**
   * FQL v10 texts, run one after another with admin rights: collections, functions, documents.
   * @default []
   */
  seed?: string | readonly string[];
  /**
   * Roles (or FQL that creates them), created after the seed has run.
   * @default []
   */
  roles?: readonly (LocalRole | string)[];
  /**
   * Access providers (or FQL that creates them), created after the roles.
   * @default []
   */
  accessProviders?: readonly (LocalAccessProvider | string)[];
  /**
   * A file to keep the database in, made if it is not there. When it holds a database already, `seed` and texts of
   * FQL do not run; roles and providers given as objects replace those of the same name. Child databases are not
   * kept.
   * @default none: the database is in memory alone
   */
  persist?: string;
  /**
   * Be the root database of a cluster, as in a fresh container: it refuses every JWT, so access providers belong into
   * a child database.
   * @default false: a database below one that does not show
   */
  root?: boolean;
}

/** Makes a database and fills it. Throws with the server's summary if something is not accepted. */
export function prepareDatabase(options: LocalDatabaseOptions): Database {
  const { persist, root = false } = options;
  const globalId = root ? ROOT_ID : newGlobalId();
  const log = persist === undefined ? undefined : CommitLog.open(persist, globalId);
  const database = newDatabase(log?.globalId ?? globalId);
  if (log) restore(database, log);
  const isNew = !log || log.commits.length === 0;
  try {
    fill(database, options, isNew);
  } catch (error) {
    if (isNew) log?.discard();
    throw error;
  }
  return database;
}

function fill(
  database: Database,
  { seed = [], roles = [], accessProviders = [] }: LocalDatabaseOptions,
  isNew: boolean,
): void {
  if (isNew) for (const text of [seed].flat()) run(database, "The seed", text);
  for (const role of roles) define(database, "Role", role, isNew);
  for (const provider of accessProviders) define(database, "AccessProvider", provider, isNew);
}

function define(
  database: Database,
  collection: "Role" | "AccessProvider",
  definition: { readonly name: string } | string,
  isNew: boolean,
): void {
  if (typeof definition === "string") {
    if (isNew) run(database, collection, definition);
    return;
  }
  const known = database.systemDocument(collection, definition.name) !== undefined;
  const query = known
    ? `${collection}.byName(definition.name)!.replace(definition)`
    : `${collection}.create(definition)`;
  run(database, collection, query, { definition });
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

function newDatabase(globalId: string): Database {
  return new Database({ globalId, audience: audience(globalId) });
}
