import { useInfiniteQuery, type UseInfiniteQueryResult } from "@tanstack/react-query";
import type { NullDocument, Page, Query, QueryValue } from "fauna";

import {
  buildInfiniteQueryOptions,
  type FaunaInfiniteQueryOptions,
} from "../cache/infinite-query-options";
import { type FaunaInfo, infoOf } from "../cache/info";
import { itemsOf } from "../cache/items";
import type { FaunaPages } from "../cache/pages";
import { type Skip, withDefaults } from "../cache/query-options";
import type { FaunaV4Expression } from "../client/driver";
import { useFaunaContext } from "./fauna-context";
import { isLoading, withMore } from "./query-result";
import { useSingleFlight } from "./use-single-flight";

/** Options of {@link useFaunaInfiniteQuery}. */
export type UseFaunaInfiniteQueryOptions<T, U = T> = FaunaInfiniteQueryOptions<T, U>;

/** An item of a list: no null document; of any type where the query has none. */
type Item<T> = [unknown, T] extends [T, unknown]
  ? T
  : QueryValue extends T
    ? // eslint-disable-next-line @typescript-eslint/no-explicit-any -- As data of an fql query without a type is.
      any
    : Exclude<T, NullDocument>;

/** What a list has beside TanStack's result. */
export interface FaunaItems<T> {
  /**
   * The items of all pages in order: each document once, and without those that were deleted since (null documents).
   * The same array until something changes.
   */
  readonly items: Item<T>[];
}

/** TanStack's result, with `items`, `loading` and `info`. `data` has `pages` and `pageParams`. */
export type UseFaunaInfiniteQueryResult<T> = UseInfiniteQueryResult<FaunaPages<T>> &
  FaunaItems<T> &
  FaunaInfo & {
    /** As of `useFaunaQuery`: true from the first render until the first data or error. */
    readonly loading: boolean;
  };

/**
 * Reads a Set page by page. Pages follow Fauna's cursors, so that the whole list is of the moment of its first page; a
 * refetch reads them all anew. Where a cursor has expired the list starts again at its first page, once, silently.
 *
 * `fetchNextPage` is single-flight: a call while a page is under way joins it.
 *
 * @param query - a query that returns a Set or the result of `Set.paginate()`; with the FQL v4 driver `Paginate`, or
 * `Map` or `Filter` of it. Falsy skips it. The size of a page is the query's: ``fql`Todo.all().pageSize(50)` ``.
 * @param options - TanStack's `useInfiniteQuery` options less those about keys and cursors, plus `request`. With
 * `maxPages`, only FQL v4 has a way back to pages that were dropped.
 * @throws ConfigurationError without a `FaunaProvider` above, and for anything that is not a query.
 *
 * @example
 * ```tsx
 * const { items, hasNextPage, fetchNextPage } = useFaunaInfiniteQuery(fql<Page<Todo>>`Todo.all()`);
 * ```
 */
export function useFaunaInfiniteQuery<T extends QueryValue, U = T>(
  query: Query<Page<T>> | Skip,
  options?: FaunaInfiniteQueryOptions<T, U>,
): UseFaunaInfiniteQueryResult<U>;
export function useFaunaInfiniteQuery<T = unknown, U = T>(
  expression: FaunaV4Expression | Skip,
  options?: FaunaInfiniteQueryOptions<T, U, object>,
): UseFaunaInfiniteQueryResult<U>;
export function useFaunaInfiniteQuery(
  query: unknown,
  options: FaunaInfiniteQueryOptions<unknown, unknown, object> = {},
): UseFaunaInfiniteQueryResult<unknown> {
  const { connection, identity, cache } = useFaunaContext();
  const merged = withDefaults(cache, options);
  const built = buildInfiniteQueryOptions(connection, identity, query, merged);
  const result = useInfiniteQuery(built, cache);
  const { enabled } = merged;
  return withMore(result, {
    ...useSingleFlight(result, built.queryKey, cache),
    get items() {
      return itemsOf(result.data);
    },
    get loading() {
      return isLoading(result, identity, query, enabled);
    },
    get info() {
      return infoOf(cache, built.queryKey);
    },
  });
}
