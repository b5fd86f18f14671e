import { defineIndexes } from "../persist/restore";
import { Database, type Commit } from "../store";
import type { DatabaseState, LastIds, Remembered } from "../store/database-state";
import { JOBS, type AnswerOf, type Job, type RequestOf } from "./jobs";

/** A job for another thread, and the database that it is for. */
export interface Task<J extends Job = Job> {
  readonly state: DatabaseState;
  readonly job: J;
  readonly request: RequestOf<J>;
}

/** What the job has answered, and all that it has left behind in the copy of the database. */
export interface Outcome<J extends Job = Job> extends Remembered {
  readonly answer: AnswerOf<J>;
  /** The time of its last transaction. */
  readonly ts: number;
  readonly commit: Commit | null;
  readonly lastIds: LastIds;
}

/** Does a job on a copy of its database. */
export function perform<J extends Job>({ state, job, request }: Task<J>): Outcome<J> {
  // The transaction that defines the indexes takes the place of the last one.
  const times = { ...state.times, begun: state.times.begun - 1 };
  const database = Database.of({ ...state, times });
  database.transact((tx) => defineIndexes(database, tx), 0);
  const commits: Commit[] = [];
  database.onCommit((commit) => commits.push(commit));
  const answer = JOBS[job](database, request);
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
