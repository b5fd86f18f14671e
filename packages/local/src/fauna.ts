import { Authenticator } from "./access/authenticator";
import { createRouter } from "./http/router";
import { routes } from "./http/routes";
import { serve, type DisturbableServer, type ServerOptions } from "./http/serve";
import type { DatabaseStream, LocalStream } from "./streams/local-stream";
import { OpenStreams } from "./streams/open-streams";
import { prepareDatabase, type LocalDatabaseOptions } from "./prepare-database";

/** Options of {@link startLocalFauna}. */
export interface LocalFaunaOptions extends LocalDatabaseOptions, ServerOptions {
  /**
   * Secret of the database's admin key.
   * @default "secret"
   */
  secret?: string;
  /**
   * Called with the summary of every query that is refused before it runs, by the parser or the type check: what is
   * wrong, where, and often how to mend it. Print it where you develop; the driver's `message` does not say it.
   */
  onRefused?: (summary: string) => void;
}

/** A running local Fauna cluster. */
export interface LocalFauna extends DisturbableServer {
  /** The secret of the database's admin key. */
  readonly secret: string;
  /** What the `aud` claim of a JWT must be (or contain). */
  readonly audience: string;
  /** The event streams that clients have open at the moment, oldest first: to count, and to cut. */
  readonly streams: readonly LocalStream[];
}

/**
 * Starts an in-memory Fauna database on 127.0.0.1, over HTTP/1.1 and HTTP/2: no account, no Docker, no network.
 * It speaks FQL v10 and v4, checks the JWTs of its access providers and enforces roles as a Fauna server does.
 * For development and tests; what it holds is gone with it.
 *
 * Rejects with the server's own summary if a role, an access provider or the seed is not accepted.
 *
 * @example
 * ```ts
 * const fauna = await startLocalFauna({
 *   seed: `Collection.create({ name: "Todo" })`,
 *   roles: [{ name: "user", privileges: [{ resource: "Todo", actions: { read: true, create: true } }] }],
 *   accessProviders: [
 *     {
 *       name: "Clerk",
 *       issuer: "https://example.clerk.accounts.dev",
 *       jwks_uri: "https://example.clerk.accounts.dev/.well-known/jwks.json",
 *       roles: ["user"],
 *     },
 *   ],
 * });
 * const client = new Client({ endpoint: new URL(fauna.url), secret: fauna.secret });
 * // …
 * await fauna.close();
 * ```
 */
export async function startLocalFauna(options: LocalFaunaOptions = {}): Promise<LocalFauna> {
  const { secret = "secret", onRefused } = options;
  const database = prepareDatabase(options);
  const authenticator = new Authenticator(database, secret);
  const streams = new OpenStreams<DatabaseStream>();
  const router = createRouter(routes, {
    streams,
    ...(onRefused && { onRefused }),
    authenticate: ({ headers }) => authenticator.authenticate(headers.authorization),
  });
  const server = await serve(router, options);
  return {
    ...server,
    secret,
    audience: database.audience,
    get streams() {
      return streams.all;
    },
  };
}
