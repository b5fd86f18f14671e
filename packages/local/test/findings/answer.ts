import type { QueryRequest } from "../../src/engine";
import type { Database } from "../../src/store";
import { ask } from "../fql/query";

/** What a query answers: its data in the tagged format, or `code: message`. */
export function answer(db: Database, query: string, more?: Partial<QueryRequest>): unknown {
  const { status, body } = ask(db, query, more);
  if (status === 200) return body["data"];
  const { code, message } = body["error"] as { code: string; message: string };
  return `${code}: ${message}`;
}

export const int = (value: number): unknown => ({ "@int": String(value) });
export const long = (value: number | bigint): unknown => ({ "@long": String(value) });
export const double = (value: string): unknown => ({ "@double": value });
export const set = (...data: unknown[]): unknown => ({ "@set": { data } });
export const ref = (coll: string, id: string): unknown => ({
  "@ref": { id, coll: { "@mod": coll } },
});
export const nullRef = (coll: string, id: string, cause: string): unknown => ({
  "@ref": { id, coll: { "@mod": coll }, exists: false, cause },
});
