// Everything that the library uses of TanStack Query beyond its documentation, but for `QueryClient.defaultQueryOptions`,
// which framework adapters call, and what live/live-list.ts needs of an observer. The contract test,
// test/cache/tanstack.test.ts, describes the behaviour that the library relies on.
import type {
  Mutation,
  MutationCache,
  MutationObserver,
  Query,
  QueryClient,
  QueryFilters,
  QueryKey,
} from "@tanstack/react-query";

/**
 * Finds a query in O(1) by its key, of which the hash may be known. `QueryCache.find` hashes the key of every cached query.
 */
export const findQuery = (
  cache: QueryClient,
  queryKey: QueryKey,
  hash: string = cache.defaultQueryOptions({ queryKey }).queryHash,
): Query | undefined => cache.getQueryCache().get(hash);

/** Finds a query, or adds it to the cache without fetching it. */
export const buildQuery = (cache: QueryClient, options: object): Query =>
  cache.getQueryCache().build(cache, options as { queryKey: QueryKey });

/**
 * Fetches a query that need not have an observer.
 *
 * @param initialPromise - what is waited for in the place of the first attempt.
 */
export const fetchQuery = (
  query: Query,
  options?: object,
  initialPromise?: Promise<unknown>,
): Promise<unknown> => query.fetch(options, { initialPromise } as object);

/** Sets the data of one query object as `setQueryData` does, but keeps `dataUpdatedAt`. */
export const setManualData = (query: Query, data: unknown): void =>
  void query.setData(data, { manual: true, updatedAt: query.state.dataUpdatedAt });

/** Sets the data of one query object as a fetch does that has ended then. */
export const setFetchedData = (query: Query, data: unknown, updatedAt: number): void =>
  void query.setData(data, { updatedAt } as never);

/** Ends a fetch and restores the state from before it. */
export const cancelFetch = (query: Query): void => void query.cancel({ revert: true });

/** Sets new data as it is. `setData` would compare every row with the previous one. */
export const setUpdatedData = (query: Query, data: unknown, dataUpdatedAt: number): void =>
  query.setState({ data, dataUpdatedAt, dataUpdateCount: query.state.dataUpdateCount + 1 });

/** Sets when the data was fetched. */
export const setUpdateTime = (query: Query, dataUpdatedAt: number): void =>
  query.setState({ dataUpdatedAt });

/** Sets a query's error. */
export const setFailed = (query: Query, error: Error): void =>
  query.setState({ error, status: "error" });

/** Takes back the error of a refetch: there are data. */
export const setRecovered = (query: Query): void =>
  query.setState({ error: null, status: "success" });

/** Why the fetch that is under way has failed so far. */
export const failureOf = ({ state }: Query): Error | null => state.fetchFailureReason;

/**
 * Calls `listener` with what happens to a query of the cache: it is `"added"` or `"removed"`, a `"fetch"` begins, it has
 * got data (`"success"`), which may have been set manually, as with `setQueryData`.
 */
export const onQueryEvent = (
  cache: QueryClient,
  listener: (query: Query, event: string, isManual: boolean) => void,
): (() => void) =>
  cache.getQueryCache().subscribe((event) => {
    const { action } = event as { action?: { type: string; manual?: boolean } };
    listener(event.query as Query, action?.type ?? event.type, action?.manual === true);
  });

/**
 * Calls `listener` when a query has got data: from a fetch, or manually. Ends when the query leaves the cache.
 *
 * @param onRemoved - called then.
 */
export function onData(
  cache: QueryClient,
  query: Query,
  listener: (isManual: boolean) => void,
  onRemoved?: () => void,
): () => void {
  const stop = onQueryEvent(cache, (other, event, isManual) => {
    if (other !== query) return;
    if (event === "success") listener(isManual);
    if (event !== "removed") return;
    stop();
    onRemoved?.();
  });
  return stop;
}

/** Whether a query is in the cache, and not one that took its place. */
export const isCached = (cache: QueryClient, query: Query): boolean =>
  cache.getQueryCache().get(query.queryHash) === query;

/** Takes one query object out of the cache. */
export const removeQuery = (cache: QueryClient, query: Query): void =>
  cache.getQueryCache().remove(query);

