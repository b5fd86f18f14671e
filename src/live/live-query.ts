import type { Query as CachedQuery } from "@tanstack/react-query";
import type { Query } from "fauna";

import type { Scope } from "../cache/keys";
import { type Freshness, recordOf } from "../cache/query-record";
import { keepOrigins } from "../cache/origins";
import { buildQuery, fetchQuery, onData } from "../cache/tanstack";
import type { FollowedQuery } from "./followed-query";
import { type LiveStatus, nextStatus } from "./live-info";
import { buildLiveQueryOptions, type FaunaLiveQueryOptions, sourceKey } from "./live-query-options";
import type { LiveUpdater } from "./live-updater";
import { loadOnDemand } from "./load-on-demand";
import type * as OnDemand from "./on-demand";
import type { FaunaEvent } from "./event-types";
import type { Position } from "./position";
import { RequestBudget } from "./request-budget";

/** How the data of a query is fetched, and what applies events to it. */
export interface LiveKind {
  /** What follows the query in its key. */
  readonly keyEnd: readonly string[];
  readonly build: typeof buildLiveQueryOptions;
  /** Loads the code that applies events, if it is not the common one. */
  readonly load?: () => Promise<typeof OnDemand>;
}

/** A page of a set, a document, or a value. */
export const PLAIN: LiveKind = { keyEnd: [], build: buildLiveQueryOptions };

/** Called when the state or the data of a live query has changed. `events` are those that changed the data. */
export type LiveListener = (cached: CachedQuery, events?: readonly FaunaEvent[]) => void;

/** The live queries of a cached query: one for each `on`. */
class LiveQueries extends Map<string, LiveQuery> implements Freshness {
  isFresh(): boolean {
    return [...this.values()].some((live) => live.isFollowing());
  }
}

function knownLiveQueries({ queryKey }: CachedQuery): LiveQueries | undefined {
  const { fresh } = recordOf(queryKey);
  return fresh instanceof LiveQueries ? fresh : undefined;
}

const liveQueriesOf = (cached: CachedQuery): LiveQueries =>
  (recordOf(cached.queryKey).fresh = knownLiveQueries(cached) ?? new LiveQueries());

/** How a query in the cache is connected to the event source of `on`. */
export const liveStatusOf = (
  cached: CachedQuery | undefined,
  source: string,
): LiveStatus | undefined => cached && knownLiveQueries(cached)?.get(source)?.status;

/** Who follows a query. The first one's provider connects it. */
interface Follower {
  readonly kind: LiveKind;
  readonly scope: Scope;
  readonly query: Query;
  readonly options: FaunaLiveQueryOptions<unknown>;
  readonly listener: LiveListener;
  /** Its options as they are now, of the same `on`. */
  readonly latest: () => FaunaLiveQueryOptions<unknown>;
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
  latest: Follower["latest"] = () => options,
  onRemoved?: () => void,
  kind: LiveKind = PLAIN,
): () => void {
  const follower: Follower = { kind, scope, query, options, listener, latest, onRemoved };
  follow(follower);
  // The live query may have become another one.
  return () => follower.live?.remove(follower);
}

function follow(follower: Follower): void {
  const { scope, options } = follower;
  const cached = buildQuery(scope.cache, buildOf(follower));
  const previous = liveQueriesOf(cached).get(sourceKey(options.on));
  const isOver = !previous || previous.lifetime.aborted;
  const live = isOver ? new LiveQuery(follower, cached, previous?.positions) : previous;
  live.add(follower);
}

/** Returns a query's options for TanStack. */
const buildOf = ({
  kind,
  scope,
  query,
  options,
  latest,
}: Follower): ReturnType<LiveKind["build"]> =>
  kind.build(scope.connection, scope.identity, query, { ...latest(), on: options.on });

/**
 * A cached query that is followed: who follows it, and its first data, which is fetched at once. What keeps it up to
 * date is loaded meanwhile: a {@link LiveUpdater}.
 */
class LiveQuery implements FollowedQuery {
  status: LiveStatus = nextStatus(undefined, { live: "connecting", reason: "loading" });
  readonly budget: RequestBudget = new RequestBudget();
  readonly scope: Scope;
  readonly cached: CachedQuery;
  readonly query: Query;
  readonly options: FaunaLiveQueryOptions<unknown>;
  readonly positions: (Position | undefined)[];
  readonly #first: Follower;
  readonly #followers = new Set<Follower>();
  readonly #end = new AbortController();
  readonly lifetime: AbortSignal = this.#end.signal;
  #updater: LiveUpdater | undefined;

  constructor(first: Follower, cached: CachedQuery, positions: (Position | undefined)[] = []) {
    const { kind, scope, query, options } = first;
    this.#first = first;
    this.scope = scope;
    this.cached = cached;
    this.query = query;
    this.options = options;
    this.positions = positions;
    abortWith(scope, this.#end);
    const start = ({ LiveUpdater, createRows }: typeof OnDemand): void => {
      this.#updater = new LiveUpdater(this, createRows);
    };
    void loadOnDemand(this, this.lifetime, start, kind.load);
    // At once, before another component fetches the data without an event source.
    if (cached.state.data === undefined) this.fetchSnapshot().catch(() => {});
    keepOrigins(scope.cache);
    const onFetched = (isManual: boolean): void => {
      if (isManual) return;
      this.#updater?.onFetched();
      this.notify();
    };
    const unsubscribe = onData(scope.cache, cached, onFetched, () => this.#leave());
    const onEnd = (): void => {
      unsubscribe();
      this.#updater?.end();
      this.#handOver();
    };
    this.lifetime.addEventListener("abort", onEnd);
    liveQueriesOf(cached).set(sourceKey(options.on), this);
  }

  isFollowing(): boolean {
    return this.status.live !== "off" && !this.lifetime.aborted;
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
      if (connection === this.scope.connection || !isShown) continue;
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
    const record = recordOf(this.cached.queryKey);
    record.budget = this.budget;
    try {
      return await fetchQuery(this.cached, this.#build());
    } finally {
      if (record.budget === this.budget) record.budget = undefined;
    }
  }

  /** Returns the query's options for TanStack, as a component has them now. */
  #build(): object {
    const [{ latest } = this.#first] = this.#followers;
    return buildOf({ ...this.#first, latest });
  }

  orders(): ReturnType<FollowedQuery["orders"]> {
    return [...this.#followers].map(({ latest }) => latest().order);
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
function abortWith({ connection, identity }: Scope, controller: AbortController): void {
  const { isCurrent, begin } = connection.identityStore;
  if (isCurrent(identity)) {
    const stop = begin({ end: () => controller.abort() });
    controller.signal.addEventListener("abort", stop);
  } else controller.abort();
}
