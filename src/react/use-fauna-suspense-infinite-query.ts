import {
  useSuspenseInfiniteQuery,
  type UseSuspenseInfiniteQueryResult,
} from "@tanstack/react-query";
import type { Page, Query, QueryValue } from "fauna";

import type { FaunaV4Expression } from "../drivers/driver";
import type { FaunaRequestOptions } from "../drivers/v10-driver";
import {
  buildInfiniteQueryOptions,
  type FaunaInfiniteQueryOptions,
} from "../query/fauna-infinite-query-options";
import { type FaunaInfo, infoOf } from "../query/info";
import { itemsOf } from "../query/items";
import type { FaunaPages } from "../query/page";
import type { FaunaItems } from "./use-fauna-infinite-query";
import { useSingleFlight } from "./use-single-flight";
import { useSuspenseOptions } from "./use-suspense-options";
import { withMore } from "./with-more";

/** Options of {@link useFaunaSuspenseInfiniteQuery}: those of `useFaunaInfiniteQuery` that go with Suspense. */
export type UseFaunaSuspenseInfiniteQueryOptions<T, U = T, R = FaunaRequestOptions> = Omit<
  FaunaInfiniteQueryOptions<T, U, R>,
  "enabled" | "throwOnError" | "placeholderData"
>;

/** TanStack's result, whose `data` is never undefined, with `items` and `info`. */
export type UseFaunaSuspenseInfiniteQueryResult<T> = UseSuspenseInfiniteQueryResult<FaunaPages<T>> &
  FaunaItems<T> &
  FaunaInfo;

/**
 * As `useFaunaInfiniteQuery`, for Suspense: see `useFaunaSuspenseQuery`. It suspends for the first page only; while
 * further ones are on the way `isFetchingNextPage` is true.
 *
 * @throws As `useFaunaSuspenseQuery`.
 *
 * @example
 * ```tsx
 * const { items, fetchNextPage } = useFaunaSuspenseInfiniteQuery(fql<Page<Todo>>`Todo.all()`);
 * ```
 */
export function useFaunaSuspenseInfiniteQuery<T extends QueryValue, U = T>(
  query: Query<Page<T>>,
  options?: UseFaunaSuspenseInfiniteQueryOptions<T, U>,
): UseFaunaSuspenseInfiniteQueryResult<U>;
export function useFaunaSuspenseInfiniteQuery<T = unknown, U = T>(
  expression: FaunaV4Expression,
  options?: UseFaunaSuspenseInfiniteQueryOptions<T, U, object>,
): UseFaunaSuspenseInfiniteQueryResult<U>;
export function useFaunaSuspenseInfiniteQuery(
  query: unknown,
  options?: object,
): UseFaunaSuspenseInfiniteQueryResult<unknown> {
  const [built, cache] = useSuspenseOptions(buildInfiniteQueryOptions, query, options);
  const result = useSuspenseInfiniteQuery(built, cache);
  return withMore(result, {
    ...useSingleFlight(result, built.queryKey, cache),
    get items() {
      return itemsOf(result.data);
    },
    get info() {
      return infoOf(cache, built.queryKey);
    },
  });
}
