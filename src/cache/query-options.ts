import type {
  DataTag,
  Query as CachedQuery,
  QueryClient,
  QueryFunction,
  QueryKey,
  UseQueryOptions,
} from "@tanstack/react-query";
import type { Client, Query, QueryValue } from "fauna";

import type { FaunaAuth, Identity } from "../auth/identity";
import { type Connection, connectionOf, driverFor } from "../client/connection";
import type { Answer, Driver, FaunaV4Expression } from "../client/driver";
import type { FaunaRequestOptions } from "../client/v10-driver";
import { TokenError } from "../errors";
import { recordOf } from "./query-record";
import { type FaunaQueryKey, faunaQueryKey } from "./keys";
import { readWith } from "./providers";
import { purgeOnEnd } from "./purge";
import { type Retry, retryPolicy } from "./retry";
import { askAfterWrites } from "./seen-writes";
import { share } from "./share";
import { cancelFetch, findQuery } from "./tanstack";

/** Pass one of these to skip a query until it is known. */
export type Skip = null | undefined | false;

/** The library's own options of every read: query, infinite query, live query, Suspense and prefetch. */
export interface FaunaReadOptions<R = FaunaRequestOptions> {
  /** The driver's own options for each request of the query, such as `query_timeout_ms` in ms or `typecheck`. */
  request?: R;
}

/** TanStack's query options without those that the library sets, plus the driver's per-query options. */
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
   * @defaultValue the client's current identity, which is right in event handlers, loaders and outside React
   */
  auth?: FaunaAuth | undefined;
}

/**
 * Options for a Fauna query with TanStack Query's own functions. Key, cache entry, retries and identity rules are
 * those of `useFaunaQuery`.
 *
 * @throws ConfigurationError if `query` is not a query, or is an FQL v4 expression without its driver.
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
  return buildQueryOptions(...scopeOf(scope), query, options);
}

/** Returns the connection and the identity of a scope. */
export function scopeOf({ client, auth }: FaunaScope): [Connection, Identity] {
  const connection = connectionOf(client);
  return [
    connection,
    (auth as Identity | undefined) ?? connection.identityStore.current().identity,
  ];
}

/** The options of any read that the library looks at. The others go to TanStack unchanged. */
export interface AnyReadOptions extends FaunaReadOptions<object> {
  readonly enabled?: unknown;
  readonly retry?: Retry | undefined;
  readonly staleTime?: unknown;
  readonly initialData?: unknown;
  readonly placeholderData?: unknown;
}

/**
 * Shared by {@link faunaQueryOptions} and all other reads.
 *
 * @param isPinned - whether the query reads at a moment of the past, as later pages do. No write since is in it.
 */
export function buildQueryOptions(
  connection: Connection,
  identity: Identity,
  query: unknown,
  { request, ...options }: AnyReadOptions = {},
  isPinned = false,
): FaunaQueryOptionsResult<unknown> {
  const signedIn = identity.status === "signed-in";
  const driver = query == null || query === false ? undefined : driverFor(connection, query);
  const queryKey = faunaQueryKey(connection, identity, driver, query, request);
  return {
    structuralSharing: driver && ((previous, next) => share(previous, next, driver.classes)),
    ...options,
    staleTime: liveStaleTime(connection, options.staleTime),
    // Initial data and placeholders must be this user's. If nobody is signed in, there are none.
    initialData: driver && signedIn ? options.initialData : undefined,
    placeholderData: signedIn
      ? ownPlaceholder(placeholderIn(options, driver), queryKey)
      : undefined,
    // If Clerk does not load, the query says so.
    enabled: driver && (signedIn || identity.error) ? options.enabled : false,
    retry: driver && !identity.error && retryPolicy(driver, options.retry),
    queryKey: queryKey as never,
    queryFn: async (context) => {
      const { client: cache } = context;
      // All skipped queries share an entry, which stays as it is.
      if (!driver) {
        cancelFetch(findQuery(cache, context.queryKey) as CachedQuery);
        return undefined;
      }
      if (!signedIn) throw identity.error ?? new TokenError("signed_out");
      purgeOnEnd(connection, cache);
      const record = recordOf(context.queryKey);
      record.wasFetched = true;
      // TanStack aborts a fetch whose last observer leaves if the fetch has read its signal. Read it a microtask
      // later, so that StrictMode's unmount and remount, which are synchronous, make only one request.
      await Promise.resolve();
      const { signal } = context;
      return readWith(cache, connection, context.queryKey, async (reader) => {
        const ask = async (): Promise<Answer> => {
          // Another client, below another provider, may have written.
          reader.client.lastTxnTs = record.lastWrite?.txn;
          const answer = await driverFor(reader, query).run(query, {
            ...{ identity, signal, request },
            onSend: record.pace?.onSend,
          });
          record.info = answer.info;
          return answer;
        };
        return isPinned ? (await ask()).data : askAfterWrites(record, signal, ask);
      });
    },
    // TanStack treats undefined as "not set", but its types, under exactOptionalPropertyTypes, do not.
  } as FaunaQueryOptionsResult<unknown>;
}

/** Live data is never stale, whichever component asks. Otherwise the app's own stale time applies. */
function liveStaleTime(connection: Connection, own: unknown) {
  return (query: { queryKey: QueryKey }): unknown => {
    const { queryKey } = query;
    if (recordOf(queryKey).live?.isFollowing()) return Infinity;
    // TanStack applies its defaults only if there is no staleTime at all.
    const time = own ?? connection.cache?.defaultQueryOptions({ queryKey }).staleTime ?? 0;
    return typeof time === "function" ? (time as (of: typeof query) => unknown)(query) : time;
  };
}

type PlaceholderFunction = (data: unknown, query?: { queryKey: FaunaQueryKey }) => unknown;

/** A skipped query only shows its initial data: the cache entry is shared by all of them. */
function placeholderIn({ initialData, placeholderData }: AnyReadOptions, driver?: Driver): unknown {
  if (driver || initialData === undefined) return placeholderData;
  return typeof initialData === "function" ? (initialData as () => unknown)() : initialData;
}

// Functions like keepPreviousData get the data of the previous query, which may be that of another endpoint or user.
function ownPlaceholder(placeholder: unknown, [, endpoint, identity]: FaunaQueryKey): unknown {
  if (typeof placeholder !== "function") return placeholder;
  const own: PlaceholderFunction = (data, query) =>
    query?.queryKey[1] === endpoint && query.queryKey[2] === identity
      ? (placeholder as PlaceholderFunction)(data, query)
      : (placeholder as PlaceholderFunction)(undefined);
  return own;
}

/** Merges options over the app's defaults, so that a default such as keepPreviousData obeys our rules, too. */
export const withDefaults = <O extends object>(cache: QueryClient, options: O | undefined): O => ({
  ...(cache.getDefaultOptions().queries as O),
  ...options,
});
