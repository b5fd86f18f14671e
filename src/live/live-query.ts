import type { Query as CachedQuery } from "@tanstack/react-query";
import type { Query } from "fauna";

import type { Identity } from "../auth/identity";
import type { IdentityStore } from "../auth/identity-store";
import type { Scope } from "../cache/keys";
import { withDefaults } from "../cache/query-options";
import { type LiveUpdates, recordOf } from "../cache/query-record";
import { isTransient } from "../cache/retry";
import { buildQuery, fetchQuery, onData, runningFetch, setRecovered } from "../cache/tanstack";
import type { Connection } from "../client/connection";
import type { Driver } from "../client/driver";
import type { FollowedQuery } from "./followed-query";
import { type LiveStatus, nextStatus } from "./live-info";
import { buildLiveQueryOptions, type FaunaLiveQueryOptions, sourceKey } from "./live-query-options";
import type { LiveUpdater } from "./live-updater";
import { loadOnDemand } from "./load-on-demand";
import type { FaunaEvent, Position } from "./read-events";
import { RequestBudget } from "./request-budget";
import type { RowOrder } from "./rows";

/** Called when the state or the data of a live query has changed. `events` are those that changed the data. */
export type LiveListener = (cached: CachedQuery, events?: readonly FaunaEvent[]) => void;

/** The live queries of a cached query: one for each `on`. */
class LiveQueries implements LiveUpdates {
  readonly bySource: Map<string, LiveQuery> = new Map();

  isFollowing(): boolean {
    return [...this.bySource.values()].some((live) => live.isFollowing());
  }
}

function liveQueriesOf({ queryKey }: CachedQuery): LiveQueries["bySource"] {
  const record = recordOf(queryKey);
  const all = record.live instanceof LiveQueries ? record.live : new LiveQueries();
  record.live = all;
  return all.bySource;
}

/** How a query in the cache is connected to the event source of `on`. */
export const liveStatusOf = (
  cached: CachedQuery | undefined,
  source: string,
): LiveStatus | undefined => cached && liveQueriesOf(cached).get(source)?.status;

/** Who follows a query. The first one's provider connects it. */
interface Follower {
  readonly scope: Scope;
  readonly query: Query;
  readonly options: FaunaLiveQueryOptions<unknown>;
  readonly listener: LiveListener;
  /** Its order, as it is now. */
  readonly order: () => FaunaLiveQueryOptions<unknown>["order"];
  /** Called when the query has left the cache: it has to be followed anew. */
  readonly onRemoved: (() => void) | undefined;
  live?: LiveQuery;
}

/**
 * Keeps a cached query up to date until the returned function is called or the identity ends. All who call it for
 * the same query and the same `on` share one event stream, whichever provider they are below.
 */
export function followQuery(
  scope: Scope,
  query: Query,
  options: FaunaLiveQueryOptions<unknown>,
  listener: LiveListener,
  order: Follower["order"] = () => options.order,
  onRemoved?: () => void,
): () => void {
  const follower: Follower = { scope, query, options, listener, order, onRemoved };
  follow(follower);
  // The live query may have become another one.
  return () => follower.live?.remove(follower);
}

function follow(follower: Follower): void {
  const { scope, query, options } = follower;
  const { connection, identity, cache } = scope;
  const merged = withDefaults(cache, options);
  const built = buildLiveQueryOptions(connection, identity, query, merged);
  const cached = buildQuery(cache, built);
  const previous = liveQueriesOf(cached).get(sourceKey(options.on));
  const live = previous?.hasEnded
    ? new LiveQuery(follower, cached, built, previous.positions)
    : (previous ?? new LiveQuery(follower, cached, built));
  live.add(follower);
}

/**
 * A cached query that is followed: who follows it, and its first data, which is fetched at once. What keeps it up to
 * date is loaded meanwhile: a {@link LiveUpdater}.
 */
