import type { Page, QueryValue } from "fauna";

import type { Identity } from "../auth/identity";
import {
  buildInfiniteQueryOptions,
  type FaunaInfiniteQueryOptions,
  type FaunaInfiniteQueryOptionsResult,
} from "../cache/infinite-query-options";
import type { PagedQuery } from "../cache/pages";
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
  readInTurn,
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
 * As {@link faunaLiveQueryOptions}, for a list: for TanStack's own `prefetchInfiniteQuery` and `fetchInfiniteQuery`. Key and
 * cache entry are those of `faunaInfiniteQueryOptions`.
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
    queryFn: (context) =>
      context.pageParam ? readInTurn(built.queryFn, context) : built.queryFn(context),
    // An app's default of `maxPages` would drop the first page, by whose moment the others go.
    maxPages: undefined as never,
  };
}
