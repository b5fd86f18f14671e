import { ServiceError } from "fauna";

import { recordOf } from "../cache/query-record";
import { failureOf, runningFetch, setFailed } from "../cache/tanstack";
import { EventStream } from "./event-stream";
import {
  advance,
  type ApplyEvents,
  type EventSink,
  type Position,
  type ReadEvent,
} from "./event-types";
import { fetchAgain } from "./fetch-again";
import type { FollowedQuery } from "./followed-query";
import { type LiveStatus, nextStatus } from "./live-info";
import { sourceKey } from "./live-query-options";
import type { RequestBudget } from "./request-budget";

/** Who keeps the data up to date by the events of all sources. */
export interface SourceOwner {
  readonly onRightsChange: () => void;
  /** Called when the status of a source has changed. */
  readonly onSourceStatus: () => void;
}

/** What a connection has read after the position. Most of it is applied already; a new connection reads it again. */
interface EventsAhead {
  readonly signal: AbortSignal;
  readonly events: readonly ReadEvent[];
  /** Whether some wait until it is known whose they are. */
  isWaiting?: boolean;
}

/** An event source of a live query: how it is connected, and how far its events have been applied. */
export class LiveSource implements EventSink {
  status: LiveStatus;
  ahead: EventsAhead | undefined;
  readonly #live: FollowedQuery;
  /** Its place among the sources of the query. */
  readonly #index: number;
  readonly #owner: SourceOwner;
  #stream: EventStream | undefined;

  constructor(live: FollowedQuery, index: number, owner: SourceOwner) {
    this.#live = live;
    this.#index = index;
    this.#owner = owner;
    this.status = live.status;
  }

  connect(applyEvents: ApplyEvents): void {
    const { scope, lifetime } = this.#live;
    this.#stream = new EventStream(scope, this, applyEvents, lifetime);
  }

  get position(): Position | undefined {
    return this.#live.positions[this.#index];
  }

  /** Without a position it goes on from a new snapshot, and not from the source of the last one. */
  set position(position: Position | undefined) {
    const { cached, positions, options } = this.#live;
    positions[this.#index] = position;
    const record = recordOf(cached.queryKey);
    if (!position && record.eventSource?.of === sourceKey(options.on))
      record.eventSource = undefined;
  }

  get source(): string {
    const { cached, options } = this.#live;
    return cached.queryHash + sourceKey(options.on) + (this.#index ? String(this.#index) : "");
  }

  get budget(): RequestBudget {
    return this.#live.budget;
  }

  fetchSnapshot(): Promise<unknown> {
    return fetchAgain(this.#live);
  }

  onRightsChange(): void {
    this.#owner.onRightsChange();
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
    this.status = isFetching
      ? nextStatus(status, { ...info, live, reason: "failed", error: failure })
      : status;
    if (isUnknown && cached.state.data === undefined) setFailed(cached, error);
    this.#owner.onSourceStatus();
  }

  /** Goes on from the source that came with a snapshot, if there is no position. */
  adopt(token: string | undefined, txn: number): void {
    const { request } = this.#live.options;
    if (token) this.position ??= { token, request, txn };
    if (this.status.live === "off") this.#stream?.resume();
  }

  /** Goes on from a new snapshot. */
  restart(): void {
    this.position = undefined;
    this.#stream?.resume();
  }

  /** Moves the position on to the last of the events ahead. */
  advance(): void {
    if (this.position && this.ahead) advance(this.position, this.ahead.events);
    this.ahead = undefined;
  }
}
