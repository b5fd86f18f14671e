import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";
import { useMemo } from "react";

import { getOrAdd } from "../auth/collections";
import { isRefetchingList, pageBeingFetched, type PageSide } from "../cache/tanstack";
import type { Computed } from "./query-result";

interface PageFetchers {
  readonly fetchNextPage: FetchPage;
  readonly fetchPreviousPage: FetchPage;
}

type FetchPage = (options?: FetchOptions) => Promise<unknown>;

/**
 * Makes a list's `fetchNextPage` and `fetchPreviousPage` single-flight. The same list gets the same functions. They are
 * read when the component reads them: TanStack renders it for what it has read.
 */
export function useSingleFlight<R extends PageFetchers>(
  result: R,
  queryKey: QueryKey,
  cache: QueryClient,
): Computed<Pick<R, keyof PageFetchers>> {
  const { queryHash } = cache.defaultQueryOptions({ queryKey });
  const flightOf = useMemo(
    () => singleFlights(() => cache.getQueryCache().get(queryHash)),
    [cache, queryHash],
  );
  return {
    fetchNextPage: () => flightOf(result.fetchNextPage, "forward"),
    fetchPreviousPage: () => flightOf(result.fetchPreviousPage, "backward"),
  };
}

/** Returns a function that makes single flights of one list's functions, of each the same one again. */
function singleFlights(query: () => Query | undefined) {
  const flights = new Map<FetchPage, FetchPage>();
  return <F extends FetchPage>(fetchPage: F, side: PageSide): F =>
    getOrAdd(flights, fetchPage, () => singleFlight(fetchPage, query, side)) as F;
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
