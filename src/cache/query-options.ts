import type {
  DataTag,
  QueryClient,
  QueryFunction,
  QueryKey,
  UseQueryOptions,
} from "@tanstack/react-query";
import type { Client, Query, QueryValue } from "fauna";

import type { FaunaAuth, Identity } from "../auth/identity";
import { type Connection, connectionOf, driverFor } from "../client/connection";
import type { FaunaV4Expression } from "../client/driver";
import type { FaunaRequestOptions } from "../client/v10-driver";
import { TokenError } from "../errors";
import { recordOf } from "./query-record";
import { type FaunaQueryKey, faunaQueryKey } from "./keys";
import { purgeOnEnd } from "./purge";
import { retryPolicy } from "./retry";
import { share } from "./share";

/** What skips a query until it is known. */
export type Skip = null | undefined | false;

/** TanStack's query options less those that the library makes, plus the driver's per-query options. */
export type FaunaQueryOptions<T, D = T, R = FaunaRequestOptions> = Omit<
  UseQueryOptions<T, Error, D, FaunaQueryKey>,
  "queryKey" | "queryFn" | "queryKeyHashFn" | "queryHash" | "behavior"
> & {
  /** The driver's own options for this query, such as `query_timeout_ms` in ms or `typecheck`. */
  request?: R;
};

/** Options for TanStack's own `useQuery`, `useQueries`, `prefetchQuery`, `ensureQueryData`. */
export type FaunaQueryOptionsResult<T, D = T> = Omit<
  UseQueryOptions<T, Error, D, FaunaQueryKey>,
  "queryFn" | "queryKey"
> & {
  queryKey: DataTag<FaunaQueryKey, T, Error>;
  queryFn: QueryFunction<T, FaunaQueryKey>;
};

/** Whose query it is, and over which client it goes: `{ client: useFaunaClient(), auth: useFaunaAuth() }`. */
export interface FaunaScope {
  /** From `useFaunaClient()` or `createFaunaClient()`. */
  client: Client;
  /**
   * From `useFaunaAuth()` of the same render, so that a render never reads the data of somebody else.
   * @defaultValue the client's identity of the moment: right in event handlers, loaders and outside React
   */
  auth?: FaunaAuth | undefined;
}

/**
 * A Fauna query as options for TanStack Query's own functions: same key, same cache entry, same retries and same
 * identity rules as `useFaunaQuery`.
 *
 * @throws ConfigurationError when `query` is not a query, or a FQL v4 expression without its driver.
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

/** The connection and the identity of a scope. */
export function scopeOf({ client, auth }: FaunaScope): [Connection, Identity] {
  const connection = connectionOf(client);
  return [
    connection,
    (auth as Identity | undefined) ?? connection.identityStore.current().identity,
  ];
}

/** What {@link faunaQueryOptions} and the hooks share. */
export function buildQueryOptions(
  connection: Connection,
  identity: Identity,
  query: unknown,
  { request, ...options }: FaunaQueryOptions<unknown, unknown, object> = {},
): FaunaQueryOptionsResult<unknown> {
  const signedIn = identity.status === "signed-in";
  const driver = query == null || query === false ? undefined : driverFor(connection, query);
  return {
    structuralSharing: driver && ((previous, next) => share(previous, next, driver.classes)),
    ...options,
    staleTime: liveStaleTime(connection, options.staleTime),
    // Whatever stands in for data stands in for this user's: nobody else's, and nobody's, is none.
    initialData: signedIn ? options.initialData : undefined,
    placeholderData: signedIn ? ownPlaceholder(options.placeholderData, identity) : undefined,
    enabled: driver && signedIn ? options.enabled : false,
    retry: driver && retryPolicy(driver, options.retry),
    queryKey: faunaQueryKey(connection, identity, driver, query, request) as never,
    queryFn: async (context) => {
      if (!driver || !signedIn) throw new TokenError("signed_out");
      purgeOnEnd(connection, context.client);
      // TanStack aborts a query that loses its last observer once its signal was read. Read it a moment later, so
      // that StrictMode's unmount and remount, which are synchronous, make one request.
      await Promise.resolve();
      return driver.run(query, {
        identity,
        signal: context.signal,
        request,
        onInfo: (info) => (recordOf(context.queryKey).info = info),
      });
    },
    // TanStack takes undefined for "not set"; its types, under exactOptionalPropertyTypes, do not.
  } as FaunaQueryOptionsResult<unknown>;
}

type StaleTime = UseQueryOptions<unknown, Error, unknown, FaunaQueryKey>["staleTime"];

/** Live data follows the database, so it is not stale, whichever component asks. Otherwise the app's own time holds. */
function liveStaleTime(connection: Connection, own: StaleTime): StaleTime {
  return (query) => {
    const { queryKey } = query;
    if (recordOf(queryKey).live?.isFollowing()) return Infinity;
    const time = own ?? defaultStaleTime(connection.cache(), queryKey);
    return (typeof time === "function" ? time(query) : time) ?? 0;
  };
}

// TanStack applies the defaults only where there is no staleTime at all.
const defaultStaleTime = (cache: QueryClient | undefined, queryKey: QueryKey): StaleTime =>
  cache?.defaultQueryOptions({ queryKey }).staleTime as StaleTime;

type Placeholder = UseQueryOptions<unknown, Error, unknown, FaunaQueryKey>["placeholderData"];
type PlaceholderFunction = (data: unknown, query?: { queryKey: FaunaQueryKey }) => unknown;

// keepPreviousData and its like are given the data of the query before, which may be the user before.
function ownPlaceholder(placeholder: Placeholder, { key }: Identity): Placeholder {
  if (typeof placeholder !== "function") return placeholder;
  const own: PlaceholderFunction = (data, query) =>
    query?.queryKey[2] === key
      ? (placeholder as PlaceholderFunction)(data, query)
      : (placeholder as PlaceholderFunction)(undefined);
  return own;
}

/** Options above the app's defaults. Here and not in TanStack, so that a default such as keepPreviousData obeys our rules too. */
export const withDefaults = <O extends object>(cache: QueryClient, options: O | undefined): O => ({
  ...(cache.getDefaultOptions().queries as O),
  ...options,
});
