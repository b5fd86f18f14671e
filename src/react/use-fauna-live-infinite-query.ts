import type { Page, Query, QueryValue } from "fauna";

import { faunaQueryKey } from "../cache/keys";
import type { PagedQuery } from "../cache/pages";
import { driverOf, type Skip } from "../cache/query-options";
import type { FaunaLiveInfiniteQueryOptions } from "../live/live-infinite-query-options";
import { LIST } from "../live/live-list";
import { type FaunaContextValue, useFaunaContext } from "./fauna-context";
import { withMore } from "./query-result";
import {
  useFaunaInfiniteQuery,
  type UseFaunaInfiniteQueryResult,
} from "./use-fauna-infinite-query";
import { type FaunaLive, useLive, type Wanted } from "./use-fauna-live-query";

/** Options of {@link useFaunaLiveInfiniteQuery}. */
export type UseFaunaLiveInfiniteQueryOptions<T, U = T> = FaunaLiveInfiniteQueryOptions<T, U>;

/** The result of `useFaunaInfiniteQuery`, with `live` and `liveInfo`. */
export type UseFaunaLiveInfiniteQueryResult<T> = UseFaunaInfiniteQueryResult<T> & FaunaLive;

/**
 * Like `useFaunaInfiniteQuery`, but the pages follow the database: rows join, change and leave at their place, in all
 * pages that are loaded. Further pages come with what has happened since the first one was read.
 *
 * Where the place of a row is not known, all loaded pages are refetched, once for each burst of changes.
 *
 * @param query - a query that returns a Set of a collection or an index, as for `useFaunaLiveQuery`. For any other query
 * pass `on`. A falsy value skips it.
 * @param options - those of `useFaunaInfiniteQuery` without `maxPages`, plus `on` and `order`. A collection's own order
 * is known. For an index pass `order`.
 * @returns The result of `useFaunaInfiniteQuery`, `live` and `liveInfo`.
 * @throws ConfigurationError without a `FaunaProvider` above, and for anything that is not an FQL v10 query.
 *
 * @example
 * ```tsx
 * const { items, fetchNextPage, live } = useFaunaLiveInfiniteQuery(fql<Page<Todo>>`Todo.newest()`, {
 *   order: [["createdAt", "desc"]],
 * });
 * ```
 */
export function useFaunaLiveInfiniteQuery<
  T extends QueryValue,
  U = T,
  D extends QueryValue = Page<T>,
>(
  query: PagedQuery<T, D> | Skip,
  options?: FaunaLiveInfiniteQueryOptions<T, U>,
): UseFaunaLiveInfiniteQueryResult<U>;
export function useFaunaLiveInfiniteQuery(
  query: Query | Skip,
  options: object = {},
): UseFaunaLiveInfiniteQueryResult<unknown> {
  const context = useFaunaContext();
  const wanted = wantedOf(context, query, options);
  // First, so that the first page is fetched with its event source.
  const more = useLive(context, query, options, wanted, LIST);
  // As in useFaunaLiveQuery, and see buildLiveInfiniteQueryOptions. To hash the key again takes time on every event.
  const hashed = {
    staleTime: Infinity,
    refetchOnReconnect: false,
    ...options,
    queryHash: wanted.queryHash,
    maxPages: undefined,
  };
  return withMore(useFaunaInfiniteQuery(query as never, hashed as never), more);
}

/** Of the options that are made, no more than the hash and some defaults are read. */
function wantedOf(context: FaunaContextValue, query: Query | Skip, options: object): Wanted {
  const { connection, identity, cache } = context;
  const key = faunaQueryKey(connection, identity, driverOf(connection, query), query, options);
  return cache.defaultQueryOptions({ ...options, queryKey: [...key, ...LIST.keyEnd] } as never);
}
