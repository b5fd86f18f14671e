import type { Query, QueryValue } from "fauna";

import type { Skip } from "../cache/query-options";
import type { FaunaLiveQueryOptions } from "../live/live-query-options";
import { withMore } from "./query-result";
import { useFaunaQuery, type UseFaunaQueryResult } from "./use-fauna-query";
import { type FaunaLive, useLive } from "./use-live";

/** Options of {@link useFaunaLiveQuery}. */
export type UseFaunaLiveQueryOptions<T, D = T> = FaunaLiveQueryOptions<T, D>;

/** The result of `useFaunaQuery`, with `live` and `liveInfo`. */
export type UseFaunaLiveQueryResult<D> = UseFaunaQueryResult<D> & FaunaLive;

/**
 * Like `useFaunaQuery`, but the data follows the database: what anybody writes appears without a refetch.
 *
 * @param query - a query that returns a document, or a Set of a collection or an index (`Todo.all()`,
 * `Todo.where(…)`, an index call, with `.map()` or `.pageSize()`). For any other query pass `on`. Pass it for an
 * index too, unless its terms and values cover all that is shown: Fauna reports no other changes of an index. A
 * falsy value skips it.
 * @param options - those of `useFaunaQuery`, plus `on` and `order`.
 * @returns The result of `useFaunaQuery`, `live` and `liveInfo`. `error` may also be ConfigurationError
 * (`not_streamable`). What happens to the connection while there is data is in `liveInfo.error` alone.
 *
 * @example
 * ```tsx
 * const { data, live } = useFaunaLiveQuery(fql<Page<Todo>>`Todo.where(.list == ${list})`);
 * const top = useFaunaLiveQuery(fql`Todo.all().order(.rank).take(3)`, { on: fql`Todo.all()` });
 * ```
 */
export function useFaunaLiveQuery<T extends QueryValue, D = T>(
  query: Query<T> | Skip,
  options?: FaunaLiveQueryOptions<T, D>,
): UseFaunaLiveQueryResult<D>;
export function useFaunaLiveQuery(
  query: Query | Skip,
  options: FaunaLiveQueryOptions<unknown> = {},
): UseFaunaLiveQueryResult<unknown> {
  // First, so that the query is fetched with its event source.
  const [queryHash, more] = useLive(query, options);
  // A refetch would bring what the events bring anyway. The hash is passed on, because hashing the key again takes
  // time on every event.
  const hashed = { staleTime: Infinity, ...options, queryHash };
  return withMore(useFaunaQuery(query, hashed), more);
}
