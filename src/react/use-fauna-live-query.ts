import type { Query as CachedQuery } from "@tanstack/react-query";
import type { Query, QueryValue } from "fauna";
import { useMemo, useSyncExternalStore } from "react";

import { hashIn } from "../cache/keys";
import type { Skip } from "../cache/query-options";
import { followQuery, liveStateOf } from "../live/live-query";
import type { FaunaLiveQueryOptions } from "../live/live-query-options";
import type { FaunaLiveState } from "../live/phase";
import { useFaunaContext } from "./fauna-context";
import { withMore } from "./query-result";
import { useFaunaQuery, type UseFaunaQueryResult } from "./use-fauna-query";

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

interface Live {
  readonly live: FaunaLiveState;
  /** Empty while the query is skipped. */
  readonly queryHash: string;
}

/** Follows a query while the component is on the screen, and says how it is connected. */
export function useLive(query: Query | Skip, options: FaunaLiveQueryOptions<unknown>): Live {
  const context = useFaunaContext();
  const { cache, identity } = context;
  const queryHash = query ? hashIn(context, query, options.request) : "";
  const find = (): CachedQuery | undefined => cache.getQueryCache().get(queryHash);
  const isWanted = !!query && isEnabled(options.enabled, find());
  const isOn = isWanted && identity.status === "signed-in";
  const subscribe = useMemo(
    () => (listener: () => void) =>
      query && isOn ? followQuery(context, query, options, listener) : () => {},
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the hash says which query it is; options as of when it began
    [context, queryHash, isOn],
  );
  const initial = isWanted && identity.status !== "signed-out" ? "connecting" : "off";
  const current = (): FaunaLiveState => (isOn && liveStateOf(find())) || initial;
  // With the data, unless only what is selected of them is to render.
  const version = (): number => (options.select ? 0 : (find()?.state.dataUpdateCount ?? 0));
  const snapshot = (): string => `${version()} ${current()}`;
  useSyncExternalStore(subscribe, snapshot, snapshot);
  return { live: current(), queryHash };
}

const isEnabled = (
  enabled: FaunaLiveQueryOptions<unknown>["enabled"],
  cached?: CachedQuery,
): boolean =>
  typeof enabled === "function" ? !!cached && enabled(cached as never) : enabled !== false;
