import type { Query as CachedQuery } from "@tanstack/react-query";
import { type Query, ServiceError } from "fauna";

import { ONCE, requestSignal, throwIfAborted } from "../auth/signals";
import type { Scope } from "../cache/keys";
import { withDefaults } from "../cache/query-options";
import { type LiveUpdates, recordOf } from "../cache/query-record";
import { isTransient } from "../cache/retry";
import { share } from "../cache/share";
import {
  buildQuery,
  failureOf,
  fetchQuery,
  onData,
  runningFetch,
  setFailed,
  setManualData,
  setRecovered,
  setUpdatedData,
} from "../cache/tanstack";
import type { Connection } from "../client/connection";
import type { Driver } from "../client/driver";
import type { EventSink, EventStream } from "./event-stream";
import { type LiveStatus, nextStatus } from "./live-info";
import { buildLiveQueryOptions, type FaunaLiveQueryOptions, sourceKey } from "./live-query-options";
import type { FaunaEvent, Position, ReadEvent } from "./read-events";
import { RequestBudget } from "./request-budget";
import type { LiveRows, RowOrder } from "./rows";
import { sleep } from "./sleep";
import { startStream } from "./start-stream";

/** Called when the state or the data of a live query has changed. `events` are those that changed the data. */
export type LiveListener = (cached: CachedQuery, events?: readonly FaunaEvent[]) => void;

const FRAME_MS = 16;
/** A burst of events causes one refetch, once it has been quiet for so long. */
const REFETCH_DEBOUNCE_MS = 100;
/** Further events delay a refetch no longer than this. A refetch that was cancelled is repeated after that time. */
const MAX_REFETCH_DELAY_MS = 1000;

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
    ? new LiveQuery(follower, cached, built, previous.position)
    : (previous ?? new LiveQuery(follower, cached, built));
  live.add(follower);
}

/** What a connection has read after the position. Most of it has been applied, and may have to be again. */
interface EventsAhead {
  readonly signal: AbortSignal;
  readonly events: readonly ReadEvent[];
  /** Whether some wait until it is known whose they are. */
  isWaiting?: boolean;
}

