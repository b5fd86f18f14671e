import { judgeMembership } from "../access/membership";
import type { QueryAnswer, QueryRequest } from "../engine";
import { judgeClaims } from "../fql/evaluate-predicate";
import { runOnce } from "../fql/run-query";
import type { Database } from "../store";
import { readChanges, readEvents, readSource } from "../streams/readings";
import { answerV4 } from "../v4/answer";

/** What a thread with a large stack can do for a database: plain data in, plain data out. */
interface Jobs {
  readonly query: (database: Database, request: QueryRequest) => QueryAnswer;
  readonly claims: typeof judgeClaims;
  readonly membership: typeof judgeMembership;
  readonly v4: typeof answerV4;
  readonly source: typeof readSource;
  readonly changes: typeof readChanges;
  readonly events: typeof readEvents;
}

export type Job = keyof Jobs;
export type RequestOf<J extends Job> = Parameters<Jobs[J]>[1];
export type AnswerOf<J extends Job> = ReturnType<Jobs[J]>;

export const JOBS: {
  readonly [J in Job]: (database: Database, request: RequestOf<J>) => AnswerOf<J>;
} = {
  query: (database, request) => runOnce(database, request).answer,
  claims: judgeClaims,
  membership: judgeMembership,
  v4: answerV4,
  source: readSource,
  changes: readChanges,
  events: readEvents,
};
