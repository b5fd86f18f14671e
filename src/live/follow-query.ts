import type { Query as CachedQuery } from "@tanstack/react-query";
import { type Query, ServiceError } from "fauna";

import type { Connection } from "../drivers/connection";
import { infos } from "../query/info";
import type { Scope } from "../query/match";
import { isAhead } from "../query/optimistic-data";
import { buildLiveQueryOptions, type FaunaLiveQueryOptions } from "./fauna-live-query-options";
import { keepLive, type LiveData, type Store } from "./keep-live";
import type { FaunaLiveState } from "./fauna-live-state";
import { sources } from "./sources";

/** A query as a component asks for it. */
export interface LiveQuery {
  readonly query: Query;
  readonly options: FaunaLiveQueryOptions<unknown>;
}

/** A query that is or was followed, and all who do. */
interface Followed {
  readonly connection: Connection;
  readonly live: LiveData;
  readonly listeners: Set<() => void>;
  readonly end: AbortController;
}

const followed = new WeakMap<CachedQuery, Followed>();

/** The state of a query in the cache. */
export const liveStateOf = (cached: CachedQuery | undefined): FaunaLiveState | undefined =>
  cached && followed.get(cached)?.live.state;

/**
 * Follows a query in the cache until the returned function is called: once, whatever the number of those who do.
 *
 * @param listener - told when the state changes, and when an event has changed the data.
 */
export function followQuery(scope: Scope, asked: LiveQuery, listener: () => void): () => void {
  const { connection, identity, cache } = scope;
  const merged = { ...cache.getDefaultOptions().queries, ...asked.options };
  const built = buildLiveQueryOptions(connection, identity, asked.query, merged as never);
  const cached: CachedQuery = cache.getQueryCache().build(cache, built as never);
  const known = followed.get(cached);
  const isSame = known?.connection === connection && !known.end.signal.aborted;
  const entry = isSame ? known : start(scope, asked, cached, built, known);
  const { listeners, end } = entry;
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    // StrictMode lets go and takes hold again in one go.
    queueMicrotask(() => listeners.size || end.abort());
  };
}

/** @param before - who followed it before, and how far. */
function start(
  { connection, identity, cache }: Scope,
  { query, options }: LiveQuery,
  cached: CachedQuery,
  built: ReturnType<typeof buildLiveQueryOptions>,
  before: Followed | undefined,
): Followed {
  const { queryKey } = cached;
  const listeners = new Set<() => void>();
  const end = new AbortController();
  const isEmpty = (): boolean => cached.state.data === undefined;

  const store: Store = {
    isBusy: () => cached.state.fetchStatus !== "idle" || isAhead(cached),
    fetch: () => cached.fetch(built as never),
    write(apply) {
      const { state } = cached;
      if (isEmpty()) return false;
      const { data, isOpen } = apply(state.data);
      if (data !== state.data) {
        // Not setData, which would compare every row with the one before.
        cached.setState({
          data,
          dataUpdatedAt: Date.now(),
          dataUpdateCount: state.dataUpdateCount + 1,
        });
        // TanStack tells its observers a turn of the event loop later.
        store.show(live.state);
      }
      return isOpen;
    },
    show(_state, error) {
      // TanStack shows why a fetch has failed, but knows nothing of events; and being cancelled is no failure.
      if (error instanceof ServiceError && cached.state.error !== error)
        cached.setState({ error, status: "error" });
      for (const listener of [...listeners]) listener();
    },
  };

  // At once, before a component beside asks for the data alone.
  if (isEmpty()) store.fetch().catch(() => {});
  const live = keepLive(connection, identity, query, options as never, store, end.signal);
  live.position = before?.live.position;

  function arrive(): void {
    const since = infos.get(queryKey)?.txn_ts;
    if (since !== undefined && !isEmpty()) live.arrived(since, sources.get(queryKey));
  }

  arrive();
  const stop = cache.getQueryCache().subscribe((event) => {
    if (event.query !== cached || event.type !== "updated") return;
    if (event.action.type === "success" && !event.action.manual) arrive();
  });
  // What follows the database is not stale, whoever it is that asks.
  cached.isStaleByTime = () => isEmpty() || cached.state.isInvalidated || live.state === "off";

  end.signal.addEventListener("abort", () => {
    stop();
    delete (cached as Partial<CachedQuery>).isStaleByTime;
  });
  const entry = { connection, live, listeners, end };
  followed.set(cached, entry);
  return entry;
}