/** A cached query whose data is kept equal to what the query would answer now. */
class LiveQuery implements EventSink {
  status: LiveStatus = nextStatus(undefined, { live: "connecting", reason: "loading" });
  readonly budget: RequestBudget = new RequestBudget();
  #position: Position | undefined;
  /** What its events are of. */
  readonly #source: string;
  readonly #connection: Connection;
  readonly #cached: CachedQuery;
  readonly #options: FaunaLiveQueryOptions<unknown>;
  readonly #built: object;
  readonly #query: Query;
  /** Loaded on demand, with what reads the events. */
  #rows: LiveRows | undefined;
  #orders: readonly RowOrder[] = [];
  readonly #followers = new Set<Follower>();
  /** Aborts when nobody follows any more. */
  readonly #end = new AbortController();
  /** Aborts also when the identity ends in the provider that connects it. */
  readonly #lifetime: AbortSignal;
  #stream: EventStream | undefined;
  /** The time of the transaction that the data was read in. */
  #dataTxn = 0;
  #appliedAt = 0;
  #ahead: EventsAhead | undefined;
  /** The time of a transaction that a refetch has to see; 0 if no refetch is due. */
  #refetchMustSeeTxn = 0;
  #refetchDeadline = 0;
  /** How many fetches have brought data. */
  #fetches = 0;
  #refetchTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param built - the query's options for TanStack. */
  constructor(
    { scope, query, options }: Follower,
    cached: CachedQuery,
    built: object,
    position?: Position,
  ) {
    const { connection, identity, cache } = scope;
    this.#connection = connection;
    this.#cached = cached;
    this.#options = options;
    this.#built = built;
    this.#query = query;
    this.#source = sourceKey(options.on);
    this.#position = position;
    this.#lifetime = requestSignal(connection.identityStore, identity, this.#end.signal);
    void startStream(connection, identity, this, this.#lifetime).then((stream) => {
      this.#stream = stream;
    });
    // At once, before another component fetches the data without an event source.
    if (cached.state.data === undefined) this.fetchSnapshot().catch(() => {});
    this.#adoptFetchedData();
    const onFetched = (isManual: boolean): void => {
      if (isManual) return;
      this.#adoptFetchedData();
      // Once the optimistic updates are on top of it, and before anything renders.
      queueMicrotask(() => this.#applyAhead());
    };
    const unsubscribe = onData(cache, cached, onFetched, () => this.#leave());
    const onEnd = (): void => {
      unsubscribe();
      clearTimeout(this.#refetchTimer);
      // The data lacks what the last events changed, so its successor needs a new snapshot.
      if (this.#refetchMustSeeTxn) this.position = undefined;
      this.#handOver();
    };
    this.#lifetime.addEventListener("abort", onEnd, ONCE);
    liveQueriesOf(cached).set(this.#source, this);
  }

  get position(): Position | undefined {
    return this.#position;
  }

  /** Without a position it goes on from a new snapshot, and not from the source of the last one. */
  set position(position: Position | undefined) {
    this.#position = position;
    const record = recordOf(this.#cached.queryKey);
    if (!position && record.eventSource?.of === this.#source) record.eventSource = undefined;
  }

  get hasEnded(): boolean {
    return this.#lifetime.aborted;
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
      const isShown = connection.identityStore.current().identity.key === identity.key;
      if (connection === this.#connection || !isShown) continue;
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
    const joined = runningFetch(this.#cached);
    const record = recordOf(this.#cached.queryKey);
    record.pace = this.budget;
    try {
      return await fetchQuery(this.#cached, this.#built);
    } catch (error) {
      const hasData = this.#cached.state.data !== undefined;
      // What passes is in `liveInfo`, and a page with good data stays as it is.
      if (hasData && !joined && isTransient(this.#connection.drivers[0] as Driver, error))
        setRecovered(this.#cached);
      throw error;
    } finally {
      if (record.pace === this.budget) record.pace = undefined;
    }
  }

  async onEvents(events: readonly ReadEvent[], signal: AbortSignal): Promise<void> {
    await this.#loadRows();
    throwIfAborted(signal);
    // Bursts are shown once a frame. With timers, because a hidden page has no animation frames.
    while (Date.now() - this.#appliedAt < FRAME_MS) {
      await sleep(FRAME_MS, signal);
      throwIfAborted(signal);
    }
    // Another connection reads those events again that were ahead of the position.
    const before = this.#ahead?.signal === signal ? this.#ahead : undefined;
    this.#ahead = { signal, events: [...(before?.events ?? []), ...events] };
    this.#applyAhead(before?.isWaiting ? undefined : events);
  }

  /**
   * Applies the events after the position, except those that may be what an optimistic update shows already: they
   * wait until its write is answered. Moves the position on if there are none, and if no fetch will replace the data.
   */
  #applyAhead(events = this.#ahead?.events): void {
    const [ahead, rows] = [this.#ahead, this.#rows];
    if (!ahead || !events || !rows || ahead.signal.aborted) return;
    const { layers } = recordOf(this.#cached.queryKey);
    const decided = layers?.whenDecided();
    const newer = events.filter(
      (event): event is FaunaEvent => event.type !== "status" && event.txn_ts > this.#dataTxn,
    );
    const mayBeOwn = layers && decided && rows.changesIn(layers.base, layers.withUndecided());
    // Of a transaction all events wait, or none.
    const waiting = new Set(
      mayBeOwn ? newer.filter(mayBeOwn).map(({ txn_ts }) => txn_ts) : undefined,
    );
    const certain = newer.filter(({ txn_ts }) => !waiting.has(txn_ts));
    ahead.isWaiting = waiting.size > 0;
    if (certain.length) this.#apply(certain, rows, waiting);
    if (ahead.isWaiting) void decided?.then(() => this.#applyAhead());
    if (ahead.isWaiting || runningFetch(this.#cached)) return;
    if (this.position) this.position.cursor = ahead.events.at(-1)?.cursor as string;
    this.#ahead = undefined;
  }

  onRightsChange(): void {
    this.#refetchSoon(this.#dataTxn + 1);
  }

  onStatus(status: LiveStatus): void {
    const { live, info } = status;
    const failure = failureOf(this.#cached);
    // A fetch that is repeated knows better why there is no answer.
    const isFetching = live !== "live" && failure && runningFetch(this.#cached);
    this.status = isFetching
      ? nextStatus(status, { ...info, live, reason: "failed", error: failure })
      : status;
    const { error } = info;
    // TanStack already has the errors of fetches, but does not know those of events.
    if (live === "off" && error instanceof ServiceError && this.#cached.state.data === undefined)
      setFailed(this.#cached, error);
    this.#notify();
  }

  #notify(events?: readonly FaunaEvent[]): void {
    for (const { listener } of this.#followers) listener(this.#cached, events);
  }

  /** @param waiting - the times of transactions that have been left out. */
  #apply(events: readonly FaunaEvent[], rows: LiveRows, waiting: ReadonlySet<number>): void {
    this.#appliedAt = Date.now();
    const { layers } = recordOf(this.#cached.queryKey);
    const previous = layers ? layers.base : this.#cached.state.data;
    const { data, needsRefetch } = this.#options.on
      ? { data: previous, needsRefetch: true }
      : rows.apply(previous, events);
    const txn = events.at(-1)?.txn_ts ?? 0;
    // What an event does not change is not in the data yet, and stays on the screen until the refetch.
    if (layers && data === previous && needsRefetch) layers.rebase(data, () => false);
    else if (layers) layers.rebase(data, (time) => time <= txn && !waiting.has(time));
    else if (data !== previous) {
      // If the fetch is cancelled, TanStack keeps only data that was set like this.
      if (runningFetch(this.#cached)) setManualData(this.#cached, data);
      else setUpdatedData(this.#cached, data, this.#appliedAt);
    }
    if (data !== previous) this.#notify(events);
    if (needsRefetch) this.#refetchSoon(txn);
  }

  async #loadRows(): Promise<void> {
    const orders = [...this.#followers].flatMap(({ order }) => order() ?? []);
    const isSame =
      orders.length === this.#orders.length &&
      orders.every((each, index) => each === this.#orders[index]);
    if (this.#rows && isSame) return;
    const { LiveRows, rulesOf } = await import("./on-demand");
    const { client, drivers } = this.#connection;
    const { classes } = drivers[0] as Driver;
    const rules = rulesOf(this.#query, orders, (old, next) => share(old, next, classes));
    // Events always come in the one format.
    const { format = "tagged" } = { ...client.clientConfiguration, ...this.#options.request };
    this.#orders = orders;
    this.#rows ??= new LiveRows(rules);
    this.#rows.rules = format === "tagged" ? rules : { ...rules, isUncertain: true };
  }

  #refetchSoon(mustSeeTxn: number): void {
    const now = Date.now();
    if (!this.#refetchMustSeeTxn) this.#refetchDeadline = now + MAX_REFETCH_DELAY_MS;
    this.#refetchMustSeeTxn = Math.max(this.#refetchMustSeeTxn, mustSeeTxn);
    const delay = Math.min(REFETCH_DEBOUNCE_MS, this.#refetchDeadline - now);
    this.#refetchIn(delay);
  }

  #refetchIn(ms: number): void {
    clearTimeout(this.#refetchTimer);
    const delay = Math.max(ms, this.budget.waitMs());
    this.#refetchTimer = setTimeout(() => void this.#refetch(), delay);
  }

  async #refetch(): Promise<void> {
    this.#connection.client.lastTxnTs = this.#refetchMustSeeTxn;
    try {
      // The first one may join a fetch that started too early.
      for (let left = 2; this.#refetchMustSeeTxn && left > 0; left--) {
        const before = this.#fetches;
        await this.fetchSnapshot();
        if (this.hasEnded) return;
        // It was cancelled, which does not reject if there are data. Whoever did it may need a moment.
        if (before === this.#fetches) {
          this.#refetchIn(MAX_REFETCH_DELAY_MS);
          return;
        }
      }
      this.#refetchMustSeeTxn = 0;
    } catch {
      if (this.hasEnded) return;
      // The stream goes on from a new snapshot, and tells of the failure if that fails, too.
      this.position = undefined;
      this.#stream?.resume();
    }
  }

  /**
   * Notes how new fetched data is, no matter who fetched it, and goes on from its event source if there is no
   * position.
   */
  #adoptFetchedData(): void {
    const { info, eventSource } = recordOf(this.#cached.queryKey);
    if (!info || this.#cached.state.data === undefined) return;
    const txn = info.txn_ts ?? 0;
    this.#fetches++;
    this.#dataTxn = txn;
    if (txn >= this.#refetchMustSeeTxn) this.#refetchMustSeeTxn = 0;
    if (eventSource?.of === this.#source)
      this.position ??= { token: eventSource.token, request: this.#options.request };
    if (this.status.live === "off") this.#stream?.resume();
    this.#notify();
  }
}
