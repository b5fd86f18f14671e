import type { QueryAnswer, QueryRequest } from "../engine";
import { runOnce } from "../fql/run-query";
import { defineIndexes } from "../persist/restore";
import { Database, type Commit } from "../store";
import type { DatabaseState, LastIds, Remembered } from "../store/database-state";

/** A query for another thread, and the database that it is for. */
export interface Task {
  readonly state: DatabaseState;
  readonly request: QueryRequest;
}

/** What the query has answered, and all that it has left behind in the copy of the database. */
export interface Outcome extends Remembered {
  readonly answer: QueryAnswer;
  /** The time of its transaction. */
  readonly ts: number;
  readonly commit: Commit | null;
  readonly lastIds: LastIds;
}

/** Runs a query on a copy of its database. */
export function perform({ state, request }: Task): Outcome {
  // The transaction that defines the indexes takes the place of the last one.
  const times = { ...state.times, begun: state.times.begun - 1 };
  const database = Database.of({ ...state, times });
  database.transact((tx) => defineIndexes(database, tx), 0);
  const commits: Commit[] = [];
  database.onCommit((commit) => commits.push(commit));
  const { answer } = runOnce(database, request);
  const added = <V>(map: ReadonlyMap<string, V>, known: ReadonlyMap<string, V>): Map<string, V> =>
    new Map([...map].filter(([token]) => !known.has(token)));
  return {
    answer,
    ts: database.state.times.begun,
    commit: commits[0] ?? null,
    lastIds: database.lastIds,
    cursors: added(database.cursors, state.cursors),
    eventSources: added(database.eventSources, state.eventSources),
  };
}
