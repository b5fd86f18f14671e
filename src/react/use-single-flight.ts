import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";
import { useMemo } from "react";

import { isRefetchingList } from "../cache/tanstack";

interface PageFetchers {
  readonly fetchNextPage: (options?: object) => Promise<unknown>;
  readonly fetchPreviousPage: (options?: object) => Promise<unknown>;
}

/** Single-flight `fetchNextPage` and `fetchPreviousPage` of a list; the same functions while it is the same list. */
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
 * Makes TanStack's `fetchNextPage` (or `fetchPreviousPage`) single-flight: a call while a page is being fetched joins that
 * fetch, where TanStack would cancel it and ask again. A refetch of the whole list is not cancelled: the page is fetched
 * after it.
 *
 * @param query - the list in the cache at the time of the call.
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
    // In the meantime the user may have changed, and so the list.
    return query() === list ? fetch() : refetched;
  };
