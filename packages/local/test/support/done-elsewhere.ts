import { pack, unpack } from "../../src/large-stack/instances";
import type { AnswerOf, Job, RequestOf } from "../../src/large-stack/jobs";
import { adopt } from "../../src/large-stack/run-again";
import { perform, type Task } from "../../src/large-stack/task";
import type { Database } from "../../src/store";

/** Does a job as a thread with a large stack does. Messages are copied as they are between threads. */
export function doneElsewhere<J extends Job>(
  db: Database,
  job: J,
  request: RequestOf<J>,
): AnswerOf<J> {
  const { state } = db;
  const task: Task<J> = { state, job, request };
  const packed = pack(task, [state.cursors, state.eventSources, request]);
  const outcome = perform(unpack(structuredClone(packed)));
  const { cursors, eventSources } = outcome;
  return adopt(db, unpack(structuredClone(pack(outcome, [cursors, eventSources]))));
}
