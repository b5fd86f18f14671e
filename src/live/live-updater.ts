import { ServiceError } from "fauna";

import { throwIfAborted } from "../auth/signals";
import { recordOf } from "../cache/query-record";
import { share } from "../cache/share";
import {
  failureOf,
  runningFetch,
  setFailed,
  setManualData,
  setUpdatedData,
} from "../cache/tanstack";
import type { Driver } from "../client/driver";
import { type EventSink, EventStream } from "./event-stream";
import type { FollowedQuery } from "./followed-query";
import { type LiveStatus, nextStatus } from "./live-info";
import { sourceKey } from "./live-query-options";
import { advance } from "./position";
import type { FaunaEvent, Position, ReadEvent } from "./read-events";
import { Refetcher } from "./refetcher";
import type { RequestBudget } from "./request-budget";
import { rulesOf } from "./row-rules";
import { LiveRows, type RowOrder } from "./rows";
import { sleep } from "./sleep";

const FRAME_MS = 16;

/** What a connection has read after the position. Most of it has been applied, and may have to be again. */
interface EventsAhead {
  readonly signal: AbortSignal;
  readonly events: readonly ReadEvent[];
  /** Whether some wait until it is known whose they are. */
  isWaiting?: boolean;
}

/** Keeps the data of a live query equal to what the query would answer now. */
export class LiveUpdater implements EventSink {
  readonly #live: FollowedQuery;
  readonly #refetcher: Refetcher;
  #stream: EventStream | undefined;
  #rows: LiveRows | undefined;
  #orders: readonly RowOrder[] = [];
  /** The time of the transaction that the data was read in. */
  #dataTxn = 0;
  #appliedAt = 0;
  #ahead: EventsAhead | undefined;

