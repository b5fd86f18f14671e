import type { QueryClient, QueryKey } from "@tanstack/react-query";
import type { QueryInfo } from "fauna";

import { recordOf } from "./query-record";
import { findQuery } from "./tanstack";

/** The response metadata of a result. */
export interface FaunaInfo {
  /**
   * `stats`, `summary`, `txn_ts`, `schema_version` and `query_tags` of the last successful response; for a list, of
   * the page that was fetched last. Read it when you need it, because a change of `info` alone does not re-render.
   * Undefined before the first response, for data restored from storage, and for FQL v4. Only `txn_ts` for data that a
   * server has prefetched.
   */
  readonly info: QueryInfo | undefined;
}

/** Returns the metadata of a query's last successful response. */
export function infoOf(cache: QueryClient, queryKey: QueryKey): QueryInfo | undefined {
  const query = findQuery(cache, queryKey);
  return query && recordOf(query.queryKey).info;
}
