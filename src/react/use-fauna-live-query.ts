import type { Query as CachedQuery } from "@tanstack/react-query";
import type { Query, QueryValue } from "fauna";
import { useInsertionEffect, useMemo, useReducer, useRef, useSyncExternalStore } from "react";

import type { Skip } from "../cache/query-options";
import { buildQuery } from "../cache/tanstack";
import {
  type FaunaLiveInfo,
  type FaunaLiveReason,
  firstStatus,
  type LiveStatus,
  whyNotFollowed,
} from "../live/live-info";
import { followQuery, type LiveKind, liveStatusOf, PLAIN } from "../live/live-query";
import { type FaunaLiveQueryOptions, sourceKey } from "../live/live-query-options";
import type { FaunaLiveState } from "../live/phase";
import { type FaunaContextValue, useFaunaContext } from "./fauna-context";
import { type Computed, withMore } from "./query-result";
import { useBuiltOptions, useRead, type UseFaunaQueryResult } from "./use-fauna-query";

/** Options of {@link useFaunaLiveQuery}. */
export type UseFaunaLiveQueryOptions<T, D = T> = FaunaLiveQueryOptions<T, D>;

/** What a live hook adds to its result. */
export interface FaunaLive {
  /** How the query is connected. */
  readonly live: FaunaLiveState;
  /** Why it is not live, and when it tries again. Renders when it changes only where it is read. */
  readonly liveInfo: FaunaLiveInfo;
}

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
 * @throws ConfigurationError without a `FaunaProvider` above, and for anything that is not an FQL v10 query.
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
  const context = useFaunaContext();
  const { on: _on, order: _order, ...readOptions } = options;
  // A refetch would bring what the events bring anyway, and following goes on when the network returns, within its bounds.
  const defaults = { staleTime: Infinity, refetchOnReconnect: false };
  const read = useBuiltOptions(context, query, { ...defaults, ...readOptions });
  const { queryHash } = read.built;
  // First, so that the query is fetched with its event source.
  const more = useLive(context, query, options, { ...(read.merged as Partial<Wanted>), queryHash });
  return withMore(useRead(context, query, read), more);
}

/** The options of a live query with the app's defaults, as far as following it depends on them. */
export type Wanted = Pick<
  FaunaLiveQueryOptions<unknown>,
  "enabled" | "subscribed" | "select" | "notifyOnChangeProps"
> & { readonly queryHash: string };

/**
 * Follows a query while the component is on the screen. `LiveUpdater` (live/live-updater.ts) applies the events, by
 * live/rows.ts or, for an infinite query, live/live-pages.ts.
 */
export function useLive(
  context: FaunaContextValue,
  query: Query | Skip,
  options: FaunaLiveQueryOptions<unknown>,
  { queryHash, select, notifyOnChangeProps, ...wanted }: Wanted,
  kind: LiveKind = PLAIN,
): Computed<FaunaLive> {
  const { cache, identity } = context;
  const source = query ? sourceKey(options.on) : "";
  const find = (): CachedQuery | undefined => cache.getQueryCache().get(queryHash);
  const reason = whyNot(context, query, wanted, options, kind);
  const isOn = reason === "loading";
  // Counts how often the query has left the cache.
  const [removals, onRemoved] = useReducer((count: number) => count + 1, 0);
  const latest = useRef(options);
  useInsertionEffect(() => void (latest.current = options));
  const subscribe = useMemo(
    () => (listener: () => void) => {
      if (!query || !isOn) return () => {};
      const scope = context;
      const now = (): typeof options => latest.current;
      return followQuery({ kind, scope, query, options, listener, latest: now, onRemoved });
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps -- hash and source identify query and `on`; other options are asked for when they are needed
    [context, queryHash, source, isOn, removals],
  );
  const { error = null } = identity;
  const initial = useMemo(
    () => firstStatus(reason, reason === "auth" ? error : null),
    [reason, error],
  );
  const current = (): LiveStatus => (isOn && liveStatusOf(find(), source)) || initial;
  const isInfoRead = useRef(false);
  // Renders together with the data, unless the app has said what it wants to hear of.
  const isTold = isOn && !select && !notifyOnChangeProps;
  const version = (): number => (isTold ? (find()?.state.dataUpdateCount ?? 0) : 0);
  const snapshot = (): string => {
    const { live, info } = current();
    const text = isInfoRead.current && JSON.stringify({ ...info, error: String(info.error) });
    return `${version()} ${live} ${text}`;
  };
  useSyncExternalStore(subscribe, snapshot, snapshot);
  const { live, info } = current();
  return {
    live: () => live,
    liveInfo: () => {
      isInfoRead.current = true;
      return info;
    },
  };
}

/** Why a query is not followed; `"loading"` if it is. */
function whyNot(
  { connection, identity, cache }: FaunaContextValue,
  query: Query | Skip,
  { enabled, subscribed }: Pick<Wanted, "enabled" | "subscribed">,
  options: FaunaLiveQueryOptions<unknown>,
  { build }: LiveKind,
): FaunaLiveReason {
  const isWanted = !!query && enabled !== false && subscribed !== false;
  const reason = whyNotFollowed(identity, isWanted);
  if (!query || reason !== "loading" || typeof enabled !== "function") return reason;
  // The function is asked about the query, as TanStack does it in the same render.
  const built = build(connection, identity, query, options);
  return enabled(buildQuery(cache, built) as never) ? "loading" : "idle";
}
