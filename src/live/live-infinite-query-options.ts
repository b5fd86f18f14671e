import type { Page, QueryValue } from "fauna";

import type { Identity } from "../auth/identity";
import {
  buildInfiniteQueryOptions,
  type FaunaInfiniteQueryOptions,
  type FaunaInfiniteQueryOptionsResult,
} from "../cache/infinite-query-options";
import type { PagedQuery } from "../cache/pages";
import { recordOf } from "../cache/query-record";
import {
  buildIn,
  type buildQueryOptions,
  type FaunaScope,
  type Skip,
} from "../cache/query-options";
import type { Connection } from "../client/connection";
import {
  buildLiveQueryOptions,
  type FaunaLiveQueryOptions,
  type FaunaOrder,
} from "./live-query-options";

/** The options of `useFaunaInfiniteQuery`, plus those of live queries. `staleTime` is Infinity by default. */
export type FaunaLiveInfiniteQueryOptions<T, U = T> = Omit<
  FaunaInfiniteQueryOptions<T, U>,
  "maxPages"
> &
  Pick<FaunaLiveQueryOptions<T>, "on"> & {
    /** As for `useFaunaLiveQuery`: the order in which Fauna returns the rows, if that is not the one of their ids. */
    order?: FaunaOrder<T> | undefined;
  };

/**
 * Options for a live list with TanStack Query's own functions, such as `prefetchInfiniteQuery`. Key and cache entry are
 * those of `faunaInfiniteQueryOptions`. The first page and the event source are fetched in one transaction;
 * `useFaunaLiveInfiniteQuery` of the same query then follows it from there.
 *
 * @throws ConfigurationError if `query` is not an FQL v10 query, and for a client that is not of this library.
 *
 * @example
 * ```ts
 * const todos = fql<Page<Todo>>`Todo.all()`;
 * await queryClient.prefetchInfiniteQuery(faunaLiveInfiniteQueryOptions({ client }, todos));
 * ```
 */
export function faunaLiveInfiniteQueryOptions<
  T extends QueryValue,
  U = T,
  D extends QueryValue = Page<T>,
>(
  scope: FaunaScope,
  query: PagedQuery<T, D> | Skip,
  options?: FaunaLiveInfiniteQueryOptions<T, U>,
): FaunaInfiniteQueryOptionsResult<T, U> {
  return buildIn(buildLiveInfiniteQueryOptions, scope, query, options as never) as never;
}

/** Shared by {@link faunaLiveInfiniteQueryOptions} and the hook. */
export function buildLiveInfiniteQueryOptions(
  connection: Connection,
  identity: Identity,
  query: unknown,
  options: FaunaLiveQueryOptions<unknown> | undefined,
): FaunaInfiniteQueryOptionsResult<unknown> {
  const built = buildInfiniteQueryOptions(
    connection,
    identity,
    query,
    options as object,
    buildLiveQueryOptions as typeof buildQueryOptions,
  );
  return {
    ...built,
    queryFn: (context) => {
      // Later pages count, too, but are read in any case: a refetch that has begun ends.
      if (context.pageParam) recordOf(context.queryKey).budget?.beforeSend();
      return built.queryFn(context);
    },
    // An app's default of `maxPages` would drop the first page, by whose moment the others go.
    maxPages: undefined as never,
  };
}
