import type { QueryClient, QueryKey } from "@tanstack/react-query";
import type { QueryInfo } from "fauna";

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
