import type { Database } from "../store";
import type { AnswerOf, Job, RequestOf } from "./jobs";
import { runAgain } from "./run-again";

/** Jobs that throw when this thread's stack is used up. A query answers then, and says so. */
type ThrowingJob = Exclude<Job, "query">;

/**
 * Does a job here. While it `runsAgain` it throws the RangeError of a stack that is used up, and leaves nothing behind;
 * otherwise it ends as the server does that has no more frames.
 */
type Perform<J extends ThrowingJob> = (
  database: Database,
  request: RequestOf<J>,
  runsAgain?: boolean,
) => AnswerOf<J>;

/** The jobs end with their own time, however many transactions they are. */
const TIMEOUT_MS = 600_000;

/** Does a job here, and where the stack of this thread is too small, in one that has a larger stack. */
export function withLargeStack<J extends ThrowingJob>(
  database: Database,
  job: J,
  request: RequestOf<J>,
  perform: Perform<J>,
): AnswerOf<J> {
  try {
    return perform(database, request, true);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  const again = runAgain(database, job, request, TIMEOUT_MS);
  return again ? again.answer : perform(database, request);
}
