import type { QueryClient } from "@tanstack/react-query";
import type { Client, Query, QueryValue } from "fauna";

import { connectionOf } from "../client/connection";
import type { FaunaV4Expression } from "../client/driver";
import type { FaunaRequestOptions } from "../client/v10-driver";
import { ConfigurationError } from "../errors";
import { buildQueryOptions, type FaunaQueryOptions, type Skip } from "./query-options";
import type { FaunaReadOptions } from "./read-options";

/** Options of {@link usePrefetchFaunaQuery}: the library's own of a read, and TanStack's that serve a prefetch. */
export type UsePrefetchFaunaQueryOptions<T, R = FaunaRequestOptions> = FaunaReadOptions<R> &
  Pick<FaunaQueryOptions<T, T, R>, "staleTime" | "gcTime" | "retry" | "meta">;

/** Options of {@link prefetchFaunaQuery}. */
export type PrefetchFaunaQueryOptions<T, R = FaunaRequestOptions> = UsePrefetchFaunaQueryOptions<
  T,
  R
> & {
  /**
   * Where to cache the result.
   * @default the cache of the provider that the client belongs to
   */
  queryClient?: QueryClient | undefined;
};

/**
 * Fetches a query into the cache, where `useFaunaQuery` or `useFaunaSuspenseQuery` finds it. Call it when the
 * pointer hovers over a link, or in a router's loader. Fresh data (`staleTime`) is not fetched again.
 *
 * @param client - from `useFaunaClient()`. One from `createFaunaClient()` has no cache: pass `queryClient`, too.
 * @returns A promise that resolves when the data is there, when the query has failed (its component will show the
 * error), or when it is certain that nobody is signed in. While Clerk is loading it waits.
 * @throws ConfigurationError (`unknown_client`, `no_query_client`, `not_a_query`, `no_v4_driver`), by rejecting.
 *
 * @example
 * ```tsx
 * const client = useFaunaClient();
 * <a href={href} onMouseEnter={() => prefetchFaunaQuery(client, fql`Todo.byId(${id})`)}>…</a>;
 * ```
 */
export async function prefetchFaunaQuery<T extends QueryValue>(
  client: Client,
  query: Query<T> | Skip,
  options?: PrefetchFaunaQueryOptions<T>,
): Promise<void>;
export async function prefetchFaunaQuery(
  client: Client,
  expression: FaunaV4Expression | Skip,
  options?: PrefetchFaunaQueryOptions<unknown, object>,
): Promise<void>;
export async function prefetchFaunaQuery(
  client: Client,
  query: unknown,
  { queryClient, ...options }: PrefetchFaunaQueryOptions<unknown, object> = {},
): Promise<void> {
  const connection = connectionOf(client);
  const { identityStore } = connection;
  const cache = queryClient ?? connection.cache;
  if (!cache)
    throw new ConfigurationError(
      "no_query_client",
      "This client has no cache, as it is no FaunaProvider's. Pass queryClient.",
    );
  void connection.tokens.identify();
  while (identityStore.current().identity.status === "loading") await identityStore.changed();
  const { identity } = identityStore.current();
  if (!query || identity.status === "signed-out") return;
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- Older TanStack Query 5 has nothing else.
  await cache.prefetchQuery(buildQueryOptions(connection, identity, query, options));
}
