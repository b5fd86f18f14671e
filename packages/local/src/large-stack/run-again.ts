import { beginRun } from "../fql/evaluator/interpreter";
import { applyV4Index } from "../fql/model/v4-indexes";
import { defineIndexes } from "../persist/restore";
import { SYSTEM_COLLECTIONS, type Commit, type Database } from "../store";
import type { Transaction } from "../store/transaction";
import type { AnswerOf, Job, RequestOf } from "./jobs";
import { runInThread } from "./run-in-thread";
import type { Outcome } from "./task";

/**
 * Does a job where the stack is larger, as if it had been done here.
 *
 * @returns null where that cannot be done.
 */
export function runAgain<J extends Job>(
  database: Database,
  job: J,
  request: RequestOf<J>,
  timeout: number,
): { readonly answer: AnswerOf<J> } | null {
  const outcome = runInThread({ state: database.state, job, request }, timeout);
  try {
    return outcome && { answer: adopt(database, outcome) };
  } catch (error) {
    // An index that reads what is computed needs the stack here, too.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Takes over what a job has done to a copy of the database. */
export function adopt<J extends Job>(database: Database, outcome: Outcome<J>): AnswerOf<J> {
  const { answer, ts, commit } = outcome;
  database.lastIds = outcome.lastIds;
  database.remember(outcome);
  database.transact((tx) => commit && write(database, tx, commit), ts);
  return answer;
}

/** Writes what a commit has written. */
function write(database: Database, tx: Transaction, { changes, past = [] }: Commit): void {
  // Whatever indexes compute is computed under it.
  const cx = beginRun(database, tx, { builtin: "admin", roles: [], claims: null }, Infinity);
  tx.rewrite(past);
  for (const { coll, id, after } of changes) {
    const before = database.read(coll, id, tx.ts);
    if (coll === SYSTEM_COLLECTIONS.Index && before) applyV4Index(cx, before, true);
    if (after) tx.put(coll, id, after.data, after.ttl);
    else tx.remove(coll, id);
  }
  if (changes.some(({ coll }) => INDEXED.has(coll))) defineIndexes(database, tx);
}

/** Where documents stand for indexes. */
const INDEXED: ReadonlySet<number> = new Set([
  SYSTEM_COLLECTIONS.Collection,
  SYSTEM_COLLECTIONS.Index,
]);
