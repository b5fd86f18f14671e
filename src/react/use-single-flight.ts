import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";
import { useMemo } from "react";

import { isRefetchingList } from "../cache/tanstack";

interface PageFetchers {
  readonly fetchNextPage: (options?: object) => Promise<unknown>;
  readonly fetchPreviousPage: (options?: object) => Promise<unknown>;
}

/** Makes a list's `fetchNextPage` and `fetchPreviousPage` single-flight. The same list gets the same functions. */
export function useSingleFlight<R extends PageFetchers>(
  { fetchNextPage, fetchPreviousPage }: R,
  queryKey: QueryKey,
  cache: QueryClient,
): Pick<R, keyof PageFetchers> {
  const { queryHash } = cache.defaultQueryOptions({ queryKey });
  return useMemo(() => {
    const query = () => cache.getQueryCache().get(queryHash);
    return {
      fetchNextPage: singleFlight(fetchNextPage, query),
      fetchPreviousPage: singleFlight(fetchPreviousPage, query),
    };
  }, [fetchNextPage, fetchPreviousPage, cache, queryHash]);
}

interface FetchOptions {
  cancelRefetch?: boolean;
}

/**
 * Makes TanStack's `fetchNextPage` (or `fetchPreviousPage`) single-flight: a call while a page is being fetched
 * joins that fetch. TanStack would cancel it and start again. A refetch of the whole list is not cancelled: the
 * page is fetched after it.
 *
 * @param query - returns the list in the cache at the time of the call.
 */
export const singleFlight =
  <R>(
    fetchPage: (options?: FetchOptions) => Promise<R>,
    query: () => Query | undefined,
  ): ((options?: FetchOptions) => Promise<R>) =>
  async (options) => {
    const fetch = (): Promise<R> => fetchPage({ cancelRefetch: false, ...options });
    const list = query();
    if (!list || !isRefetchingList(list)) return fetch();
    const refetched = await fetchPage({ cancelRefetch: false });
    // The user may have changed in the meantime, and with the user the list.
    return query() === list ? fetch() : refetched;
  };
