import type { QueryClient, QueryKey } from "@tanstack/react-query";
import type { QueryInfo } from "fauna";

import { recordOf } from "./query-record";
import { findQuery } from "./tanstack";

/** What a result has of the answer beside its data. */
export interface FaunaInfo {
  /**
   * `stats`, `summary`, `txn_ts`, `schema_version` and `query_tags` of the last successful answer; of a list, those of the
   * page that came last. Read it when you need it: a change of it alone renders nothing. Undefined before the first
   * answer, for data from a storage, and for FQL v4.
   */
  readonly info: QueryInfo | undefined;
}

/** The info of the last successful answer to a query. */
export function infoOf(cache: QueryClient, queryKey: QueryKey): QueryInfo | undefined {
  const query = findQuery(cache, queryKey);
  return query && recordOf(query.queryKey).info;
}
