import type { DataTag, QueryFunction, UseInfiniteQueryOptions } from "@tanstack/react-query";
import { EmbeddedSet, fql, type Page, type QueryValue } from "fauna";

import type { Identity } from "../auth/identity";
import type { Connection } from "../client/connection";
import type { Driver, FaunaCursor, FaunaV4Expression } from "../client/driver";
import type { FaunaRequestOptions } from "../client/v10-driver";
import { type FaunaInfiniteQueryKey, PAGES } from "./keys";
import {
  type FaunaPage,
  type FaunaPageParam,
  type FaunaPages,
  type PagedQuery,
  nextPage,
  previousPage,
  readPage,
  selectShown,
  sharePages,
  toPage,
} from "./pages";
import {
  buildIn,
  buildQueryOptions,
  driverOf,
  type FaunaScope,
  type AnyReadOptions,
  readQuery,
  type Skip,
} from "./query-options";
import type { FaunaReadOptions } from "./read-options";
import type { BuildFor } from "./while-loading";

type InfiniteOptions<T, U> = UseInfiniteQueryOptions<
  FaunaPage<T>,
  Error,
  FaunaPages<U>,
  FaunaInfiniteQueryKey,
  FaunaPageParam
>;

/** TanStack's infinite-query options without those that the library sets, plus the library's own of a read. */
export type FaunaInfiniteQueryOptions<T, U = T, R = FaunaRequestOptions> = Omit<
  InfiniteOptions<T, U>,
  | "queryKey"
  | "queryFn"
  | "queryKeyHashFn"
  | "queryHash"
  | "behavior"
  | "initialPageParam"
  | "getNextPageParam"
  | "getPreviousPageParam"
> &
  FaunaReadOptions<R>;

/** Options for TanStack's own `useInfiniteQuery`, `prefetchInfiniteQuery`, `fetchInfiniteQuery`. */
export type FaunaInfiniteQueryOptionsResult<T, U = T> = Omit<
  InfiniteOptions<T, U>,
  "queryKey" | "queryFn"
> & {
  queryKey: DataTag<FaunaInfiniteQueryKey, FaunaPages<T>, Error>;
  queryFn: QueryFunction<FaunaPage<T>, FaunaInfiniteQueryKey, FaunaPageParam>;
};

/**
 * Options to read a Set page by page with TanStack Query's own functions. Key, cache entry and rules are those of
 * `useFaunaInfiniteQuery`.
 *
 * @throws ConfigurationError if `query` is not a query, has no pages (FQL v4), or needs the FQL v4 driver, and for a
 * client that is not of this library.
 *
 * @example
 * ```ts
 * await queryClient.prefetchInfiniteQuery(faunaInfiniteQueryOptions({ client }, fql`Todo.all()`));
 * ```
 */
export function faunaInfiniteQueryOptions<
  T extends QueryValue,
  U = T,
  D extends QueryValue = Page<T>,
>(
  scope: FaunaScope,
  query: PagedQuery<T, D> | Skip,
  options?: FaunaInfiniteQueryOptions<T, U>,
): FaunaInfiniteQueryOptionsResult<T, U>;
export function faunaInfiniteQueryOptions<T = unknown, U = T>(
  scope: FaunaScope,
  expression: FaunaV4Expression | Skip,
  options?: FaunaInfiniteQueryOptions<T, U, object>,
): FaunaInfiniteQueryOptionsResult<T, U>;
export function faunaInfiniteQueryOptions(
  scope: FaunaScope,
  query: unknown,
  options?: FaunaInfiniteQueryOptions<unknown, unknown, object>,
): FaunaInfiniteQueryOptionsResult<unknown> {
  return buildIn(buildInfiniteQueryOptions, scope, query, options);
}

interface InfiniteReadOptions extends AnyReadOptions {
  readonly select?: ((data: FaunaPages<unknown>) => FaunaPages<unknown>) | undefined;
}

/**
 * Shared by {@link faunaInfiniteQueryOptions} and the hooks.
 *
 * @param buildFirst - makes the options that read the first page.
 */
export function buildInfiniteQueryOptions(
  connection: Connection,
  identity: Identity,
  query: unknown,
  options: InfiniteReadOptions = {},
  buildFirst: typeof buildQueryOptions = buildQueryOptions,
): FaunaInfiniteQueryOptionsResult<unknown> {
  const driver = driverOf(connection, query);
  const buildFor: BuildFor = (user) =>
    buildInfiniteQueryOptions(connection, user, query, options, buildFirst);
  const firstPage = pageQuery(driver, query);
  const first = buildFirst(connection, identity, firstPage, options, PAGES, buildFor);
  const { select } = first as InfiniteReadOptions;
  return {
    ...(first as object),
    structuralSharing: sharePages(first.structuralSharing),
    // Without a cache the app's default for it is not known here, and would be overridden.
    ...((select ?? connection.cache) && { select: selectShown(select) }),
    queryKey: first.queryKey as never,
    queryFn: (context) => {
      const read = async (cursor: FaunaPageParam): Promise<FaunaPage<unknown>> => {
        const answer = await (cursor
          ? readQuery(
              connection,
              identity,
              pageQuery(driver, query, cursor),
              options,
              context,
              true,
            )
          : first.queryFn(context as never));
        // The answer is only a cursor of the Set: its first page is there.
        return answer instanceof EmbeddedSet ? read({ after: answer.after }) : toPage(answer);
      };
      return readPage(context.queryKey, context.pageParam, read);
    },
    initialPageParam: null,
    getNextPageParam: nextPage,
    getPreviousPageParam: previousPage,
  };
}

function pageQuery(
  driver: Driver | undefined,
  query: unknown,
  cursor?: FaunaCursor | null,
): unknown {
  if (driver?.page) return driver.page(query, cursor);
  // The driver's own iterator reads the next page in the same way.
  return cursor && "after" in cursor ? fql`Set.paginate(${cursor.after as string})` : query;
}
