import type { Query as CachedQuery } from "@tanstack/react-query";

import type { Connection } from "../drivers/connection";
import type { Scope } from "../query/match";
import { buildLiveQueryOptions } from "./fauna-live-query-options";
import type { FaunaEvent } from "./fauna-event";
import type { FaunaLiveState } from "./fauna-live-state";
import { keepLive, type LiveData, type LiveListener, type LiveQuery } from "./keep-live";

/** A query that is or was followed, and all who do. */
interface Followed {
  readonly connection: Connection;
  readonly live: LiveData;
  readonly listeners: Set<LiveListener>;
  readonly end: AbortController;
}

const followed = new WeakMap<CachedQuery, Followed>();

/** The state of a query in the cache. */
export const liveStateOf = (cached: CachedQuery | undefined): FaunaLiveState | undefined =>
  cached && followed.get(cached)?.live.state;

/** Follows a query in the cache until the returned function is called: once, whatever the number of those who do. */
export function followQuery(scope: Scope, asked: LiveQuery, listener: LiveListener): () => void {
  const { connection, identity, cache } = scope;
  const merged = { ...cache.getDefaultOptions().queries, ...asked.options };
  const built = buildLiveQueryOptions(connection, identity, asked.query, merged as never);
  const cached: CachedQuery = cache.getQueryCache().build(cache, built as never);
  let entry = followed.get(cached);
  if (entry?.connection !== connection || entry.end.signal.aborted) {
    const listeners = new Set<LiveListener>();
    const end = new AbortController();
    const tell = (events?: readonly FaunaEvent[]): void =>
      [...listeners].forEach((each) => each(cached, events));
    // At once, before a component beside asks for the data alone.
    if (cached.state.data === undefined) cached.fetch(built as never).catch(() => {});
    const position = entry?.live.position;
    const live = keepLive(scope, asked, cached, built, position, tell, end.signal);
    entry = { connection, live, listeners, end };
    followed.set(cached, entry);
  }
  const { listeners, end } = entry;
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    // StrictMode lets go and takes hold again in one go.
    queueMicrotask(() => listeners.size || end.abort());
  };
}
