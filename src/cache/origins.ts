import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";

import { type Floor, type Origin, recordOf, type SettledWrite } from "./query-record";
import { hasSeen } from "./seen-writes";
import { onQueryEvent, runningFetch } from "./tanstack";

/** The time of the transaction up to which data is known to be right: that of its answer, or of a later event. */
export const seenUntil = ({ txn = 0, until = 0 }: Partial<Origin> = {}): number =>
  Math.max(txn, until);

/**
 * The floor of data that has to include two writes, or events that were applied: the latest one whose time is known, and
 * the last one whose answer did not tell its time.
 */
const floorOf = (timed: SettledWrite, untimed: SettledWrite): Floor => ({
  txn: timed.txn,
  isReachedBy: (origin) => hasSeen(origin, timed) && hasSeen(origin, untimed),
  raisedBy(write) {
    if (!write.txn) return floorOf(timed, write);
    const txn = Math.max(timed.txn ?? 0, write.txn);
    return floorOf({ txn, number: Math.max(timed.number, write.number) }, untimed);
  },
});

const NO_WRITE: SettledWrite = { txn: undefined, number: 0 };

const raised = (floor: Floor = floorOf(NO_WRITE, NO_WRITE), write: SettledWrite): Floor =>
  floor.raisedBy(write);

/** Raises what a query's later data has to include. */
export function mustSee(queryKey: QueryKey, write: SettledWrite): void {
  const record = recordOf(queryKey);
  record.floor = raised(record.floor, write);
}

/** What the identities of a cache have written, by {@link ownerHash}. */
type Written = Map<string, Floor>;

const writtenIn = new WeakMap<QueryClient, Written>();

/** Names the identity of a key, as the hash of the beginning that names it there. */
export const ownerHash = (queryKey: QueryKey): string => JSON.stringify(queryKey.slice(0, 3));

/**
 * Notes from now on where the data of a cache's queries comes from. A fetch counts once TanStack has taken its data: it
 * drops the first page of a list if the next one fails. Call this before any `onData`.
 */
export function keepOrigins(cache: QueryClient): Written {
  const known = writtenIn.get(cache);
  if (known) return known;
  const written: Written = new Map();
  writtenIn.set(cache, written);
  for (const query of cache.getQueryCache().getAll()) if (isTaken(query)) noteOrigin(query);
  onQueryEvent(cache, (query, event, isManual) => {
    const record = recordOf(query.queryKey);
    const floor = event === "added" && written.get(ownerHash(query.queryKey));
    if (floor) record.floor = floor;
    if (event === "fetch") record.fetched = undefined;
    if (event === "success" && !isManual) noteOrigin(query);
  });
  return written;
}

/** Whether TanStack has taken what was fetched last: it has not failed, and nothing is being fetched. */
const isTaken = (query: Query): boolean => query.state.status === "success" && !runningFetch(query);

/** Returns where a query's data comes from, also where nobody has called {@link keepOrigins} before. */
export function originOf(query: Query): Origin | undefined {
  const record = recordOf(query.queryKey);
  if (isTaken(query) && record.fetched) {
    record.origin = record.fetched;
    record.fetched = undefined;
  }
  return record.origin;
}

/**
 * Notes where the data comes from that TanStack has taken. Data that lacks what it has to include, or that is older than
 * the data before, is stale.
 */
function noteOrigin(query: Query): void {
  const { queryKey } = query;
  const record = recordOf(queryKey);
  const before = record.origin;
  const origin = (record.origin = record.fetched ?? before);
  record.fetched = undefined;
  if (!origin) return;
  const txn = origin.txn && seenUntil(origin);
  const isOlder = seenUntil(origin) < seenUntil(before);
  if (isOlder || record.floor?.isReachedBy({ ...origin, txn }) === false) query.invalidate();
}

/** Notes what an identity has written, for queries that come into the cache later. */
export function noteWritten(cache: QueryClient, identityKey: QueryKey, write: SettledWrite): void {
  const written = keepOrigins(cache);
  const owner = ownerHash(identityKey);
  written.set(owner, raised(written.get(owner), write));
}
