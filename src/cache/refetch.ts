import type { Query as CachedQuery, QueryClient, QueryFilters } from "@tanstack/react-query";

import { recordOf, type SettledWrite } from "./query-record";
import { hasSeen, mustSee } from "./seen-writes";
import { isCached, pageBeingFetched, runningFetch } from "./tanstack";

/**
 * Makes the queries stale that a write may have changed, and refetches those on the screen. It cancels no fetch: one
 * that is under way may see the write, and a page that is being fetched has to come. Those queries are looked at
 * again afterwards. A query to which other writes are pending is refetched when the last of them has settled.
 *
 * @param write - undefined if it certainly changed nothing.
 */
export function refetchAfterWrite(
  cache: QueryClient,
  filters: QueryFilters,
  write: SettledWrite | undefined,
): void {
  const idle = new Set<CachedQuery>();
  for (const query of cache.getQueryCache().findAll(filters)) {
    if (write) mustSee(recordOf(query.queryKey), write);
    if (!runningFetch(query)) idle.add(query);
    else if (write) void refetchAfterFetch(cache, query, write);
  }
  invalidate(cache, (query) => idle.has(query));
}

const invalidate = (
  cache: QueryClient,
  isMeant: (query: CachedQuery) => boolean,
  hasFailed = false,
): void =>
  void cache.invalidateQueries({
    predicate: (query) => isMeant(query) && !recordOf(query.queryKey).layers?.hasPending(),
    refetchType: hasFailed ? "none" : "active",
  });

/** Makes queries stale and refetches those on the screen. A page that is being fetched comes before that. */
export async function refetchAfterPages(cache: QueryClient, filters: QueryFilters): Promise<void> {
  const waiting = new Map<CachedQuery, Promise<unknown>>();
  for (const query of cache.getQueryCache().findAll(filters))
    if (pageBeingFetched(query)) waiting.set(query, Promise.allSettled([runningFetch(query)]));
  const { predicate = () => true } = filters;
  const others = {
    ...filters,
    predicate: (query: CachedQuery) => predicate(query) && !waiting.has(query),
  };
  const lists = [...waiting].map(async ([query, fetch]) => {
    await fetch;
    await cache.invalidateQueries({ predicate: (other) => other === query });
  });
  await Promise.all([cache.invalidateQueries(others), ...lists]);
}

async function refetchAfterFetch(
  cache: QueryClient,
  query: CachedQuery,
  write: SettledWrite,
): Promise<void> {
  let hasFailed = false;
  // Another fetch may have taken the place of the one that was awaited.
  for (let fetch; isCached(cache, query) && (fetch = runningFetch(query));) {
    const isPage = pageBeingFetched(query) !== undefined;
    hasFailed = await fetch.then(
      () => false,
      () => true,
    );
    if (!hasFailed && !isPage && hasSeen(recordOf(query.queryKey).moment, write)) return;
  }
  invalidate(cache, (other) => other === query, hasFailed);
}
