import { useInfiniteQuery, type UseInfiniteQueryResult } from "@tanstack/react-query";
import type { NullDocument, Page, QueryValue } from "fauna";

import {
  buildInfiniteQueryOptions,
  type FaunaInfiniteQueryOptions,
} from "../cache/infinite-query-options";
import { type FaunaInfo, infoOf } from "../cache/info";
import { itemsOf } from "../cache/items";
import type { FaunaPages, PagedQuery } from "../cache/pages";
import { type Skip, withDefaults } from "../cache/query-options";
import type { FaunaV4Expression } from "../client/driver";
import { useFaunaContext } from "./fauna-context";
import { isLoading, withMore } from "./query-result";
import { useSingleFlight } from "./use-single-flight";

/** Options of {@link useFaunaInfiniteQuery}. */
export type UseFaunaInfiniteQueryOptions<T, U = T> = FaunaInfiniteQueryOptions<T, U>;

/** An item of a list: never a null document, and `any` if the query has no type. */
type Item<T> = [unknown, T] extends [T, unknown]
  ? T
  : QueryValue extends T
    ? // eslint-disable-next-line @typescript-eslint/no-explicit-any -- Like the data of an untyped fql query.
      any
    : Exclude<T, NullDocument>;

/** What a list adds to TanStack's result. */
export interface FaunaItems<T> {
  /**
   * The items of all pages in order: each document once, without those that have been deleted since (null
   * documents). The same array until something changes.
   */
  readonly items: Item<T>[];
}

/** TanStack's result, with `items`, `loading` and `info`. `data` has `pages` and `pageParams`. */
export type UseFaunaInfiniteQueryResult<T> = UseInfiniteQueryResult<FaunaPages<T>> &
  FaunaItems<T> &
  FaunaInfo & {
    /** As for `useFaunaQuery`: true from the first render until the first data or error. */
    readonly loading: boolean;
  };

/**
 * Reads a Set page by page. Pages follow Fauna's cursors, so the whole list is as of the moment of its first page.
 * A refetch reads all pages again. If a cursor has expired, the list silently starts again at its first page, once.
 *
 * `fetchNextPage` is single-flight: a call while a page is being fetched joins that fetch. Fetches of pages on both
 * sides, and refetches, follow each other.
 *
 * @param query - a query that returns a Set or the result of `Set.paginate()`; with the FQL v4 driver `Paginate`,
 * or `Map` or `Filter` of it. A falsy value skips it. The query sets the page size:
 * ``fql`Todo.all().pageSize(50)` ``.
 * @param options - TanStack's `useInfiniteQuery` options without those for keys and cursors, plus the library's own
 * options of a read, such as `request`. With `maxPages`, only FQL v4 can go back to pages that were dropped.
 * @throws ConfigurationError without a `FaunaProvider` above, and for anything that is not a query.
 *
 * @example
 * ```tsx
 * const { items, hasNextPage, fetchNextPage } = useFaunaInfiniteQuery(fql<Page<Todo>>`Todo.all()`);
 * ```
 */
export function useFaunaInfiniteQuery<T extends QueryValue, U = T, D extends QueryValue = Page<T>>(
  query: PagedQuery<T, D> | Skip,
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
  const built = buildInfiniteQueryOptions(connection, identity, query, options);
  const result = useInfiniteQuery(built, cache);
  return withMore(result, {
    ...useSingleFlight(result, built.queryKey, cache),
    items: () => itemsOf(result.data),
    loading: () => isLoading(result, identity, query, withDefaults(cache, options, built.queryKey)),
    info: () => infoOf(cache, built.queryKey),
  });
}
