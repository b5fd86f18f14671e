import type { Answer } from "../client/driver";
import type { Moment, QueryRecord, SettledWrite } from "./query-record";

/** Counts the writes that have settled, so that it is known whether an answer was asked for before or after. */
let settledWrites = 0;

export const settledWrite = (txn: number | undefined): SettledWrite => ({
  txn,
  settledAt: ++settledWrites,
});

/**
 * Whether an answer has seen a write. If one of them did not tell its time, only an answer that was asked for after
 * the write has: with each request goes the last time that the driver knows.
 */
export const hasSeen = (moment: Moment | undefined, { txn, settledAt }: SettledWrite): boolean =>
  moment?.txn && txn ? moment.txn >= txn : (moment?.askedAt ?? -1) >= settledAt;

/** Notes a write that the query's later answers have to see. */
export function mustSee(record: QueryRecord, { txn, settledAt }: SettledWrite): void {
  record.lastWrite = { txn: txn && Math.max(txn, record.lastWrite?.txn ?? 0), settledAt };
}

/**
 * Asks for a query's data, and once more if the answer lacks a write that has settled since. An answer that comes
 * while a write is in flight waits for that: it may contain what the write's optimistic update shows already.
 *
 * @param ask - is called for each request.
 */
export async function askAfterWrites(
  record: QueryRecord,
  signal: AbortSignal,
  ask: () => Promise<Answer>,
): Promise<unknown> {
  for (let left = 2; ;) {
    const askedAt = settledWrites;
    const { data, txn } = await ask();
    await record.layers?.whenDecided();
    // Nobody takes the answer then: the query has left the cache, or goes back to what it was.
    if (signal.aborted) return data;
    record.moment = { txn, askedAt };
    if (!--left || !record.lastWrite || hasSeen(record.moment, record.lastWrite)) return data;
  }
}