  constructor(live: FollowedQuery) {
    this.#live = live;
    this.#refetcher = new Refetcher(live, () => {
      // The stream goes on from a new snapshot, and tells of the failure if that fails, too.
      this.position = undefined;
      this.#stream?.resume();
    });
    this.#adoptFetchedData();
    const { connection, identity, lifetime } = live;
    this.#stream = new EventStream(connection, identity, this, lifetime);
  }

  get position(): Position | undefined {
    return this.#live.position;
  }

  /** Without a position it goes on from a new snapshot, and not from the source of the last one. */
  set position(position: Position | undefined) {
    this.#live.position = position;
    const record = recordOf(this.#live.cached.queryKey);
    if (!position && record.eventSource?.of === this.#source) record.eventSource = undefined;
  }

  get source(): string {
    return this.#live.cached.queryHash + this.#source;
  }

  get budget(): RequestBudget {
    return this.#live.budget;
  }

  get status(): LiveStatus {
    return this.#live.status;
  }

  /** What its events are of. */
  get #source(): string {
    return sourceKey(this.#live.options.on);
  }

  fetchSnapshot(): Promise<unknown> {
    return this.#live.fetchSnapshot();
  }

  /** Called when a fetch has brought data, no matter whose it was. */
  onFetched(): void {
    this.#adoptFetchedData();
    // Once the optimistic updates are on top of it, and before anything renders.
    queueMicrotask(() => this.#applyAhead());
  }

  /** Called when nobody follows any more. */
  end(): void {
    this.#refetcher.stop();
    // The data lacks what the last events changed, so its successor needs a new snapshot.
    if (this.#refetcher.isDue) this.position = undefined;
  }

  async onEvents(events: readonly ReadEvent[], signal: AbortSignal): Promise<void> {
    this.#updateRules();
    // Bursts are shown once a frame. With timers, because hidden pages have no animation frames.
    while (Date.now() - this.#appliedAt < FRAME_MS) {
      await sleep(FRAME_MS, signal);
      throwIfAborted(signal);
    }
    // Another connection reads those events again that were ahead of the position.
    const before = this.#ahead?.signal === signal ? this.#ahead : undefined;
    this.#ahead = { signal, events: [...(before?.events ?? []), ...events] };
    this.#applyAhead(before?.isWaiting ? undefined : events);
  }

  onRightsChange(): void {
    this.#refetcher.refetchSoon(this.#dataTxn + 1);
  }

  onStatus(status: LiveStatus): void {
    const { cached } = this.#live;
    const { live, info } = status;
    const { error } = info;
    const failure = failureOf(cached);
    // TanStack already has the errors of fetches, but does not know those of events.
    const isUnknown = live === "off" && error instanceof ServiceError;
    // A fetch that is repeated knows better why there is no answer.
    const isFetching = live !== "live" && failure && runningFetch(cached);
    const told = isFetching
      ? nextStatus(status, { ...info, live, reason: "failed", error: failure })
      : status;
    if (isUnknown && cached.state.data === undefined) setFailed(cached, error);
    this.#live.onStatus(told);
  }

  /**
   * Applies the events after the position, except those that may be what an optimistic update shows already: they
   * wait until its write is answered. Moves the position on if there are none, and if no fetch will replace the data.
   */
  #applyAhead(events = this.#ahead?.events): void {
    const [ahead, rows] = [this.#ahead, this.#rows];
    if (!ahead || !events || !rows || ahead.signal.aborted) return;
    const { cached } = this.#live;
    const { layers } = recordOf(cached.queryKey);
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
    if (ahead.isWaiting || runningFetch(cached)) return;
    if (this.position) advance(this.position, ahead.events);
    this.#ahead = undefined;
  }

  /** @param waiting - the times of transactions that have been left out. */
  #apply(events: readonly FaunaEvent[], rows: LiveRows, waiting: ReadonlySet<number>): void {
    this.#appliedAt = Date.now();
    const { cached, options } = this.#live;
    const { layers } = recordOf(cached.queryKey);
    const previous = layers ? layers.base : cached.state.data;
    const { data, needsRefetch } = options.on
      ? { data: previous, needsRefetch: true }
      : rows.apply(previous, events);
    const txn = events.at(-1)?.txn_ts ?? 0;
    // What an event does not change is not in the data yet, and stays on the screen until the refetch.
    if (layers && data === previous && needsRefetch) layers.rebase(data, () => false);
    else if (layers) layers.rebase(data, (time) => time <= txn && !waiting.has(time));
    else if (data !== previous) {
      // If the fetch is cancelled, TanStack keeps only data that was set like this.
      if (runningFetch(cached)) setManualData(cached, data);
      else setUpdatedData(cached, data, this.#appliedAt);
    }
    if (data !== previous) this.#live.notify(events);
    if (needsRefetch) this.#refetcher.refetchSoon(txn);
  }

  /** Sets what is known of the rows. Orders are functions of components, which bring others as they render. */
  #updateRules(): void {
    const { connection, options, query } = this.#live;
    const orders = this.#live.orders();
    const isSame =
      orders.length === this.#orders.length &&
      orders.every((each, index) => each === this.#orders[index]);
    if (this.#rows && isSame) return;
    const { client, drivers } = connection;
    const { classes } = drivers[0] as Driver;
    const rules = rulesOf(query, orders, (old, next) => share(old, next, classes));
    // Events always come in the one format.
    const { format = "tagged" } = { ...client.clientConfiguration, ...options.request };
    this.#orders = orders;
    this.#rows ??= new LiveRows(rules);
    this.#rows.rules = format === "tagged" ? rules : { ...rules, isUncertain: true };
  }

  /** Notes how new the data is, and goes on from its event source if there is no position. */
  #adoptFetchedData(): void {
    const { cached, options } = this.#live;
    const { info, eventSource } = recordOf(cached.queryKey);
    if (!info || cached.state.data === undefined) return;
    const txn = info.txn_ts ?? 0;
    this.#dataTxn = txn;
    this.#refetcher.onFetched(txn);
    if (eventSource?.of === this.#source)
      this.position ??= { token: eventSource.token, request: options.request, txn };
    if (this.status.live === "off") this.#stream?.resume();
  }
}
