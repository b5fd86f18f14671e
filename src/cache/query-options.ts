import type {
  DataTag,
  Query as CachedQuery,
  QueryClient,
  QueryFunction,
  QueryFunctionContext,
  QueryKey,
  UseQueryOptions,
} from "@tanstack/react-query";
import type { Client, Query, QueryValue } from "fauna";

import { withTokenTimeout } from "../auth/fetch-with-token";
import type { FaunaAuth, Identity } from "../auth/identity";
import { type Connection, connectionOf, driverFor } from "../client/connection";
import type { Answer, Driver, FaunaV4Expression } from "../client/driver";
import type { FaunaRequestOptions } from "../client/v10-driver";
import { TokenError } from "../errors";
import { type FaunaQueryKey, faunaQueryKey } from "./keys";
import { placeholderOf } from "./placeholder";
import { nextReader } from "./providers";
import { purgeOnEnd } from "./purge";
import { recordOf } from "./query-record";
import {
  type FaunaReadOptions,
  type ReadOptions,
  sendRead,
  withoutReadOptions,
} from "./read-options";
import { type Retry, shouldRetry } from "./retry";
import { askAfterWrites } from "./seen-writes";
import { shareAs, type Sharing } from "./share";
import { withSuspense } from "./suspense";
import { cancelFetch, findQuery } from "./tanstack";
import type { BuildFor } from "./while-loading";

/** Pass one of these to skip a query until it is known. */
export type Skip = null | undefined | false;

/** TanStack's query options without those that the library sets, plus the library's own of a read. */
export type FaunaQueryOptions<T, D = T, R = FaunaRequestOptions> = Omit<
  UseQueryOptions<T, Error, D, FaunaQueryKey>,
  "queryKey" | "queryFn" | "queryKeyHashFn" | "queryHash" | "behavior"
> &
  FaunaReadOptions<R>;

/** Options for TanStack's own `useQuery`, `useQueries`, `prefetchQuery`, `ensureQueryData`. */
export type FaunaQueryOptionsResult<T, D = T> = Omit<
  UseQueryOptions<T, Error, D, FaunaQueryKey>,
  "queryFn" | "queryKey"
> & {
  queryKey: DataTag<FaunaQueryKey, T, Error>;
  queryFn: QueryFunction<T, FaunaQueryKey>;
};

/** The client to use, and whose query it is: `{ client: useFaunaClient(), auth: useFaunaAuth() }`. */
export interface FaunaScope {
  /** From `useFaunaClient()` or `createFaunaClient()`. */
  client: Client;
  /**
   * From `useFaunaAuth()` in the same render, so that a render never reads another user's data.
   * @default the client's current identity, which is right in event handlers, loaders and outside React. On a
   * server a client without `userId` has none: each request stands for itself, and none is answered from a cache
   */
  auth?: FaunaAuth | undefined;
}

/**
 * Options for a Fauna query with TanStack Query's own functions. Key, cache entry, retries and identity rules are
 * those of `useFaunaQuery`.
 *
 * @throws ConfigurationError if `query` is not a query, or is an FQL v4 expression without its driver, and for a client
 * that is not of this library.
 *
 * @example
 * ```tsx
 * const fauna = { client: useFaunaClient(), auth: useFaunaAuth() };
 * const lists = useQueries({
 *   queries: ids.map((id) => faunaQueryOptions(fauna, fql`List.byId(${id})`)),
 * });
 * ```
 */
export function faunaQueryOptions<T extends QueryValue, D = T>(
  scope: FaunaScope,
  query: Query<T> | Skip,
  options?: FaunaQueryOptions<T, D>,
): FaunaQueryOptionsResult<T, D>;
export function faunaQueryOptions<T = unknown, D = T>(
  scope: FaunaScope,
  expression: FaunaV4Expression | Skip,
  options?: FaunaQueryOptions<T, D, object>,
): FaunaQueryOptionsResult<T, D>;
export function faunaQueryOptions(
  scope: FaunaScope,
  query: unknown,
  options?: FaunaQueryOptions<unknown, unknown, object>,
): FaunaQueryOptionsResult<unknown> {
  return buildIn(buildQueryOptions, scope, query, options);
}

/** Returns the connection and the identity of a scope. */
export function scopeOf({ client, auth }: FaunaScope): [Connection, Identity] {
  const connection = connectionOf(client);
  return [
    connection,
    (auth as Identity | undefined) ?? connection.identityStore.current().identity,
  ];
}

/** Makes options for TanStack's own functions, of which some are Suspense hooks. */
export function buildIn<Q, P, O extends object>(
  build: (connection: Connection, identity: Identity, query: Q, options: P) => O,
  scope: FaunaScope,
  query: Q,
  options: P,
): O {
  const [connection, identity] = scopeOf(scope);
  return withSuspense(connection, identity, query, build(connection, identity, query, options));
}

/** The options of any read that the library looks at. The others go to TanStack unchanged. */
export interface AnyReadOptions extends ReadOptions {
  readonly enabled?: unknown;
  readonly retry?: Retry | undefined;
  readonly refetchInterval?: unknown;
  readonly staleTime?: unknown;
  readonly initialData?: unknown;
  readonly placeholderData?: unknown;
  readonly structuralSharing?: Sharing;
}

/** Options of a query that is not asked: it is skipped, or nobody is signed in. Initial data may be another user's. */
const NOT_ASKED = { enabled: false, initialData: undefined, placeholderData: undefined };

