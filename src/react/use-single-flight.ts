import { hashKey, type QueryClient, type QueryKey } from "@tanstack/react-query";
import { useMemo } from "react";

import { singleFlight } from "../query/single-flight";

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
