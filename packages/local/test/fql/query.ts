import type { QueryAnswer, QueryRequest } from "../../src/engine";
import type { Caller } from "../../src/store/caller";
import { runQuery } from "../../src/fql";
import { Database } from "../../src/store";

const ADMIN: Caller = { builtin: "admin", roles: [], claims: null };

/** An empty database, after some queries as its admin. */
export function database(...setup: string[]): Database {
  const db = new Database({ globalId: "ytest", audience: "https://db.fauna.com/db/ytest" });
  for (const query of setup) data(db, query);
  return db;
}

/** The answer to a query, as admin in the tagged format unless told otherwise. */
export function ask(db: Database, query: unknown, more: Partial<QueryRequest> = {}): QueryAnswer {
  const request = { caller: ADMIN, format: "tagged", typecheck: true, timeout: 5_000 } as const;
  return runQuery(db, { ...request, query, ...more });
}

/** The data of a query that must succeed. */
export function data(db: Database, query: unknown, more?: Partial<QueryRequest>): unknown {
  const { status, body } = ask(db, query, more);
  if (status !== 200) throw new Error(String(body["summary"]));
  return body["data"];
}

/** The error of a query that must fail, with its summary. */
export function failure(
  db: Database,
  query: unknown,
  more?: Partial<QueryRequest>,
): { code: string; message: string; summary: string; status: number; failures?: unknown } {
  const { status, body } = ask(db, query, more);
  if (status === 200) throw new Error(`It answered ${JSON.stringify(body["data"])}`);
  const { constraint_failures: failures, ...error } = body["error"] as {
    code: string;
    message: string;
    constraint_failures?: unknown;
  };
  return { ...error, summary: String(body["summary"]), status, ...(failures ? { failures } : {}) };
}

/** A caller with user-defined roles and claims, as behind a JWT. */
export function user(sub: string, ...roles: string[]): { caller: Caller } {
  return { caller: { roles, claims: { sub } } };
}

export function int(value: number): unknown {
  return { "@int": String(value) };
}
