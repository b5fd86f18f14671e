import type { Query as CachedQuery, QueryClient, QueryFilters } from "@tanstack/react-query";

import { identityKey, type Scope } from "./keys";
import { mustSee, noteWritten } from "./origins";
import { outdateStored } from "./purge";
import { type QueryRecord, recordOf, type SettledWrite } from "./query-record";
import { hasSeen } from "./seen-writes";
import { isCached, pageBeingFetched, runningFetch } from "./tanstack";

/**
 * Makes the queries stale that a write may have changed, and refetches those on the screen. It cancels no fetch: one
 * that is under way may see the write, and a page that is being fetched has to come. Those queries are looked at
 * again afterwards. A query to which other writes are pending is refetched when the last of them has settled. One that
 * was refetched for the write's event is left alone: that came before the write's answer. The user's other tabs are told.
 *
 * @param isMeant - selects them among the identity's.
 * @param write - undefined if it certainly changed nothing.
 */
export function refetchAfterWrite(
  { connection, identity, cache }: Scope,
  isMeant: (query: CachedQuery) => boolean,
  write: SettledWrite | undefined,
): void {
  // By a channel that is open, or by one that is opened for it.
  if (write && !connection.tellTabs?.(identity))
    import("./tell-tabs").then(
      ({ announce }) => announce(connection, identity),
      // The other tabs ask from time to time anyway.
      () => {},
    );
  const owner = identityKey(connection, identity);
  const queries = cache.getQueryCache().findAll({ queryKey: owner, predicate: isMeant });
  if (write) {
    for (const { queryKey } of queries) mustSee(queryKey, write);
    noteWritten(cache, owner, write);
    outdateStored(cache, owner, write);
  }
  const meant = queries.filter((query) =>
    write ? !isRefetchedFor(recordOf(query.queryKey), write) : !runningFetch(query),
  );
  void refetchEach(cache, meant, { isAwaited: runningFetch, write, unlessPending: true });
}

/** False if either time is unknown. */
const isRefetchedFor = ({ refetchedFor }: QueryRecord, { txn }: SettledWrite): boolean =>
  (txn as number) <= (refetchedFor as number);

/** Makes queries stale and refetches those on the screen. A page that is being fetched comes before that. */
export const refetchAfterPages = (cache: QueryClient, filters: QueryFilters): Promise<void> =>
  refetchEach(cache, cache.getQueryCache().findAll(filters), { isAwaited: pageBeingFetched });

interface RefetchOptions {
  /** Whether the fetch of a query that is under way has to end first. Any other one is cancelled. */
  readonly isAwaited: (query: CachedQuery) => unknown;
  /** If a fetch that was awaited has seen this write, no other one follows; nor if it has failed. */
  readonly write?: SettledWrite | undefined;
  /** Whether queries with pending writes are left alone. */
  readonly unlessPending?: boolean;
}

async function refetchEach(
  cache: QueryClient,
  queries: readonly CachedQuery[],
  { isAwaited, write, unlessPending }: RefetchOptions,
): Promise<void> {
  const refetch = (meant: ReadonlySet<CachedQuery>, hasFailed: boolean): Promise<void> =>
    cache.invalidateQueries({
      predicate: (query) =>
        meant.has(query) && !(unlessPending && recordOf(query.queryKey).layers?.hasPending()),
      refetchType: write && hasFailed ? "none" : "active",
    });

  async function refetchLater(query: CachedQuery): Promise<void> {
    let hasFailed = false;
    // Another fetch may have taken the place of the one that was awaited.
    while (isCached(cache, query) && isAwaited(query)) {
      const isPage = pageBeingFetched(query) !== undefined;
      const [{ status }] = await Promise.allSettled([runningFetch(query)]);
      hasFailed = status === "rejected";
      const isSeen = write && hasSeen(recordOf(query.queryKey).origin, write);
      if (isSeen && !hasFailed && !isPage) return;
    }
    await refetch(new Set([query]), hasFailed);
  }

  const later = queries.filter(isAwaited);
  const now = new Set(queries);
  for (const query of later) now.delete(query);
  await Promise.all([...later.map(refetchLater), refetch(now, false)]);
}
