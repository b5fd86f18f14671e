import type { QueryClient } from "@tanstack/react-query";
import type { Client, Query, QueryValue } from "fauna";

import { connectionOf } from "../client/connection";
import type { FaunaV4Expression } from "../client/driver";
import type { FaunaRequestOptions } from "../client/v10-driver";
import { ConfigurationError } from "../errors";
import { buildQueryOptions, type FaunaQueryOptions, type Skip } from "./query-options";

/** Options of {@link usePrefetchFaunaQuery}: of TanStack's, those that go with fetching ahead, and `request`. */
export type UsePrefetchFaunaQueryOptions<T, R = FaunaRequestOptions> = Pick<
  FaunaQueryOptions<T, T, R>,
  "request" | "staleTime" | "gcTime" | "retry" | "meta"
>;

/** Options of {@link prefetchFaunaQuery}. */
export type PrefetchFaunaQueryOptions<T, R = FaunaRequestOptions> = UsePrefetchFaunaQueryOptions<
  T,
  R
> & {
  /**
   * Where to keep the result.
   * @defaultValue the cache of the provider that the client belongs to
   */
  queryClient?: QueryClient | undefined;
};

/**
 * Fetches a query into the cache, so that `useFaunaQuery` or `useFaunaSuspenseQuery` finds it there: when a pointer
 * hovers a link, or in a router's loader. What is cached and fresh (`staleTime`) is not fetched again.
 *
 * @param client - from `useFaunaClient()`. One of `createFaunaClient()` has no cache: pass `queryClient` too.
 * @returns A promise that resolves once the data is there, the query has failed (its component will show how), or it
 * is certain that nobody is signed in. While Clerk is loading it waits.
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
  const cache = queryClient ?? connection.cache();
  if (!cache)
    throw new ConfigurationError(
      "no_query_client",
      "This client has no cache, as it is no FaunaProvider's. Pass queryClient.",
    );
  while (identityStore.current().identity.status === "loading") await identityStore.changed();
  const { identity } = identityStore.current();
  if (!query || identity.status === "signed-out") return;
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- Earlier versions of TanStack Query 5 have nothing else.
  await cache.prefetchQuery(buildQueryOptions(connection, identity, query, options as never));
}
