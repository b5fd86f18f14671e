import type { Query, QueryClient, QueryFunctionContext, QueryKey } from "@tanstack/react-query";

import type { Answer } from "../client/driver";
import { type Floor, type Origin, recordOf, type SettledWrite } from "./query-record";
import { onFetches } from "./tanstack";

/** Counts the writes that have settled, so that it is known whether an answer was asked for before or after. */
let settledWrites = 0;

export const settledWrite = (txn: number | undefined): SettledWrite => ({
  txn,
  settledAt: ++settledWrites,
});

/**
 * Whether data has seen a write. If one of them did not tell its time, only what was asked for after the write has: with
 * each request goes the last time that the driver knows.
 */
export const hasSeen = (origin: Origin | undefined, { txn, settledAt }: SettledWrite): boolean =>
  origin?.txn && txn ? origin.txn >= txn : (origin?.askedAt ?? -1) >= settledAt;

const hasSeenAll = (origin: Origin, { timed, untimed }: Floor): boolean =>
  (!timed || hasSeen(origin, timed)) && (!untimed || hasSeen(origin, untimed));

/** The time of the transaction up to which data is known to be right: that of its answer, or of a later event. */
export const seenUntil = ({ txn = 0, until = 0 }: Partial<Origin> = {}): number =>
  Math.max(txn, until);

const raised = (floor: Floor, { txn, settledAt }: SettledWrite): Floor =>
  txn
    ? {
        ...floor,
        timed: {
          txn: Math.max(txn, floor.timed?.txn ?? 0),
          settledAt: Math.max(settledAt, floor.timed?.settledAt ?? 0),
        },
      }
    : { ...floor, untimed: { txn, settledAt } };

/** What the identities of a cache have written, by the beginning of their keys. */
const writtenIn = new WeakMap<QueryClient, Map<string, Floor>>();

/** Names the identity of a key, as the hash of the beginning that names it there. */
export const ownerHash = (queryKey: QueryKey): string => JSON.stringify(queryKey.slice(0, 3));

/**
 * From now on it is known where the data of a cache's queries comes from. Data that is fetched counts once TanStack has
 * taken it: it drops the first page of a list if the next one fails. Safe to call again; comes before any `onData`.
 */
export function keepOrigins(cache: QueryClient): Map<string, Floor> {
  const known = writtenIn.get(cache);
  if (known) return known;
  const written = new Map<string, Floor>();
  writtenIn.set(cache, written);
  onFetches(cache, {
    onBegin: ({ queryKey }) => (recordOf(queryKey).fetched = undefined),
    onData: (query) => take(cache, query),
  });
  return written;
}

/** Notes where the data comes from that TanStack has taken. If it lacks what it has to include, it is stale. */
function take(cache: QueryClient, query: Query): void {
  const { queryKey } = query;
  const record = recordOf(queryKey);
  const origin = (record.origin = record.fetched ?? record.origin);
  record.fetched = undefined;
  if (!origin) return;
  const txn = origin.txn && seenUntil(origin);
  if (!hasSeenAll({ ...origin, txn }, floorOf(cache, queryKey))) query.invalidate();
  if (txn) mustSee(cache, queryKey, { txn, settledAt: 0 });
}

/** What a query's data has to include: first what its identity has written before. */
export const floorOf = (cache: QueryClient, queryKey: QueryKey): Floor =>
  (recordOf(queryKey).floor ??= keepOrigins(cache).get(ownerHash(queryKey)) ?? {});

/** Notes what a query's later data has to include. */
export function mustSee(cache: QueryClient, queryKey: QueryKey, write: SettledWrite): void {
  recordOf(queryKey).floor = raised(floorOf(cache, queryKey), write);
}

/** Notes what an identity has written, for queries that are not in the cache yet. */
export function noteWritten(cache: QueryClient, identityKey: QueryKey, write: SettledWrite): void {
  const written = keepOrigins(cache);
  const owner = ownerHash(identityKey);
  written.set(owner, raised(written.get(owner) ?? {}, write));
}

/**
 * Asks for a query's data, and once more if the answer lacks what it has to include, such as a write that has settled
 * since. An answer that comes while a write is in flight waits for that: it may contain what the write's optimistic
 * update shows already.
 *
 * @param ask - is called for each request.
 */
export async function askAfterWrites(
  { client: cache, queryKey, signal }: Pick<QueryFunctionContext, "client" | "queryKey" | "signal">,
  ask: () => Promise<Answer>,
): Promise<unknown> {
  const record = recordOf(queryKey);
  for (let left = 2; ;) {
    const askedAt = settledWrites;
    const { data, txn } = await ask();
    await record.layers?.whenDecided();
    // Nobody takes the answer then: the query has left the cache, or goes back to what it was.
    if (signal.aborted) return data;
    record.fetched = { txn, askedAt };
    if (!--left || hasSeenAll(record.fetched, floorOf(cache, queryKey))) return data;
  }
}
