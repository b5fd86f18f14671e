import { Authenticator } from "./access/authenticator";
import type { AsyncDisposal } from "./async-disposal";
import { withCors } from "./http/cors";
import { Faults } from "./http/faults";
import { listen } from "./http/listen";
import { observed, type ObservedRequest } from "./http/observe";
import { createRouter } from "./http/router";
import { routes } from "./http/routes";
import { OpenStreams, type LocalStream } from "./streams/open-streams";
import { prepareDatabase, type LocalDatabaseOptions } from "./prepare-database";

export interface LocalFaunaOptions extends LocalDatabaseOptions {
  /**
   * Port on 127.0.0.1; 0 takes a free one.
   * @default 0
   */
  port?: number;
  /**
   * Secret of the database's admin key.
   * @default "secret"
   */
  secret?: string;
  /** Called for every request (preflights excepted) when it has arrived; it may be called before a fault meets it. */
  onRequest?: (request: ObservedRequest) => void;
  /**
   * Keep every request in {@link LocalFauna.requests}.
   * @default false
   */
  record?: boolean;
}

/** A running stand-in for a Fauna cluster. */
export interface LocalFauna extends AsyncDisposal {
  /** `http://127.0.0.1:<port>`: the endpoint for `fauna` and `faunadb` clients. */
  readonly url: string;
  /** The secret of the database's admin key. */
  readonly secret: string;
  /** What the `aud` claim of a JWT must be (or contain). */
  readonly audience: string;
  /** Requests so far, if `record` was set. They hold the secrets and tokens that were sent. */
  readonly requests: readonly ObservedRequest[];
  /** Errors, delays, dropped connections and held answers, to switch on. */
  readonly faults: Faults;
  /** The event streams that clients have open at the moment, oldest first: to count, and to cut. */
  readonly streams: readonly LocalStream[];
  /** Ends all connections and frees the port. */
  close(): Promise<void>;
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
  const { port = 0, secret = "secret", onRequest, record = false } = options;
  const database = prepareDatabase(options);
  const authenticator = new Authenticator(database, secret);
  const faults = new Faults();
  const requests: ObservedRequest[] = [];
  const streams = new OpenStreams();
  const router = createRouter(routes, {
    streams,
    authenticate: ({ headers }) => authenticator.authenticate(headers.authorization),
  });
  const handler = observed(
    // The answers of faults too, or a page could not read them.
    async (request) => withCors(request, await faults.run(request, router)),
    (request) => {
      if (record) requests.push(request);
      onRequest?.(request);
    },
  );
  const listener = await listen(handler, port);
  const close = async (): Promise<void> => {
    faults.clear();
    await listener.close();
  };
  return {
    url: listener.url,
    secret,
    audience: database.audience,
    requests,
    faults,
    get streams() {
      return streams.all;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
