import type { Query, QueryValue } from "fauna";
import { useEffect } from "react";

import type { UsePrefetchFaunaQueryOptions } from "../cache/prefetch";
import { buildQueryOptions, type Skip } from "../cache/query-options";
import type { FaunaV4Expression } from "../client/driver";
import { useFaunaContext } from "./fauna-context";

/**
 * Starts a query while rendering, before the component that shows it does, and before other queries that suspend. It
 * neither suspends nor re-renders. It does nothing when the query was asked before, while nobody is signed in (yet),
 * and on a server.
 *
 * @example
 * ```tsx
 * usePrefetchFaunaQuery(comments);
 * const { data: post } = useFaunaSuspenseQuery(fql<Post>`Post.byId(${id})!`);
 * const { data } = useFaunaSuspenseQuery(comments); // asked at the same time as the post
 * ```
 */
export function usePrefetchFaunaQuery<T extends QueryValue>(
  query: Query<T> | Skip,
  options?: UsePrefetchFaunaQueryOptions<T>,
): void;
export function usePrefetchFaunaQuery(
  expression: FaunaV4Expression | Skip,
  options?: UsePrefetchFaunaQueryOptions<unknown, object>,
): void;
export function usePrefetchFaunaQuery(query: unknown, options?: object): void {
  const { connection, identity, cache } = useFaunaContext();
  const built = buildQueryOptions(connection, identity, query, options);
  const prefetch = (): void => {
    if (!query || identity.status !== "signed-in" || typeof window === "undefined") return;
    // A render about a change of user comes before the change: then it is the effect that asks.
    if (identity.key !== connection.identityStore.current().identity.key) return;
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- Earlier versions of TanStack Query 5 have nothing else.
    if (!cache.getQueryState(built.queryKey)) void cache.prefetchQuery(built);
  };
  prefetch();
  useEffect(prefetch);
}
