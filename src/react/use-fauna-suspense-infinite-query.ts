import {
  useSuspenseInfiniteQuery,
  type UseSuspenseInfiniteQueryResult,
} from "@tanstack/react-query";
import type { Page, QueryValue } from "fauna";

import {
  buildInfiniteQueryOptions,
  type FaunaInfiniteQueryOptions,
} from "../cache/infinite-query-options";
import { type FaunaInfo, infoOf } from "../cache/info";
import { itemsOf } from "../cache/items";
import type { FaunaPages, PagedQuery } from "../cache/pages";
import type { AnyReadOptions } from "../cache/query-options";
import type { FaunaV4Expression } from "../client/driver";
import type { FaunaRequestOptions } from "../client/v10-driver";
import { withMore } from "./query-result";
import type { FaunaItems } from "./use-fauna-infinite-query";
import { useSingleFlight } from "./use-single-flight";
import { useSuspenseOptions } from "./use-suspense-options";

/**
 * Options of {@link useFaunaSuspenseInfiniteQuery}: those of `useFaunaInfiniteQuery` that make sense with Suspense.
 */
export type UseFaunaSuspenseInfiniteQueryOptions<T, U = T, R = FaunaRequestOptions> = Omit<
  FaunaInfiniteQueryOptions<T, U, R>,
  "enabled" | "throwOnError" | "placeholderData"
>;

/** TanStack's result, whose `data` is never undefined, with `items` and `info`. */
export type UseFaunaSuspenseInfiniteQueryResult<T> = UseSuspenseInfiniteQueryResult<FaunaPages<T>> &
  FaunaItems<T> &
  FaunaInfo;

/**
 * `useFaunaInfiniteQuery` for Suspense: see `useFaunaSuspenseQuery`. It suspends only for the first page; while
 * further pages are fetched `isFetchingNextPage` is true.
 *
 * @throws As `useFaunaSuspenseQuery`.
 *
 * @example
 * ```tsx
 * const { items, fetchNextPage } = useFaunaSuspenseInfiniteQuery(fql<Page<Todo>>`Todo.all()`);
 * ```
 */
export function useFaunaSuspenseInfiniteQuery<
  T extends QueryValue,
  U = T,
  D extends QueryValue = Page<T>,
>(
  query: PagedQuery<T, D>,
  options?: UseFaunaSuspenseInfiniteQueryOptions<T, U>,
): UseFaunaSuspenseInfiniteQueryResult<U>;
export function useFaunaSuspenseInfiniteQuery<T = unknown, U = T>(
  expression: FaunaV4Expression,
  options?: UseFaunaSuspenseInfiniteQueryOptions<T, U, object>,
): UseFaunaSuspenseInfiniteQueryResult<U>;
export function useFaunaSuspenseInfiniteQuery(
  query: unknown,
  options?: AnyReadOptions,
): UseFaunaSuspenseInfiniteQueryResult<unknown> {
  const [built, cache] = useSuspenseOptions(buildInfiniteQueryOptions, query, options);
  const result = useSuspenseInfiniteQuery(built, cache);
  return withMore(result, {
    ...useSingleFlight(result, built.queryKey, cache),
    items: () => itemsOf(result.data),
    info: () => infoOf(cache, built.queryKey),
  });
}
