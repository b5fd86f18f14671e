import type { QueryKey } from "@tanstack/react-query";
import type { QueryInfo } from "fauna";

/** Computes the displayed data from the data below it. Called again whenever that changes, so it must be pure. */
export type Updater = (data: unknown) => unknown;

/** Ends an optimistic update. `applied` tells whether the write was applied. */
export type SettleUpdate = (applied: boolean) => void;

/** What the cache needs to know about a query that follows the database. */
export interface LiveUpdates {
  /** Whether its data follows the database now, so that it is never stale. */
  readonly isFollowing: () => boolean;
}

/**
 * What the library knows about a cached query beyond TanStack's state. Kept out of that state so that it neither
 * re-renders nor gets persisted.
 */
export interface QueryRecord {
  /** Whether it has been fetched here. A query that a persister has restored has not. */
  wasFetched?: boolean;
  /** The metadata of the last successful response. */
  info?: QueryInfo | undefined;
  /** The token of the event source that came with the last snapshot. */
  eventSource?: string | undefined;
  /** The cursor after the first page of the last restart. If it fails, the list does not restart again. */
  restartCursor?: unknown;
  /** Adds an optimistic update. Exists while writes are pending. */
  addOptimisticUpdate?: ((updater: Updater) => SettleUpdate) | undefined;
  live?: LiveUpdates | undefined;
}

const records = new WeakMap<QueryKey, QueryRecord>();

/**
 * Returns the record of a cached query.
 *
 * @param queryKey - the query's own key object, which its query function receives, too. An equal key is not enough.
 */
export function recordOf(queryKey: QueryKey): QueryRecord {
  let record = records.get(queryKey);
  if (!record) records.set(queryKey, (record = {}));
  return record;
}
