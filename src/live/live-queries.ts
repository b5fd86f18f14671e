import type { Query } from "fauna";

import type { Connection } from "../drivers/connection";
import type { FaunaQueryOptionsResult } from "../query/fauna-query-options";
import type { Scope } from "../query/match";
import { CachedStore } from "./cached-store";
import type { FaunaLiveQueryOptions } from "./fauna-live-query-options";
import type { Position } from "./follower";
import { LiveQuery } from "./live-query";
import type { FaunaLiveState } from "./live-state";

interface Followed {
  readonly store: CachedStore;
  readonly live: LiveQuery;
  readonly listeners: Set<() => void>;
  readonly end: () => void;
}

const followed = new WeakMap<Connection, Map<string, Followed>>();

/** Where to go on with a query that nobody follows now, by the key object of the query in the cache. */
const positions = new WeakMap<object, Position>();

const queriesOf = (connection: Connection): Map<string, Followed> => {
  const queries = followed.get(connection) ?? new Map<string, Followed>();
  followed.set(connection, queries);
  return queries;
};

/** The state of a query that is followed. */
export const liveStateOf = (connection: Connection, hash: string): FaunaLiveState | undefined =>
  followed.get(connection)?.get(hash)?.live.state;

/**
 * Follows a query in the cache until the returned function is called: once, whatever the number of those who do.
 *
 * @param listener - told when the state changes.
 */
export function followQuery(
  scope: Scope,
  query: Query,
  options: FaunaLiveQueryOptions<unknown>,
  built: FaunaQueryOptionsResult<unknown>,
  hash: string,
  listener: () => void,
): () => void {
  const queries = queriesOf(scope.connection);
  const cached = scope.cache.getQueryCache().get(hash);
  const known = queries.get(hash);
  // The cache may have been cleared meanwhile.
  const entry =
    known?.store.query === cached && known ? known : start(scope, query, options, built);
  queries.set(hash, entry);
  entry.listeners.add(listener);
  return () => {
    entry.listeners.delete(listener);
    // StrictMode lets go and takes hold again in one go.
    queueMicrotask(() => {
      if (entry.listeners.size) return;
      if (queries.get(hash) === entry) queries.delete(hash);
      entry.end();
    });
  };
}

function start(
  scope: Scope,
  query: Query,
  options: FaunaLiveQueryOptions<unknown>,
  built: FaunaQueryOptionsResult<unknown>,
): Followed {
  const { connection, identity } = scope;
  const listeners = new Set<() => void>();
  const life = new AbortController();
  const store = new CachedStore(scope, built, () => {
    for (const listener of [...listeners]) listener();
  });
  const { queryKey } = store.query;
  const live = new LiveQuery(connection, identity, query, options, store, life.signal);
  live.position = positions.get(queryKey);
  const disconnect = store.connect(scope, live);
  const end = (): void => {
    if (life.signal.aborted) return;
    if (live.position) positions.set(queryKey, live.position);
    disconnect();
    life.abort();
  };
  return { store, live, listeners, end };
}
