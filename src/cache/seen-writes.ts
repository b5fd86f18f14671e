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

/** An answer of a driver, and the time of its transaction. */
export interface Answer {
  readonly data: unknown;
  readonly txn: number | undefined;
}

/**
 * Asks for a query's data, and once more if the answer lacks a write that has settled since. An answer that comes
 * while a write is in flight waits for that: it may contain what the write's optimistic update shows already.
 *
 * @param ask - is given the time of a transaction that the answer has to see.
 */
export async function askAfterWrites(
  record: QueryRecord,
  signal: AbortSignal,
  ask: (mustSeeTxn: number | undefined) => Promise<Answer>,
): Promise<unknown> {
  for (let isLast = false; ; isLast = true) {
    const askedAt = settledWrites;
    const { data, txn } = await ask(record.lastWrite?.txn);
    await record.layers?.whenDecided();
    signal.throwIfAborted();
    const moment = { txn, askedAt };
    if (isLast || !record.lastWrite || hasSeen(moment, record.lastWrite)) {
      record.moment = moment;
      return data;
    }
  }
}
