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
 * Like `useFaunaQuery`, but the data follows the database: what anybody writes appears without a refetch.
 *
 * @param query - a query that returns a document, or a Set of a collection or an index (`Todo.all()`,
 * `Todo.where(…)`, an index call, with `.map()` or `.pageSize()`). For any other query pass `on`. Pass it for an
 * index too, unless its terms and values cover all that is shown: Fauna reports no other changes of an index. A
 * falsy value skips it.
 * @param options - those of `useFaunaQuery`, plus `on` and `order`.
 * @returns The result of `useFaunaQuery` and `live`. `error` may also be ConfigurationError (`not_streamable`).
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
  const { live, queryHash } = useLive(query, options);
  // A refetch would bring what the events bring anyway. The hash is passed on, because hashing the key again takes
  // time on every event.
  const hashed = { staleTime: Infinity, ...options, queryHash };
  const result = useFaunaQuery(query, hashed);
  return withMore(result, { live });
}

interface Live {
  readonly live: FaunaLiveState;
  /** Empty while the query is skipped. */
  readonly queryHash: string;
}

/** Follows a query while the component is on the screen, and returns how it is connected. */
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
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the hash identifies query; later options are ignored
    [context, queryHash, isOn],
  );
  const initial = isWanted && identity.status !== "signed-out" ? "connecting" : "off";
  const current = (): FaunaLiveState => (isOn && liveStateOf(find())) || initial;
  // Renders together with the data. With `select`, only the selected part of the data should cause a render.
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
