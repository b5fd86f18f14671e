import type { QueryClient } from "@tanstack/react-query";
import type { Client } from "fauna";

import { type AuthSource, type AuthState, type Identity, readAuthAlone } from "../auth/identity";
import { createIdentityStore, type IdentityStore } from "../auth/identity-store";
import { createTokens, type Tokens } from "../auth/fetch-with-token";
import { ConfigurationError } from "../errors";
import type { Driver, DriverContext, FaunaDriver } from "./driver";
import { parseEndpoint } from "./endpoint";
import { createTransport } from "./transport";
import { contexts, createV10Driver, type FaunaClientConfiguration } from "./v10-driver";

/** How live queries follow the database. */
export interface FaunaLiveSettings {
  /**
   * `"stream"`: an open connection for each live query, or for each set in its `on`. `"feed"`: no open connections; a
   * request for changes every `pollInterval`. `"auto"`: at most `maxStreams` streams, and feeds for the rest.
   * @default "auto"
   */
  transport?: "auto" | "stream" | "feed" | undefined;
  /**
   * Time in ms between two polls of a feed, as long as something happens.
   * @default 5_000
   */
  pollInterval?: number | undefined;
  /**
   * Longest time in ms between two polls of a feed, reached step by step while nothing happens.
   * @default 30_000
   */
  maxPollInterval?: number | undefined;
  /**
   * How long in ms the page may be hidden before live queries pause.
   * @default 60_000
   */
  pauseWhenHiddenFor?: number | undefined;
  /**
   * With `"auto"`: the maximum number of streams to the endpoint, in all tabs and windows of the app's origin together.
   * Over HTTP/1.1 a browser has six connections to a server for all of them.
   * @default `3`, or `30` if the browser tells that the server speaks HTTP/2 or HTTP/3
   */
  maxStreams?: number | undefined;
  /**
   * `"include"` gives streams to another origin connections of their own in most browsers, so that no query waits for
   * them. It sends that origin's cookies along, and a proxy in front of Fauna has to allow it in its CORS headers, as Fauna
   * itself does. Streams to the page's own origin have connections of their own anyway.
   * @default "omit"
   */
  streamCredentials?: "omit" | "include" | undefined;
}

/**
 * Where Fauna is and how to talk to it. A client keeps the options that it was made with: a provider makes a new one only
 * for another `endpoint`, and ignores later changes of the others.
 */
export interface ConnectionOptions {
  /**
   * URL of the Fauna server, such as `"https://fauna.example.com"`. Required: Fauna is self-hosted, and a default
   * would send your users' tokens to the owner of that server.
   */
  endpoint: string | URL;
  /**
   * Allows plain `http:` to a host that is not loopback.
   * @default false
   */
  allowInsecureEndpoint?: boolean | undefined;
  /**
   * Further options of the `fauna` driver's client: timeouts, `long_type`, `query_tags` … `max_attempts`, the
   * driver's own retries of a 429, is 1 unless you set it: TanStack already retries, and the two would multiply.
   */
  client?: FaunaClientConfiguration | undefined;
  /** Further drivers, such as `faunaV4()` of `fauna-clerk/v4`. */
  drivers?: readonly FaunaDriver[] | undefined;
  /**
   * Longest wait for a token in ms, including the wait for Clerk to load.
   * @default 10_000
   */
  tokenTimeout?: number | undefined;
  /** How live queries follow the database. */
  live?: FaunaLiveSettings | undefined;
}

/** Everything that lives as long as a provider: one identity store, one transport and one client per driver. */
export interface Connection extends DriverContext {
  readonly options: ConnectionOptions;
  readonly identityStore: IdentityStore;
  readonly tokens: Tokens;
  readonly getClient: () => Client;
  readonly drivers: readonly Driver[];
  /** The cache of the provider that the connection belongs to. A client without a provider has none. */
  cache?: QueryClient;
  /** Sees to it that nobody sees the mutations of others in a cache. Missing in an app that writes nothing. */
  keepMutationsOwn?: (cache: QueryClient, isRestored?: boolean) => void;
  /** Tells the user's other tabs of a write, if there is an open channel of the identity. */
  tellTabs?: ((identity: Identity) => boolean) | undefined;
  /** Lets nobody see the mutations of a previous identity any more. */
  forgetMutations?: (previous: Identity) => void;
}

