import { beginRun } from "../fql/evaluator/interpreter";
import { applyDefinition } from "../fql/model/collections";
import { applyV4Index } from "../fql/model/v4-indexes";
import { activeDocuments, type Database } from "../store";
import type { Transaction } from "../store/transaction";
import type { CommitLog } from "./commit-log";

/** Fills a new database with what a log holds, and writes what it commits from now on to the log. */
export function restore(database: Database, log: CommitLog): void {
  for (const commit of log.commits) database.restore(commit);
  database.transact((tx) => defineIndexes(database, tx));
  database.onCommit((commit) => log.append(commit));
}

/** Defines all indexes that the documents of the schema ask for. */
export function defineIndexes(database: Database, tx: Transaction): void {
  const admin = { builtin: "admin", roles: [], claims: null } as const;
  const cx = beginRun(database, tx, admin, 600_000);
  for (const version of activeDocuments(database, "Collection")) applyDefinition(cx, version, null);
  for (const version of database.systemDocuments("Index")) applyV4Index(cx, version);
}
