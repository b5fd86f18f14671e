import { withLocalhost } from "./key-sets";

/** What `npm run test:real` runs the tests on: a server's address, and a key of its root database. */
export interface RealServer {
  readonly endpoint: string;
  readonly rootKey: string;
}

/** A query's answer in the simple format. Times are in microseconds. */
export interface Answer<T> {
  readonly data: T;
  readonly txn_ts: number;
  /** When the schema was changed last that the query has seen. */
  readonly schema_version: number;
}

/** A query that the server refuses. */
export class QueryRefused extends Error {
  constructor(
    readonly status: number,
    readonly body: { error?: { message?: string; abort?: unknown }; summary?: string },
  ) {
    super(body.summary ?? body.error?.message ?? `status ${status}`);
  }
}

export const REMEDY =
  "`docker compose up --detach --wait` starts one; then set FAUNA_ENDPOINT=http://127.0.0.1:8443 and " +
  "FAUNA_ADMIN_KEY=secret, its root key.";

/** The server that the environment names. Throws if it names none. */
export function realServer(): RealServer {
  const { FAUNA_ENDPOINT: endpoint, FAUNA_ADMIN_KEY: rootKey } = process.env;
  if (!endpoint || !rootKey)
    throw new Error(`FAUNA_ENDPOINT and FAUNA_ADMIN_KEY have to name a Fauna server. ${REMEDY}`);
  return { endpoint, rootKey };
}

/** Runs FQL. Statements that contend with others are repeated by the server. */
export async function ask<T>(
  secret: string,
  query: string,
  args: Readonly<Record<string, unknown>> = {},
): Promise<Answer<T>> {
  const response = await fetch(new URL("/query/1", realServer().endpoint), {
    method: "POST",
    headers: {
      authorization: `Bearer ${secret}`,
      "content-type": "application/json",
      "x-format": "simple",
      "x-max-contention-retries": "7",
      // The server may close a connection that is kept just as the next request is sent.
      connection: "close",
    },
    body: withLocalhost(JSON.stringify({ query, arguments: args })),
  });
  const body = (await response.json()) as Answer<T> & QueryRefused["body"];
  if (!response.ok) throw new QueryRefused(response.status, body);
  return body;
}

/** The `aud` of tokens for the root database, which takes none. */
export const ROOT_AUDIENCE = "https://db.fauna.com/db/yyyyyyyyyyyyy";

/** Deletes a database below the root, if it is there. */
export async function deleteDatabase(name: string): Promise<void> {
  await ask(realServer().rootKey, "Database.byName(name)?.delete()", { name });
}

/** Deletes the databases below the root whose names begin so. */
export async function deleteDatabases(prefix: string): Promise<void> {
  const query = "Database.all().where(.name.startsWith(prefix)).forEach(.delete())";
  await ask(realServer().rootKey, query, { prefix });
}
