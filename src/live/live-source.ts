import { ServiceError } from "fauna";

import { recordOf, type RequestLimit } from "../cache/query-record";
import { mustSee, seenUntil } from "../cache/origins";
import { failureOf, runningFetch, setFailed } from "../cache/tanstack";
import { EventStream } from "./event-stream";
import type { ApplyEvents, EventSink } from "./event-sink";
import { type FaunaEvent, isChange, type ReadEvent } from "./event-types";
import { fetchAgain } from "./fetch-again";
import type { FollowedQuery } from "./followed-query";
import type { LiveStatus } from "./live-info";
import { sourceKey } from "./live-query-options";
import { nextStatus } from "./next-status";
import { advancePlace, type Position } from "./position";

/** Who keeps the data up to date by the events of all sources, and bounds their requests. */
export interface SourceOwner extends RequestLimit {
  readonly onRightsChange: () => void;
  /** Called when the status of a source has changed. */
  readonly onSourceStatus: () => void;
}

/** Events to apply, and the times of the transactions that have to wait. */
export type SplitEvents = readonly [certain: readonly FaunaEvent[], waiting: ReadonlySet<number>];

/** An event source of a live query: how it is connected, and how far its events have been applied. */
export class LiveSource implements EventSink {
  status: LiveStatus;
  readonly #followed: FollowedQuery;
  /** Its place among the sources of the query. */
  readonly #index: number;
  readonly #owner: SourceOwner;
  #stream: EventStream | undefined;
  /** What a connection has read after the position. Most of it is in the data already, but a fetch may replace that. */
  #pending: readonly ReadEvent[] = [];
  /** How many of those {@link split} has given out, to be put into the data. */
  #givenOut = 0;
  /** That of the connection that has read `#pending`. */
  #signal: AbortSignal | undefined;

  constructor(followed: FollowedQuery, index: number, owner: SourceOwner) {
    this.#followed = followed;
    this.#index = index;
    this.#owner = owner;
    this.status = followed.status;
  }

  /** @param applyEvents - called with what its stream reads. */
  connect(applyEvents: ApplyEvents): void {
    const { scope, lifetime } = this.#followed;
    this.#stream = new EventStream(scope, this, applyEvents, lifetime);
  }

  get position(): Position | undefined {
    return this.#followed.positions[this.#index];
  }

  /** Without a position it goes on from a new snapshot, and not from the source of the last one. */
  set position(position: Position | undefined) {
    const { cached, positions, options } = this.#followed;
    positions[this.#index] = position;
    const { origin } = recordOf(cached.queryKey);
    if (!position && origin?.source?.of === sourceKey(options.on)) origin.source = undefined;
  }

  get source(): string {
    const { cached, options } = this.#followed;
    return cached.queryHash + sourceKey(options.on) + (this.#index ? String(this.#index) : "");
  }

  get budget(): RequestLimit {
    return this.#owner;
  }

  fetchSnapshot(): Promise<unknown> {
    return fetchAgain(this.#followed);
  }

  onRightsChange(): void {
    this.#owner.onRightsChange();
  }

  onStatus(status: LiveStatus): void {
    const { cached } = this.#followed;
    const { live, info } = status;
    const { error } = info;
    const failure = failureOf(cached);
    // TanStack already has the errors of fetches, but does not know those of events.
    const isUnknown = live === "off" && error instanceof ServiceError;
    // A fetch that is repeated knows better why there is no answer.
    const isFetching = live !== "live" && failure && runningFetch(cached);
    this.status = isFetching
      ? nextStatus(status, { ...info, live, reason: "failed", error: failure })
      : status;
    if (isUnknown && cached.state.data === undefined) setFailed(cached, error);
    this.#owner.onSourceStatus();
  }

  /**
   * Goes on from the source that came with a snapshot, if there is no position, or if the data lacks events that have been
   * applied before: then they come again.
   */
  adoptSnapshot(token: string | undefined, txn: number): void {
    const { cached, options } = this.#followed;
    const { request } = options;
    if ((this.position?.txn ?? 0) > seenUntil(recordOf(cached.queryKey).origin)) this.restart();
    if (token) this.position ??= { token, request, txn };
    if (this.status.live === "off") this.#stream?.resume();
  }

  /** Its events cannot be applied. */
  fail(error: Error): void {
    this.#stream?.fail(error);
  }

  /** Goes on from a new snapshot. */
  restart(): void {
    this.position = undefined;
    this.#stream?.resume();
  }

  /** Keeps events until they are certainly in the data. */
  add(events: readonly ReadEvent[], signal: AbortSignal): void {
    if (signal !== this.#signal) this.#forget();
    this.#signal = signal;
    this.#pending = [...this.#pending, ...events];
  }

  /** Begins again after the position: other data has been fetched, which may lack what was applied. */
  rewind(): void {
    this.#givenOut = 0;
  }

  /**
   * Gives out the changes that the data lacks, once.
   *
   * @param dataTxn - the time of the transaction that the data was read in.
   * @param mayBeOwn - whether an event may come from a write of this page that has not been answered yet.
   */
  split(dataTxn: number, mayBeOwn?: (event: FaunaEvent) => boolean): SplitEvents {
    // The next connection reads them again.
    if (this.#signal?.aborted) this.#forget();
    const changes = this.#pending.slice(this.#givenOut).filter(isChange);
    const newer = changes.filter(({ txn_ts }) => txn_ts > dataTxn);
    // All events of a transaction wait, or none does.
    const own = mayBeOwn ? newer.filter(mayBeOwn) : [];
    const waiting = new Set(own.map(({ txn_ts }) => txn_ts));
    if (!own.length) this.#givenOut = this.#pending.length;
    return [newer.filter(({ txn_ts }) => !waiting.has(txn_ts)), waiting];
  }

  /**
   * Moves the position on: all that has been read is in the data, and has to stay in it.
   *
   * @param isInData - false if a refetch has to bring some of it. Until then, data of that time is news.
   */
  advance(isInData: boolean): void {
    const { cached } = this.#followed;
    const { position } = this;
    const read = this.#pending;
    this.#forget();
    if (!position || !read.length) return;
    advancePlace(position, read);
    const { origin } = recordOf(cached.queryKey);
    const txn = Math.max(position.txn ?? 0, seenUntil(origin));
    if (origin && isInData) origin.until = txn;
    mustSee(cached.queryKey, { txn, number: 0 });
  }

  #forget(): void {
    this.#pending = [];
    this.#givenOut = 0;
  }
}
