import { useSuspenseQuery, type UseSuspenseQueryResult } from "@tanstack/react-query";
import type { Query, QueryValue } from "fauna";

import { type FaunaInfo, infoOf } from "../cache/info";
import {
  buildQueryOptions,
  type FaunaQueryOptions,
  type AnyReadOptions,
} from "../cache/query-options";
import type { FaunaV4Expression } from "../client/driver";
import type { FaunaRequestOptions } from "../client/v10-driver";
import { withMore } from "./query-result";
import { useSuspenseOptions } from "./use-suspense-options";

/** Options of {@link useFaunaSuspenseQuery}: those of `useFaunaQuery` that make sense with Suspense. */
export type UseFaunaSuspenseQueryOptions<T, D = T, R = FaunaRequestOptions> = Omit<
  FaunaQueryOptions<T, D, R>,
  "enabled" | "throwOnError" | "placeholderData"
>;

/** TanStack's result, whose `data` is never undefined, with `info`. */
export type UseFaunaSuspenseQueryResult<D> = UseSuspenseQueryResult<D> & FaunaInfo;

/**
 * `useFaunaQuery` for Suspense: the component suspends while Clerk or the query is loading, so `data` is always
 * there. Errors go to the nearest error boundary, which can retry if it is inside TanStack's
 * `QueryErrorResetBoundary`.
 *
 * Two of these hooks in one component run one after the other. To run them together, call `usePrefetchFaunaQuery`
 * before the first, or use one component each. On a server nothing is sent: what was not prefetched for a
 * `FaunaHydration` is rendered in the browser. Put the `<Suspense>` below Clerk's provider, which would never load otherwise.
 *
 * @param query - cannot be skipped: render the component once its query is known.
 * @throws TokenError: `signed_out` while nobody is signed in, `token_timeout` if Clerk does not load; the driver's errors;
 * ConfigurationError.
 *
 * @example
 * ```tsx
 * const { data } = useFaunaSuspenseQuery(fql<Page<Todo>>`Todo.all()`);
 * ```
 */
export function useFaunaSuspenseQuery<T extends QueryValue, D = T>(
  query: Query<T>,
  options?: UseFaunaSuspenseQueryOptions<T, D>,
): UseFaunaSuspenseQueryResult<D>;
export function useFaunaSuspenseQuery<T = unknown, D = T>(
  expression: FaunaV4Expression,
  options?: UseFaunaSuspenseQueryOptions<T, D, object>,
): UseFaunaSuspenseQueryResult<D>;
export function useFaunaSuspenseQuery(
  query: unknown,
  options?: AnyReadOptions,
): UseFaunaSuspenseQueryResult<unknown> {
  const [built, cache] = useSuspenseOptions(buildQueryOptions, query, options);
  return withMore(useSuspenseQuery(built, cache), { info: () => infoOf(cache, built.queryKey) });
}
