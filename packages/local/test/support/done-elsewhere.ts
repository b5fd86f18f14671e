import { packOutcome, packTask, unpack } from "../../src/large-stack/instances";
import type { AnswerOf, Job, RequestOf } from "../../src/large-stack/jobs";
import { adopt } from "../../src/large-stack/run-again";
import { perform } from "../../src/large-stack/task";
import type { Database } from "../../src/store";
import { database } from "../fql/query";

/** Does a job as a thread with a large stack does. Messages are copied as they are between threads. */
export function doneElsewhere<J extends Job>(
  db: Database,
  job: J,
  request: RequestOf<J>,
): AnswerOf<J> {
  const packed = packTask<J>({ state: db.state, job, request });
  const outcome = perform(unpack(structuredClone(packed)));
  return adopt(db, unpack(structuredClone(packOutcome(outcome))));
}

/** A database whose collection `C` has six documents and an index, `byN`, for what is done in both places. */
export function filled(): Database {
  const collection = `Collection.create({
    name: "C",
    indexes: { byN: { terms: [{ field: "n" }], values: [{ field: "m", order: "desc" }] } }
  })`;
  const documents = [0, 1, 2, 3, 4, 5].map(
    (i) => `C.create({ id: ${6 - i}, n: ${i % 2}, m: ${i} })`,
  );
  return database(collection, ...documents);
}