/**
 * Takes queries out of the cache, and cancels their fetches silently. When such a fetch ends, TanStack starts a timer
 * that would hold the query and all of its cache for `gcTime`: it is stopped.
 */
export function removeQueries(cache: QueryClient, filters: QueryFilters): void {
  const removed = cache.getQueryCache().findAll(filters);
  cache.removeQueries(filters);
  for (const query of removed) {
    const release = (): void => query.destroy();
    void query.promise?.then(release, release);
  }
}

/** Takes a mutation out of the cache, with the timer that would hold both for `gcTime`. */
export function removeMutation(cache: MutationCache, mutation: Mutation): void {
  cache.remove(mutation);
  mutation.destroy();
}

const isFetching = ({ state }: Query): boolean => state.fetchStatus !== "idle";

/** The fetch that is under way. It rejects if the fetch fails or is cancelled. */
export const runningFetch = (query: Query): Promise<unknown> | undefined =>
  isFetching(query) ? query.promise : undefined;

/** Whether a Suspense hook shows a query. It asks for the stale time of its query while it renders, before it fetches. */
export const isSuspending = ({ options }: Query): boolean =>
  (options as { suspense?: boolean }).suspense === true;

/** The side of a list that a further page is added to. */
export type PageSide = "forward" | "backward";

/** The side that the last fetch was for; undefined if that was for the whole list. */
export const fetchedSide = ({ state }: Query): PageSide | undefined =>
  (state as { fetchMeta?: { fetchMore?: { direction: PageSide } } | null }).fetchMeta?.fetchMore
    ?.direction;

/** The side for which a page is being fetched. */
export const pageBeingFetched = (query: Query): PageSide | undefined =>
  isFetching(query) ? fetchedSide(query) : undefined;

/** Whether the whole list is being refetched, as opposed to fetching one more page. */
export const isRefetchingList = (query: Query): boolean =>
  query.state.data !== undefined && isFetching(query) && !fetchedSide(query);

/** What happens to a mutation: it comes into the cache, or an observer shows or leaves it. */
export interface MutationEvent {
  readonly type: "added" | "observerAdded" | "observerRemoved" | (string & {});
  readonly mutation?: Mutation;
  readonly observer?: MutationObserver;
}

export const onMutationEvent = (
  cache: MutationCache,
  listener: (event: MutationEvent) => void,
): (() => void) => cache.subscribe(listener);

/** Hides other mutations from `useMutationState` and `useIsMutating`. They stay in the cache: persisters read it otherwise. */
export function showOnly(cache: MutationCache, isShown: (mutation: Mutation) => boolean): void {
  const findAll = cache.findAll.bind(cache);
  cache.findAll = (filters) => findAll(filters).filter(isShown);
}

/** Whether anybody is told of what an observer sees. */
export const hasListeners = (observer: MutationObserver): boolean => observer.hasListeners();

/** Whether a mutation that comes into the cache has run before: a persister has brought it back. */
export const isRestored = ({ state }: Mutation): boolean => state.status !== "idle";

/** Lets a mutation that waits go on if it can, even if it has left its cache. */
export const resumeMutation = (mutation: Mutation): void =>
  void (mutation.state.isPaused && mutation.continue().catch(() => {}));

/**
 * Lets a mutation that has left its cache end as one in a cache would: when the device is online and has the focus. A
 * client of its own wakes it, because TanStack's managers come with React, which a server's components cannot import.
 */
export function resumeWhenPossible(mutation: Mutation, client: QueryClient): void {
  if (mutation.state.status !== "pending") return;
  const waker = new (client.constructor as new () => QueryClient)();
  waker.getMutationCache().add(mutation);
  waker.mount();
  const stop = client.getMutationCache().subscribe(() => {
    if (mutation.state.status === "pending") return;
    stop();
    waker.unmount();
  });
  resumeMutation(mutation);
}

/** An option that TanStack does not know stays in a mutation's options. It is not persisted. */
export const optionOf = (mutation: Mutation, name: string): unknown =>
  (mutation.options as Record<string, unknown>)[name];
