import type { QueryClient, QueryKey } from "@tanstack/react-query";
import type { QueryInfo } from "fauna";

/** What a result has of the answer beside its data. */
export interface FaunaInfo {
  /**
   * The last successful answer's `stats`, `summary`, `txn_ts`, `schema_version` and `query_tags`; of a list that of the
   * page that came last. Read it when you need it: a change of it alone renders nothing. Undefined before the first
   * answer, for data that came out of a storage, and for FQL v4.
   */
  readonly info: QueryInfo | undefined;
}

/**
 * What answers say beside their data, by the key object of the query in the cache. Outside the query's state, so that news of it render nothing and are
 * not persisted.
 */
export const infos: WeakMap<QueryKey, QueryInfo> = new WeakMap();

/** The info of the last successful answer to a query. */
export function infoOf(cache: QueryClient, queryKey: QueryKey): QueryInfo | undefined {
  const query = cache.getQueryCache().find({ queryKey });
  return query && infos.get(query.queryKey);
}
