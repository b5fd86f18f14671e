import type { Query, QueryValue } from "fauna";

import type { FaunaLiveQueryOptions } from "../live/fauna-live-query-options";
import type { FaunaLiveState } from "../live/fauna-live-state";
import type { Skip } from "../query/fauna-query-options";
import { useFaunaQuery, type UseFaunaQueryResult } from "./use-fauna-query";
import { useLive } from "./use-live";
import { withMore } from "./with-more";

/** Options of {@link useFaunaLiveQuery}. */
export type UseFaunaLiveQueryOptions<T, D = T> = FaunaLiveQueryOptions<T, D>;

/** The result of `useFaunaQuery`, with `live`. */
export type UseFaunaLiveQueryResult<D> = UseFaunaQueryResult<D> & {
  /** How the query is connected. */
  readonly live: FaunaLiveState;
};

/**
 * As `useFaunaQuery`, and its data follow the database: what anybody writes appears without a refetch.
 *
 * @param query - a query that returns a Set of a collection or an index (`Todo.all()`, `Todo.where(…)`, an index call, with
 * `.map()` or `.pageSize()`), or a document. For any other pass `on`, and for an index too unless it covers all that is
 * shown: Fauna tells of no changes but those of its terms and values. Falsy skips it.
 * @param options - those of `useFaunaQuery`, plus `on` and `order`.
 * @returns the result of `useFaunaQuery` and `live`. `error` may also be ConfigurationError (`not_streamable`).
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
  // First, so that it is the one who fetches.
  const { live, queryHash } = useLive(query, options);
  // A refetch would bring what the events bring anyway. To hash the key once more would take time with every event.
  const hashed = { staleTime: Infinity, ...options, queryHash };
  const result = useFaunaQuery(query, hashed);
  return withMore(result, { live });
}
