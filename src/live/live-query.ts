import type { Query } from "fauna";

import type { Identity } from "../auth/identity";
import type { Connection } from "../drivers/connection";
import { type Applied, applyEvents, type RowRules } from "./apply-events";
import type { FaunaEvent } from "./fauna-event";
import type { FaunaLiveQueryOptions } from "./fauna-live-query-options";
import { Follower, type Position, type Status, type Target } from "./follower";
import { onFrame } from "./frames";
import type { FaunaLiveState } from "./live-state";
import { compareIds } from "./row-id";

/** Where the data of a live query are. */
export interface Store {
  /** Whether something is under way that will bring other data, so that events have to wait for it. */
  readonly isBusy: () => boolean;
  /** Fetches the data anew, or joins a fetch that is under way. */
  readonly fetch: () => Promise<unknown>;
  /** Applies events to the data, if there are any. Returns whether that leaves something open. */
  readonly write: (apply: (data: unknown) => Applied, events: readonly FaunaEvent[]) => boolean;
  readonly fail: (error: Error) => void;
  readonly show: (state: FaunaLiveState) => void;
}

/** So many events wait at most; then the server does. */
const MOST_WAITING = 1000;
/** How long in ms the events that need a refetch have to pause before it, and how long it is put off at most. */
const [QUIET, LONGEST_BURST] = [100, 1000];

/** A collection's own sets are in the order of the ids. */
const IS_BY_ID = /^\s*\w+\s*\.\s*(all|where)\s*\(/;

/** A query's data, kept equal to what the query would answer now. */
export class LiveQuery implements Target {
  readonly #connection: Connection;
  readonly #store: Store;
  readonly #rules: RowRules | undefined;
  readonly #follower: Follower;
  #waiting: (FaunaEvent | Status)[] = [];
  #drained: () => void = () => {};
  /** The time of the transaction that the data are of. */
  #since = 0;
  /** The time that a refetch has to reach, and when in ms at the latest. */
  #due = 0;
  #latest = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  position: Position | undefined;
  state: FaunaLiveState = "connecting";

  constructor(
    connection: Connection,
    identity: Identity,
    query: Query,
    { on, order, request }: FaunaLiveQueryOptions<unknown>,
    store: Store,
    signal: AbortSignal,
  ) {
    this.#connection = connection;
    this.#store = store;
    const [text] = query.encode().fql;
    const isById = typeof text === "string" && IS_BY_ID.test(text);
    const { format = "tagged" } = request ?? {};
    const classes = connection.drivers[0]?.classes ?? new Set();
    if (!on && format === "tagged")
      this.#rules = { classes, compare: order ?? (isById ? compareIds : undefined) };
    this.#follower = new Follower(connection, identity, this, signal);
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  /** There are data as of `since`, and perhaps an event source of the same moment. */
  arrived(since: number, token: string | undefined): void {
    this.#since = since;
    if (since >= this.#due) this.#due = 0;
    if (!this.position && token) {
      this.position = { token };
      this.#waiting = [];
      if (this.state === "off") this.#follower.wake();
    }
  }

  readonly snapshot = (): Promise<unknown> => this.#store.fetch();

  readonly take = (event: FaunaEvent | Status): Promise<void> | undefined => {
    this.#waiting.push(event);
    onFrame(this.flush);
    if (this.#waiting.length < MOST_WAITING) return undefined;
    return new Promise((resolve) => (this.#drained = resolve));
  };

  readonly rewind = (): void => {
    this.flush();
    this.#waiting = [];
    this.#drained();
  };

  /** Applies what waits, unless that has to wait longer. */
  readonly flush = (): void => {
    const last = this.#waiting.at(-1);
    if (!last || this.#store.isBusy()) return;
    const events = this.#waiting.filter((event) => event.type !== "status");
    this.#waiting = [];
    this.#apply(events.filter(({ txn_ts }) => txn_ts > this.#since));
    if (this.position) this.position.cursor = last.cursor;
    this.#drained();
  };

  readonly show = (state: FaunaLiveState): void => {
    // What was never live is not live again.
    const next = state === "reconnecting" && this.state === "connecting" ? this.state : state;
    if (next === this.state) return;
    this.state = next;
    this.#store.show(next);
  };

  readonly lose = (): boolean => {
    this.position = undefined;
    return true;
  };

  readonly fail = (error: Error): void => this.#store.fail(error);

  #apply(events: readonly FaunaEvent[]): void {
    const last = events.at(-1);
    const rules = this.#rules;
    if (!last) return;
    const isOpen = !rules || this.#store.write((data) => applyEvents(data, events, rules), events);
    if (isOpen) this.#refetchSoon(last.txn_ts);
  }

  /** One refetch for a burst of events. */
  #refetchSoon(due: number): void {
    const now = Date.now();
    if (!this.#due) this.#latest = now + LONGEST_BURST;
    this.#due = due;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#refetch(), Math.min(QUIET, this.#latest - now));
  }

  async #refetch(): Promise<void> {
    // It may not answer what was before the events, nor may another that is under way.
    this.#connection.client.lastTxnTs = this.#due;
    try {
      await this.#store.fetch();
      // That one may have been under way before.
      if (this.#due) await this.#store.fetch();
      this.#due = 0;
    } catch {
      // The store tells of the failure; from a new snapshot it can go on.
      this.position = undefined;
      this.#follower.wake();
    }
  }
}
