import type { Query, QueryValue } from "fauna";
import { useEffect } from "react";

import type { UsePrefetchFaunaQueryOptions } from "../cache/prefetch";
import { buildQueryOptions, type AnyReadOptions, type Skip } from "../cache/query-options";
import type { FaunaV4Expression } from "../client/driver";
import { useFaunaContext } from "./fauna-context";

/**
 * Starts a query during render: before the component that shows it, and before other queries suspend. It neither
 * suspends nor re-renders. It does nothing if the query is in the cache, while nobody is signed in (yet), or on a
 * server.
 *
 * @throws ConfigurationError without a `FaunaProvider` above, and for anything that is not a query.
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
export function usePrefetchFaunaQuery(query: unknown, options?: AnyReadOptions): void {
  const { connection, identity, cache } = useFaunaContext();
  const built = buildQueryOptions(connection, identity, query, options);
  const prefetch = (): void => {
    if (!query || identity.status !== "signed-in" || typeof window === "undefined") return;
    // While the identity is changing, a render may be for the next user. Then the effect sends the query.
    if (!connection.identityStore.isCurrent(identity)) return;
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- Older TanStack Query 5 has nothing else.
    if (!cache.getQueryState(built.queryKey)) void cache.prefetchQuery(built);
  };
  prefetch();
  useEffect(prefetch);
}
