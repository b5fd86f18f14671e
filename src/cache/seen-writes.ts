import type { Query } from "@tanstack/react-query";

import type { Answer } from "../client/driver";
import type { Origin, QueryRecord, SettledWrite } from "./query-record";

/** Counts the writes that have settled, so that it is known whether an answer was asked for before or after. */
let settledWrites = 0;

export const settledWrite = (txn: number | undefined): SettledWrite => ({
  txn,
  number: ++settledWrites,
});

/**
 * Whether data has seen a write. If one of them did not tell its time, only what was asked for after the write has: with
 * each request goes the last time that the driver knows.
 */
export const hasSeen = (origin: Origin | undefined, write: SettledWrite): boolean =>
  !!origin && (origin.txn && write.txn ? origin.txn >= write.txn : origin.writes >= write.number);

/**
 * Asks for a query's data, and notes where they come from. It asks once more if the answer lacks what it has to include,
 * such as a write that has settled since, or if the query was invalidated meanwhile: TanStack lets a first load go on then.
 * An answer that comes while a write is in flight waits for that: it may contain what the write's optimistic update shows
 * already.
 *
 * @param cached - the query, as it is in the cache.
 * @param ask - is called for each request.
 */
export async function askAfterWrites(
  record: QueryRecord,
  signal: AbortSignal,
  cached: Query | undefined,
  ask: () => Promise<Answer>,
): Promise<unknown> {
  for (let left = 2; ;) {
    const writes = settledWrites;
    const wasInvalidated = cached?.state.isInvalidated;
    const { data, info, txn } = await ask();
    record.info = info;
    await record.layers?.whenDecided();
    // Nobody takes the answer then: the query has left the cache, or goes back to what it was.
    if (signal.aborted) return data;
    record.fetched = { txn, writes };
    const isReached = !record.floor || record.floor.isReachedBy(record.fetched);
    const isOutdated = !wasInvalidated && cached?.state.isInvalidated;
    if (!--left || (isReached && !isOutdated)) return data;
  }
}
