import { ONCE, throwIfAborted } from "../auth/signals";
import { keepOrigins } from "../cache/origins";
import { type QueryLayers, recordOf } from "../cache/query-record";
import { share } from "../cache/share";
import { isCached, onData, runningFetch, setManualData, setUpdatedData } from "../cache/tanstack";
import type { Driver } from "../client/driver";
import { dateNow, now } from "./clock";
import type { FaunaEvent, ReadEvent } from "./event-types";
import type { FollowedQuery } from "./followed-query";
import { setsOf, sourceKey } from "./live-query-options";
import { LiveSource, type SourceOwner } from "./live-source";
import { nextStatus } from "./next-status";
import { Refetcher } from "./refetcher";
import { compareBy } from "./row-order";
import { rulesOf } from "./row-rules";
import type { Applied, CreateRows, RowRules, Rows } from "./rows";
import { sleep } from "./sleep";
import { worstOf } from "./stream-status";

const FRAME_MS = 16;
/** How much earlier than events a fetch of all data may be asked for: it needs a token first. */
const LEAD_MS = 1000;

/**
 * Keeps the data of a live query equal to what the query would answer now.
 *
 * The way of an event: `EventStream.onRead` (event-stream.ts) gets it from a stream or a feed, which `readEvents`
 * (read-events.ts) reads, or from another tab. That calls `#applyEvents` here. Once their time has come,
 * `Rows.apply` (rows.ts, for infinite queries live-pages.ts) makes the next data, and `#setData` puts it into
 * TanStack's cache.
 */
export class LiveUpdater implements SourceOwner {
  readonly #followed: FollowedQuery;
  readonly #refetcher: Refetcher;
  readonly #sources: readonly LiveSource[];
  readonly #rows: Rows;
  /** The orders that `#rows.rules` is made of. */
  #orders: ReturnType<FollowedQuery["orders"]>;
  #appliedAt = -Infinity;