/** The driver of a query; undefined if that is skipped. */
export const driverOf = (connection: Connection, query: unknown): Driver | undefined =>
  query == null || query === false ? undefined : driverFor(connection, query);

/**
 * Shared by {@link faunaQueryOptions} and all other reads. What the app leaves out is left out here too, except for the
 * functions that know the app's defaults: undefined would undo a default.
 *
 * @param keyEnd - what follows the query in its key.
 * @param buildFor - makes the options of the whole read for who turns out to be signed in.
 */
export function buildQueryOptions(
  connection: Connection,
  identity: Identity,
  query: unknown,
  options: AnyReadOptions = {},
  keyEnd: readonly string[] = [],
  buildFor: BuildFor = (user) => buildQueryOptions(connection, user, query, options, keyEnd),
): FaunaQueryOptionsResult<unknown> {
  const tanstackOptions = withoutReadOptions(options);
  const isKnown = identity.status === "signed-in";
  const driver = driverOf(connection, query);
  const prefix = faunaQueryKey(connection, identity, driver, query, options);
  const queryKey = [...prefix, ...keyEnd] as unknown as FaunaQueryKey;
  const { cache: providerCache } = connection;
  let merged = withDefaults(providerCache, tanstackOptions, queryKey);
  const placeholderData = isKnown ? placeholderOf(merged, queryKey, driver) : undefined;
  return {
    ...merged,
    ...(!(driver && isKnown) && NOT_ASKED),
    // If Clerk does not load, the query says so.
    ...(driver && identity.error && { enabled: merged.enabled }),
    ...(placeholderData !== undefined && { placeholderData }),
    ...((providerCache ?? merged.staleTime) !== undefined && {
      staleTime: liveStaleTime(merged.staleTime),
    }),
    ...(driver && {
      structuralSharing: (previous: unknown, next: unknown) =>
        shareAs(merged.structuralSharing, previous, next, driver.classes),
      retry: (count: number, error: Error) =>
        isKnown && shouldRetry(driver, merged.retry, count, error),
    }),
    queryKey,
    ...(identity.hashKey && { queryKeyHashFn: identity.hashKey }),
    queryFn: (context) => {
      // A client without a provider learns only here which cache it is used with.
      if (context.client !== providerCache)
        merged = withDefaults(context.client, tanstackOptions, queryKey);
      // All skipped queries share an entry, which stays as it is.
      if (!driver) {
        cancelFetch(findQuery(context.client, context.queryKey) as CachedQuery);
        return undefined;
      }
      if (identity.error) throw identity.error;
      recordOf(context.queryKey).wasFetched = true;
      if (identity.status === "loading")
        // A request for code may hang, too.
        return withTokenTimeout(connection.options.tokenTimeout, import("./while-loading")).then(
          ({ readLater }) => readLater(connection, context, buildFor),
        );
      if (!isKnown) throw new TokenError("signed_out");
      return readQuery(connection, identity, query, options, context);
    },
    // TanStack treats undefined as "not set", but its types, under exactOptionalPropertyTypes, do not.
  } as FaunaQueryOptionsResult<unknown>;
}

/** What a query function is given, and uses. */
type ReadContext = Pick<QueryFunctionContext, "client" | "queryKey" | "signal">;

/**
 * Reads a query for its entry in the cache.
 *
 * @param isPinned - whether it reads at a moment of the past, as later pages do. No write since is in it.
 */
export async function readQuery(
  connection: Connection,
  identity: Identity,
  query: unknown,
  options: ReadOptions,
  context: ReadContext,
  isPinned?: boolean,
): Promise<unknown> {
  const { client: cache, queryKey } = context;
  purgeOnEnd(connection, cache);
  const record = recordOf(queryKey);
  // TanStack aborts a fetch whose last observer leaves if the fetch has read its signal. Read it a microtask
  // later, so that StrictMode's unmount and remount, which are synchronous, make only one request.
  await Promise.resolve();
  const { signal } = context;
  for (let reader = connection; ;) {
    const ask = (): Promise<Answer> => {
      // Another client, below another provider, may have written, and events are of no client.
      reader.getClient().lastTxnTs = record.floor?.txn;
      const beforeSend = record.budget?.().beforeSend;
      return sendRead(driverFor(reader, query), query, options, { identity, signal, beforeSend });
    };
    try {
      if (!isPinned)
        return await askAfterWrites(record, signal, findQuery(cache, queryKey, record.hash), ask);
      const { data, info } = await ask();
      record.info = info;
      return data;
    } catch (error) {
      reader = nextReader(cache, reader, queryKey, error);
    }
  }
}

/** Data that follows the database, or that a server has just read, is not stale, whichever component asks. */
const liveStaleTime =
  (staleTime: unknown = 0) =>
  (query: { queryKey: QueryKey }): unknown => {
    if (recordOf(query.queryKey).fresh?.isFresh()) return Infinity;
    return typeof staleTime === "function"
      ? (staleTime as (of: typeof query) => unknown)(query)
      : staleTime;
  };

/**
 * Merges options over the app's defaults, those of all queries and those of the key (`setQueryDefaults`), as TanStack
 * does, so that a default such as keepPreviousData obeys our rules, too. Without a cache TanStack does it alone.
 */
export const withDefaults = <O extends object>(
  cache: QueryClient | undefined,
  options: O | undefined,
  queryKey: QueryKey = [],
): O => ({
  ...(cache?.getDefaultOptions().queries as O),
  ...(cache?.getQueryDefaults(queryKey) as O),
  ...(options as O),
});
