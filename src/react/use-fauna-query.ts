import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { Query, QueryValue } from "fauna";
import { useMemo } from "react";

import { type FaunaInfo, infoOf } from "../cache/info";
import type { AnyReadOptions, FaunaQueryOptions, Skip } from "../cache/query-options";
import type { FaunaV4Expression } from "../client/driver";
import { type FaunaContextValue, useFaunaContext } from "./fauna-context";
import { isLoading, withMore } from "./query-result";
import { type BuiltOptions, createStableBuild } from "./stable-options";

/** Options of {@link useFaunaQuery}. */
export type UseFaunaQueryOptions<T, D = T> = FaunaQueryOptions<T, D>;

/** TanStack's result, with `loading` and `info`. */
export type UseFaunaQueryResult<D> = UseQueryResult<D> &
  FaunaInfo & {
    /**
     * True from the first render until the first data or error, also while Clerk is loading. False if the query is
     * skipped or disabled, or if nobody is signed in (then `data` is undefined and `error` null).
     */
    readonly loading: boolean;
  };

/**
 * Runs a Fauna query as the user who is signed in, and waits until somebody is. TanStack Query caches the result,
 * shares it between components, refetches it and retries failures. Every request gets a fresh token.
 *
 * @param query - `fql` query, or with the FQL v4 driver an expression. `null`, `undefined` or `false` skips it.
 * Arguments belong inside the template: ``fql`Todo.byId(${id})` ``.
 * @param options - TanStack's `useQuery` options without `queryKey` and `queryFn`, plus the library's own options of a
 * read, such as `request`. By default reads are retried at most 3 times, and only after failures that may pass, of
 * network, Fauna or Clerk.
 * @returns TanStack's result, `loading` and `info`. `error` is the driver's own (`ServiceError` …), or one of this
 * library's: `TokenError`, `UnauthorizedError`.
 * @throws ConfigurationError without a `FaunaProvider` above, and for anything that is not a query.
 *
 * @example
 * ```tsx
 * const { data, error, loading } = useFaunaQuery(fql<Page<Todo>>`Todo.all()`);
 * const { data: userId } = useFaunaQuery<string>(q.CurrentIdentity()); // FQL v4
 * ```
 */
export function useFaunaQuery<T extends QueryValue, D = T>(
  query: Query<T> | Skip,
  options?: FaunaQueryOptions<T, D>,
): UseFaunaQueryResult<D>;
export function useFaunaQuery<T = unknown, D = T>(
  expression: FaunaV4Expression | Skip,
  options?: FaunaQueryOptions<T, D, object>,
): UseFaunaQueryResult<D>;
export function useFaunaQuery(
  query: unknown,
  options: FaunaQueryOptions<unknown, unknown, object> = {},
): UseFaunaQueryResult<unknown> {
  const context = useFaunaContext();
  return useRead(context, query, useBuiltOptions(context, query, options));
}

/** Makes the options of a component's read for TanStack. */
export function useBuiltOptions(
  context: FaunaContextValue,
  query: unknown,
  options: AnyReadOptions,
): BuiltOptions {
  const build = useMemo(() => createStableBuild(), []);
  return build(context, query, options);
}

/** Reads a query by options that have been made for it. */
export function useRead(
  { identity, cache }: FaunaContextValue,
  query: unknown,
  { built, merged }: BuiltOptions,
): UseFaunaQueryResult<unknown> {
  const result = useQuery(built, cache);
  return withMore(result, {
    loading: () => isLoading(result, identity, query, merged),
    info: () => infoOf(cache, built.queryKey),
  });
}