  constructor(followed: FollowedQuery, createRows: CreateRows) {
    this.#followed = followed;
    this.#orders = followed.orders();
    this.#rows = createRows(this.#rowRules(), recordOf(followed.cached.queryKey));
    const length = setsOf(followed.options.on).length || 1;
    this.#sources = Array.from({ length }, (_set, index) => new LiveSource(followed, index, this));
    // The stream goes on from a new snapshot, and tells of the failure if that fails, too. One source is enough: a snapshot
    // is the data of the whole query, as of all that the others have read. They go on from their positions.
    this.#refetcher = new Refetcher(
      followed,
      () => this.#sources[0]?.restart(),
      () => this.onSourceStatus(),
    );
    this.#watch();
    // The query may have left the cache while this code was loaded.
    if (!isCached(followed.scope.cache, followed.cached)) {
      followed.onRemoved();
      return;
    }
    this.#onFetched();
    for (const source of this.#sources)
      source.connect((events, signal) => this.#applyEvents(source, events, signal));
  }

  /** Watches what happens to the query in the cache. */
  #watch(): void {
    const { scope, cached, lifetime } = this.#followed;
    // Before `onData`, so that it is noted first where the data comes from.
    keepOrigins(scope.cache);
    const onNewData = (isManual: boolean): void => {
      if (isManual) return;
      this.#onFetched();
      this.#followed.notify();
    };
    const stop = onData(scope.cache, cached, onNewData, () => this.#followed.onRemoved());
    lifetime.addEventListener("abort", stop, ONCE);
    lifetime.addEventListener("abort", () => this.#end(), ONCE);
  }

  /** A fetch has brought data, whichever component or code started it. */
  #onFetched(): void {
    this.#adoptSnapshot();
    // After the optimistic updates have been put on top of the data, and before anything renders.
    queueMicrotask(() => {
      if (this.#followed.lifetime.aborted) return;
      const [first] = this.#sources;
      if (first) this.#applyOrRefetch(first, () => this.#applyHistory());
      for (const source of this.#sources) {
        source.rewind();
        this.#applyOrRefetch(source, () => this.#applyPending(source));
      }
    });
  }

  /** The time of the transaction that the data was read in. */
  get #dataTxn(): number {
    return recordOf(this.#followed.cached.queryKey).origin?.txn ?? 0;
  }

  /** Nobody follows any more, or the identity has ended. */
  #end(): void {
    this.#refetcher.stop();
    // The data lacks what the last events changed, so its successor needs a new snapshot, for which one source is enough.
    const [source] = this.#sources;
    if (source && this.#refetcher.isDue) source.position = undefined;
  }

  onRightsChange(): void {
    this.#refetcher.refetchSoon(this.#dataTxn + 1);
  }

  beforeSend(): Response | undefined {
    return this.#followed.budget.beforeSend();
  }

  /** A fetch of all data that is due comes first: it brings what events would tell, and would else find no room for all pages. */
  waitMs(requests?: number): number {
    const { budget } = this.#followed;
    const isFetchDue = this.#refetcher.isDue || this.#sources.some(({ position }) => !position);
    const fetchWait = isFetchDue && budget.waitMs(0);
    return fetchWait ? fetchWait + LEAD_MS : budget.waitMs(requests);
  }

  onSourceStatus(): void {
    const { status } = this.#followed;
    const { live, info } = worstOf(this.#sources.map((source) => source.status));
    const { retryAt } = this.#refetcher;
    // What events have changed is not in the data yet.
    const waits = live === "live" && retryAt && ({ reason: "limited", retryAt } as const);
    const next = nextStatus(status, { ...info, live, ...waits });
    if (next !== status) this.#followed.onStatus(next);
  }

  async #applyEvents(
    source: LiveSource,
    events: readonly ReadEvent[],
    signal: AbortSignal,
  ): Promise<void> {
    this.#updateRules();
    // Bursts are shown once a frame. With timers, because hidden pages have no animation frames.
    while (now() - this.#appliedAt < FRAME_MS) {
      await sleep(FRAME_MS, signal);
      throwIfAborted(signal);
    }
    source.add(events, signal);
    this.#applyOrRefetch(source, () => this.#applyPending(source));
    throwIfAborted(signal);
  }

  /** An order of the app's may throw. Then only a refetch can tell what the rows are. */
  #applyOrRefetch(source: LiveSource, task: () => void): void {
    try {
      task();
    } catch (error) {
      source.fail(error as Error);
      this.#refetcher.refetchSoon(this.#dataTxn + 1);
    }
  }

  /**
   * Applies the events after the position, except those that may be what an optimistic update shows already: they
   * wait until its write is answered. Moves the position on if none has to wait and no fetch will replace the data.
   */
  #applyPending(source: LiveSource): void {
    const layers = this.#layers;
    const decided = layers?.whenDecided();
    const mayBeOwn = decided && this.#rows.changesIn(layers?.base, layers?.withUndecided());
    const [certain, waiting] = source.split(this.#dataTxn, mayBeOwn);
    const isInData = certain.length ? this.#applyToRows(certain, waiting) : true;
    if (waiting.size)
      void decided?.then(() => this.#applyOrRefetch(source, () => this.#applyPending(source)));
    else if (!runningFetch(this.#followed.cached)) source.advance(isInData);
  }

  /**
   * Applies events. Returns whether the data has what they change.
   *
   * @param waiting - the times of transactions that have been left out.
   */
  #applyToRows(events: readonly FaunaEvent[], waiting: ReadonlySet<number>): boolean {
    const previous = this.#serverData();
    // The documents of `on` are not those of the rows.
    const applied = setsOf(this.#followed.options.on).length
      ? { data: previous, needsRefetch: true }
      : this.#rows.apply(previous, events);
    const txn = events.at(-1)?.txn_ts ?? 0;
    // The rows do not show what the events have changed. So the optimistic updates of it stay until the refetch.
    const isMissing = applied.data === previous && applied.needsRefetch;
    this.#setData(applied, txn, (time) => !isMissing && time <= txn && !waiting.has(time), events);
    return !isMissing;
  }

  /** Applies to fetched data the earlier events that it may lack: see {@link Rows.applyHistory}. */
  #applyHistory(): void {
    const previous = this.#serverData();
    if (!this.#rows.applyHistory || previous === undefined) return;
    this.#updateRules();
    const applied = this.#rows.applyHistory(previous, this.#dataTxn);
    if (applied.data === previous && !applied.needsRefetch) return;
    this.#setData(applied, this.#dataTxn + 1, () => false);
  }

  /** The optimistic updates. */
  get #layers(): QueryLayers | undefined {
    return recordOf(this.#followed.cached.queryKey).layers;
  }

  /** The data without optimistic updates. */
  #serverData(): unknown {
    const layers = this.#layers;
    return layers ? layers.base : this.#followed.cached.state.data;
  }

  /**
   * @param txn - the time of a transaction that a refetch has to see.
   * @param includes - whether the data includes the transaction of a time.
   * @param events - those that changed the data.
   */
  #setData(
    { data, needsRefetch }: Applied,
    txn: number,
    includes: (time: number) => boolean,
    events?: readonly FaunaEvent[],
  ): void {
    const { cached } = this.#followed;
    const isNew = data !== this.#serverData();
    this.#appliedAt = now();
    if (this.#layers) this.#layers.rebase(data, includes);
    else if (isNew) {
      // If the fetch is cancelled, TanStack keeps only data that was set like this.
      if (runningFetch(cached)) setManualData(cached, data);
      else setUpdatedData(cached, data, dateNow());
    }
    if (isNew) this.#followed.notify(events);
    if (needsRefetch) this.#refetcher.refetchSoon(txn);
  }

  /** An order is a function of a component, which may pass another one in each render. */
  #updateRules(): void {
    const orders = this.#followed.orders();
    const isSame =
      orders.length === this.#orders.length &&
      orders.every((each, index) => each === this.#orders[index]);
    if (isSame) return;
    this.#orders = orders;
    this.#rows.rules = this.#rowRules();
  }

  /** Returns what is known of the rows, with the current orders. */
  #rowRules(): RowRules {
    const { scope, options, query } = this.#followed;
    const { getClient, drivers } = scope.connection;
    const { classes } = drivers[0] as Driver;
    const compares = this.#orders.flatMap((order) => (order ? [compareBy(order)] : []));
    const rules = rulesOf(query, compares, (old, next) => share(old, next, classes));
    // Events always come in the one format.
    const { format = "tagged" } = { ...getClient().clientConfiguration, ...options.request };
    return format === "tagged" ? rules : { ...rules, isUncertain: true };
  }

  /** Notes how new fetched data is. Sources without a position go on from the event sources that came with it. */
  #adoptSnapshot(): void {
    const { cached, options } = this.#followed;
    const { origin } = recordOf(cached.queryKey);
    if (!origin || cached.state.data === undefined) return;
    const { txn = 0, source: from } = origin;
    this.#refetcher.onFetched(txn);
    const tokens = from?.of === sourceKey(options.on) ? from.tokens : [];
    for (const [index, source] of this.#sources.entries()) source.adoptSnapshot(tokens[index], txn);
  }
}
