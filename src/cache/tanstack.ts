// Everything that the library uses of TanStack Query beyond its documentation. Its contract test,
// test/cache/tanstack.test.ts, describes the behaviour that it relies on.
import type { FetchStatus, Query, QueryClient, QueryKey, QueryState } from "@tanstack/react-query";

/** Finds a query in O(1). `QueryCache.find` hashes the key of every cached query. */
export const findQuery = (cache: QueryClient, queryKey: QueryKey): Query | undefined =>
  cache.getQueryCache().get(cache.defaultQueryOptions({ queryKey }).queryHash);

/** Finds a query, or adds it to the cache without fetching it. */
export const buildQuery = (cache: QueryClient, options: object): Query =>
  cache.getQueryCache().build(cache, options as { queryKey: QueryKey });

/** Fetches a query that need not have an observer. */
export const fetchQuery = (query: Query, options: object): Promise<unknown> => query.fetch(options);

/** Ends a fetch and restores the state from before it. */
export const cancelFetch = (query: Query): void => void query.cancel({ revert: true });

/** Sets the data of one query object as `setQueryData` does, but keeps `dataUpdatedAt`. */
export const setManualData = (query: Query, data: unknown): void =>
  void query.setData(data, { manual: true, updatedAt: query.state.dataUpdatedAt });

/** Sets new data as it is. `setData` would compare every row with the previous one. */
export const setUpdatedData = (query: Query, data: unknown, dataUpdatedAt: number): void =>
  query.setState({ data, dataUpdatedAt, dataUpdateCount: query.state.dataUpdateCount + 1 });

/** Sets a query's error. */
export const setFailed = (query: Query, error: Error): void =>
  query.setState({ error, status: "error" });

/** Calls `listener` when a query has got data: from a fetch, or manually, as with `setQueryData`. */
export const onData = (
  cache: QueryClient,
  query: Query,
  listener: (isManual: boolean) => void,
): (() => void) =>
  cache.getQueryCache().subscribe((event) => {
    const { action } = event as { action?: { type: string; manual?: boolean } };
    if (event.query === query && action?.type === "success") listener(action.manual === true);
  });

/** Whether the whole list is being refetched, as opposed to fetching one more page. */
export function isRefetchingList({ state }: Query): boolean {
  const { data, fetchStatus, fetchMeta } = state as QueryState & {
    fetchStatus: FetchStatus;
    fetchMeta: { fetchMore?: object } | null;
  };
  return data !== undefined && fetchStatus !== "idle" && !fetchMeta?.fetchMore;
}
