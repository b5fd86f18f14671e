import { hashKey, type Query, type QueryClient, type QueryKey } from "@tanstack/react-query";
import { useMemo } from "react";

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
  const hash = hashKey(queryKey);
  return useMemo(() => {
    const query = () => cache.getQueryCache().get(hash);
    return {
      fetchNextPage: singleFlight(fetchNextPage, query),
      fetchPreviousPage: singleFlight(fetchPreviousPage, query),
    };
  }, [fetchNextPage, fetchPreviousPage, cache, hash]);
}

interface FetchOptions {
  cancelRefetch?: boolean;
}

/**
 * Makes TanStack's `fetchNextPage` (or `fetchPreviousPage`) single-flight: a call while a page is under way joins it,
 * where TanStack would cancel and ask again. A refetch of the whole list is neither cancelled nor taken for the page:
 * the page is fetched after it.
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
    const { data, fetchStatus, fetchMeta } = list?.state ?? {};
    if (data === undefined || fetchStatus === "idle" || fetchMeta?.fetchMore) return fetch();
    const refetched = await fetchPage({ cancelRefetch: false });
    // Meanwhile the user may have changed, and with it the list.
    return query() === list ? fetch() : refetched;
  };
