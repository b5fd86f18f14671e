import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";
import { useMemo } from "react";

import { isRefetchingList, pageBeingFetched, type PageSide } from "../cache/tanstack";

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
      fetchNextPage: singleFlight(fetchNextPage, query, "forward"),
      fetchPreviousPage: singleFlight(fetchPreviousPage, query, "backward"),
    };
  }, [fetchNextPage, fetchPreviousPage, cache, queryHash]);
}

interface FetchOptions {
  cancelRefetch?: boolean;
}

/**
 * Makes TanStack's `fetchNextPage` (or `fetchPreviousPage`) single-flight: a call while a page is being fetched
 * joins that fetch. TanStack would cancel it and start again. A refetch of the whole list, or the fetch of a page on
 * its other side, is not cancelled: the page is fetched after it.
 *
 * @param query - returns the list in the cache at the time of the call.
 */
export const singleFlight =
  <R>(
    fetchPage: (options?: FetchOptions) => Promise<R>,
    query: () => Query | undefined,
    side: PageSide,
  ): ((options?: FetchOptions) => Promise<R>) =>
  async (options) => {
    const list = query();
    while (list && isFetchingOther(list, side)) {
      // Joins that fetch.
      const fetched = await fetchPage({ cancelRefetch: false });
      // The user may have changed in the meantime, and with the user the list.
      if (query() !== list) return fetched;
    }
    return fetchPage({ cancelRefetch: false, ...options });
  };

const isFetchingOther = (list: Query, side: PageSide): boolean =>
  isRefetchingList(list) || (pageBeingFetched(list) ?? side) !== side;