class LiveQuery implements FollowedQuery {
  status: LiveStatus = nextStatus(undefined, { live: "connecting", reason: "loading" });
  readonly budget: RequestBudget = new RequestBudget();
  readonly connection: Connection;
  readonly identity: Identity;
  readonly cached: CachedQuery;
  readonly query: Query;
  readonly options: FaunaLiveQueryOptions<unknown>;
  readonly positions: (Position | undefined)[];
  readonly #built: object;
  readonly #followers = new Set<Follower>();
  /** Aborts when nobody follows any more, and when the identity ends in the provider that connects it. */
  readonly #end = new AbortController();
  #updater: LiveUpdater | undefined;

  /** @param built - the query's options for TanStack. */
  constructor(
    { scope, query, options }: Follower,
    cached: CachedQuery,
    built: object,
    positions: (Position | undefined)[] = [],
  ) {
    const { connection, identity, cache } = scope;
    this.connection = connection;
    this.identity = identity;
    this.cached = cached;
    this.query = query;
    this.options = options;
    this.positions = positions;
    this.#built = built;
    abortWith(connection.identityStore, identity, this.#end);
    void loadOnDemand(this, this.lifetime, ({ LiveUpdater }) => {
      this.#updater = new LiveUpdater(this);
    });
    // At once, before another component fetches the data without an event source.
    if (cached.state.data === undefined) this.fetchSnapshot().catch(() => {});
    const onFetched = (isManual: boolean): void => {
      if (isManual) return;
      this.#updater?.onFetched();
      this.notify();
    };
    const unsubscribe = onData(cache, cached, onFetched, () => this.#leave());
    const onEnd = (): void => {
      unsubscribe();
      this.#updater?.end();
      this.#handOver();
    };
    this.lifetime.addEventListener("abort", onEnd);
    liveQueriesOf(cached).set(sourceKey(options.on), this);
  }

  get lifetime(): AbortSignal {
    return this.#end.signal;
  }

  get hasEnded(): boolean {
    return this.lifetime.aborted;
  }

  isFollowing(): boolean {
    return this.status.live !== "off" && !this.hasEnded;
  }

  add(follower: Follower): void {
    follower.live = this;
    this.#followers.add(follower);
  }

  remove(follower: Follower): void {
    this.#followers.delete(follower);
    // A microtask later, because React's StrictMode unmounts and mounts again synchronously.
    queueMicrotask(() => this.#followers.size || this.#end.abort());
  }

  /** Lets those go on whose provider still shows the identity. */
  #handOver(): void {
    for (const follower of this.#followers) {
      const { connection, identity } = follower.scope;
      const isShown = connection.identityStore.isCurrent(identity);
      if (connection === this.connection || !isShown) continue;
      this.#followers.delete(follower);
      follow(follower);
    }
  }

  /** The query has left the cache. */
  #leave(): void {
    const followers = [...this.#followers];
    this.#followers.clear();
    this.#end.abort();
    for (const { onRemoved } of followers) onRemoved?.();
  }

  async fetchSnapshot(): Promise<unknown> {
    const joined = runningFetch(this.cached);
    const record = recordOf(this.cached.queryKey);
    record.pace = this.budget;
    try {
      return await fetchQuery(this.cached, this.#built);
    } catch (error) {
      const hasData = this.cached.state.data !== undefined;
      // What passes is in `liveInfo`, and a page with good data stays as it is.
      if (hasData && !joined && isTransient(this.connection.drivers[0] as Driver, error))
        setRecovered(this.cached);
      throw error;
    } finally {
      if (record.pace === this.budget) record.pace = undefined;
    }
  }

  orders(): readonly RowOrder[] {
    return [...this.#followers].flatMap(({ order }) => order() ?? []);
  }

  onStatus(status: LiveStatus): void {
    this.status = status;
    this.notify();
  }

  notify(events?: readonly FaunaEvent[]): void {
    for (const { listener } of this.#followers) listener(this.cached, events);
  }
}

/** Aborts a controller when the identity ends, or at once if it is not the current one. */
function abortWith(store: IdentityStore, identity: Identity, controller: AbortController): void {
  if (store.isCurrent(identity)) {
    const stop = store.begin({ end: () => controller.abort() });
    controller.signal.addEventListener("abort", stop);
  } else controller.abort();
}
