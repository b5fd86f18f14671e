import type { QueryKey } from "@tanstack/react-query";
import type { QueryInfo } from "fauna";

/** Makes what is shown out of the data below it. Called again whenever those change, so it has to be pure. */
export type Updater = (data: unknown) => unknown;

/** Ends an optimistic update: the write was applied, or it was not. */
export type SettleUpdate = (applied: boolean) => void;

/** What the cache has to know of a query that follows the database. */
export interface LiveUpdates {
  /** Whether its data follows the database now, so that it is never stale. */
  readonly isFollowing: () => boolean;
}

/** What the library knows about a cached query beyond TanStack's state. None of it renders, and none is persisted. */
export interface QueryRecord {
  /** What the last successful answer says beside its data. */
  info?: QueryInfo | undefined;
  /** The token of the event source that came with the last snapshot. */
  eventSource?: string | undefined;
  /** The cursor of the page that last replaced one whose cursor had expired. */
  restartCursor?: unknown;
  /** Adds an optimistic update. Exists while writes are pending. */
  addOptimisticUpdate?: ((updater: Updater) => SettleUpdate) | undefined;
  live?: LiveUpdates | undefined;
}

const records = new WeakMap<QueryKey, QueryRecord>();

/**
 * Returns the record of a cached query.
 *
 * @param queryKey - the query's own key object, which its query function gets as well. An equal key is not enough.
 */
export function recordOf(queryKey: QueryKey): QueryRecord {
  let record = records.get(queryKey);
  if (!record) records.set(queryKey, (record = {}));
  return record;
}
