import type { Query as CachedQuery } from "@tanstack/react-query";
import type { Query } from "fauna";

import type { Scope } from "../cache/keys";
import { type Freshness, recordOf } from "../cache/query-record";
import { buildQuery, fetchQuery } from "../cache/tanstack";
import { dateNow } from "./clock";
import type { FollowedQuery } from "./followed-query";
import { firstStatus, type LiveStatus } from "./live-info";
import { buildLiveQueryOptions, type FaunaLiveQueryOptions, sourceKey } from "./live-query-options";
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
  /** How many requests fetch the data anew, if there may be more than one. */
  readonly pageCount?: (data: unknown) => number;
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
    return [...this.values()].some(
      ({ status, lifetime }) => status.live !== "off" && !lifetime.aborted,
    );
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
export interface Follower {
  readonly kind: LiveKind;
  readonly scope: Scope;
  readonly query: Query;
  readonly options: FaunaLiveQueryOptions<unknown>;
  readonly listener: LiveListener;
  /** Its options as they are now, of the same `on`. */
  readonly latest: () => FaunaLiveQueryOptions<unknown>;
  /** Called when the query has left the cache: it has to be followed anew. */
  readonly onRemoved?: () => void;
  /** The live query that it follows now: another one may have taken the place of the first. */
  followed?: LiveQuery;
}

/**
 * Keeps a cached query up to date until the returned function is called or the identity ends. All who call it for
 * the same query and the same `on` share one event stream, whichever provider they are below.
 */
export function followQuery(follower: Follower): () => void {
  const { scope, options } = follower;
  const cached = buildQuery(scope.cache, buildOf(follower));
  const source = sourceKey(options.on);
  const liveQueries = liveQueriesOf(cached);
  let followed = liveQueries.get(source);
  if (followed?.lifetime.aborted !== false) {
    followed = new LiveQuery(follower, cached, followed?.positions);
    liveQueries.set(source, followed);
  }
  followed.add(follower);
  return () => follower.followed?.remove(follower);
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
 * date is loaded meanwhile: a `LiveUpdater`.
 */
class LiveQuery implements FollowedQuery {
  status: LiveStatus = firstStatus("loading", null, dateNow());
  readonly budget: RequestBudget;
  readonly scope: Scope;
  readonly cached: CachedQuery;
  readonly query: Query;
  readonly options: FaunaLiveQueryOptions<unknown>;
  readonly positions: (Position | undefined)[];
  readonly #first: Follower;
  readonly #followers = new Set<Follower>();
  readonly #end = new AbortController();
  readonly lifetime: AbortSignal = this.#end.signal;

  constructor(first: Follower, cached: CachedQuery, positions: (Position | undefined)[] = []) {
    const { kind, scope, query, options } = first;
    this.budget = new RequestBudget(() => kind.pageCount?.(cached.state.data) ?? 1);
    this.#first = first;
    this.scope = scope;
    this.cached = cached;
    this.query = query;
    this.options = options;
    this.positions = positions;
    const { isCurrent, track } = scope.connection.identityStore;
    if (isCurrent(scope.identity))
      this.lifetime.addEventListener("abort", track({ end: () => this.#handOver() }));
    else this.#end.abort();
    const start = ({ LiveUpdater, createRows }: typeof OnDemand): unknown =>
      new LiveUpdater(this, createRows);
    void loadOnDemand(this, this.lifetime, start, kind.load);
    // At once, before another component fetches the data without an event source.
    if (cached.state.data === undefined)
      this.fetchSnapshot().then(
        () => this.notify(),
        () => {},
      );
  }

  add(follower: Follower): void {
    follower.followed = this;
    this.#followers.add(follower);
  }

  remove(follower: Follower): void {
    this.#followers.delete(follower);
    // A microtask later, because React's StrictMode unmounts and mounts again synchronously.
    queueMicrotask(() => this.#followers.size || this.#end.abort());
  }

  /** The identity has ended in the provider that connects the query. Followers below others that still show it go on. */
  #handOver(): void {
    this.#end.abort();
    for (const follower of this.#followers) {
      const { connection, identity } = follower.scope;
      if (connection === this.scope.connection) continue;
      if (!connection.identityStore.isCurrent(identity)) continue;
      this.#followers.delete(follower);
      followQuery(follower);
    }
  }

  onRemoved(): void {
    this.#end.abort();
    for (const { onRemoved } of this.#followers) onRemoved?.();
  }

  async fetchSnapshot(): Promise<unknown> {
    const record = recordOf(this.cached.queryKey);
    // Another fetch may begin before this one's end is told. So each has a function of its own.
    const budget = (record.budget = (): RequestBudget => this.budget);
    try {
      const data = await fetchQuery(this.cached, this.#build());
      // What keeps origins may be loaded only when a list is fetching its next page.
      record.origin ??= record.fetched;
      return data;
    } finally {
      if (record.budget === budget) record.budget = undefined;
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