/**
 * Makes a connection. Sends nothing and starts nothing.
 *
 * @param fetch - for servers, where the global one may be a cache.
 */
export function createConnection(
  options: ConnectionOptions,
  auth: AuthState,
  fetch?: typeof globalThis.fetch,
): Connection {
  const endpoint = parseEndpoint(options.endpoint, options.allowInsecureEndpoint);
  const identityStore = createIdentityStore(auth);
  const tokens = createTokens(identityStore, options.tokenTimeout);
  const transport = createTransport(endpoint, identityStore, tokens, fetch);
  const drivers: Driver[] = [];
  // No getter: each object that has one gets a hidden class of its own in V8, and a server makes two for each page.
  const getClient = (): Client => v10.getClient();
  const connection = { options, endpoint, identityStore, tokens, transport, drivers, getClient };
  const v10 = createV10Driver(connection, options.client);
  drivers.push(v10);
  for (const driver of options.drivers ?? []) drivers.push(driver.create(connection));
  return connection;
}

/** Gives a connection the cache of its provider. */
export function attachCache(connection: Connection, cache: QueryClient): void {
  connection.cache = cache;
  connection.keepMutationsOwn?.(cache);
}

/** The connection that a client belongs to. */
export function connectionOf(client: object): Connection {
  // `createConnection` makes clients for connections alone.
  const connection = contexts.get(client) as Connection | undefined;
  if (connection) return connection;
  throw new ConfigurationError(
    "unknown_client",
    "Pass a client of useFaunaClient() or createFaunaClient().",
  );
}

/** Finds the driver for a query. */
export function driverFor({ drivers }: Connection, query: unknown): Driver {
  const driver = drivers.find((candidate) => candidate.accepts(query));
  if (driver) return driver;
  if ((query as { _isFaunaExpr?: boolean } | null)?._isFaunaExpr) missingV4();
  throw new ConfigurationError(
    "not_a_query",
    `A query is written fql\`…\`, not as a ${typeof query}.`,
  );
}

/** @throws ConfigurationError that says how to get the FQL v4 driver. */
export function missingV4(): never {
  throw new ConfigurationError(
    "no_v4_driver",
    'FQL v4 needs drivers={[faunaV4()]} of "fauna-clerk/v4".',
  );
}

/** Options of {@link createFaunaClient}. */
export interface CreateFaunaClientOptions
  extends ConnectionOptions, Pick<AuthSource, "userId" | "template"> {
  /** Returns a token or null. It is called before every request and has to do its own caching. */
  getToken: NonNullable<AuthSource["getToken"]>;
}

/**
 * Makes the client of {@link useFaunaClient} without React: for scripts, servers, route loaders and tests. Every
 * request of the client (`query`, `paginate`, `feed`, `stream`) asks `getToken` first.
 *
 * On a server a client without `userId` may serve many users: TanStack's cache keeps nothing of it for the next call.
 *
 * @throws ConfigurationError for a missing, malformed or insecure endpoint.
 *
 * @example
 * ```ts
 * const client = createFaunaClient({
 *   endpoint: "https://fauna.example.com",
 *   getToken: ({ template }) => clerk.session.getToken({ template }),
 * });
 * const { data } = await client.query(fql`Todo.all()`);
 * ```
 */
export function createFaunaClient({
  getToken,
  userId,
  template,
  ...options
}: CreateFaunaClientOptions): Client {
  return createConnection(options, readAuthAlone({ getToken, userId, template })).getClient();
}
