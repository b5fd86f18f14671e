import type { Query } from "fauna";

import type { Identity } from "../auth/identity";
import type { Connection } from "../drivers/connection";
import type { Driver } from "../drivers/driver";
import { type Applied, applyEvents } from "./apply-events";
import type { FaunaEvent } from "./fauna-event";
import type { FaunaLiveQueryOptions } from "./fauna-live-query-options";
import { follow, type Status, type Target } from "./follow";
import type { FaunaLiveState } from "./fauna-live-state";
import { compareIds } from "./row-id";

/** Where the data of a live query are. */
export interface Store {
  /** Whether something is under way that will bring other data, so that events have to wait for it. */
  readonly isBusy: () => boolean;
  /** Fetches the data anew, or joins a fetch that is under way. */
  readonly fetch: () => Promise<unknown>;
  /** Applies events to the data, if there are any. Returns whether that leaves something open. */
  readonly write: (apply: (data: unknown) => Applied, events: readonly FaunaEvent[]) => boolean;
  readonly show: (state: FaunaLiveState, error?: Error) => void;
}

/** A query's data, kept equal to what the query would answer now. */
export interface LiveData extends Target {
  state: FaunaLiveState;
  /** Told of data as of `since`, and perhaps of an event source of the same moment. */
  readonly arrived: (since: number, token: string | undefined) => void;
}

/** Length of a frame in ms. */
const FRAME = 16;
/** When so many events wait, the next one is read so many ms later, and the server waits too. */
const MOST_WAITING = 1000;
const PUT_OFF = 20;
/** So long in ms the events that need a refetch have to pause before it; and so long it is put off at most. */
const QUIET = 100;
const LONGEST_BURST = 1000;

/** Also of a number that is a value within the text. */
const PAGE_SIZE = /pageSize\(\D*(\d+)/;
const DEFAULT_PAGE_SIZE = 16;

/** A collection's own sets are in the order of their ids. */
const IS_BY_ID = /^\s*\w+\s*\.\s*(all|where)\s*\(/;

/** Keeps the data of a store live, until the identity ends or the signal aborts. */
export function keepLive(
  connection: Connection,
  identity: Identity,
  query: Query,
  { on, order }: FaunaLiveQueryOptions<never>,
  store: Store,
  signal: AbortSignal,
): LiveData {
  const { client, drivers } = connection;
  const { classes } = drivers[0] as Driver;
  const isById = IS_BY_ID.test(query.encode().fql[0] as string);
  const [, pageSize = DEFAULT_PAGE_SIZE] = PAGE_SIZE.exec(JSON.stringify(query.encode())) ?? [];
  const compare = order ?? (isById ? compareIds : undefined);
  const rules = { compare, pageSize: Number(pageSize), classes };
  let waiting: (FaunaEvent | Status)[] = [];
  let frame: ReturnType<typeof setTimeout> | undefined;
  let since = 0;
  /** The time of the transaction that a refetch has to see; 0 if none is needed. */
  let due = 0;
  let latest = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const live: LiveData = {
    ...store,
    position: undefined,
    state: "connecting",
    snapshot: store.fetch,

    arrived(time, token) {
      since = time;
      if (since >= due) due = 0;
      if (token) live.position ??= { token };
      if (live.state === "off") wake();
    },

    take(event) {
      waiting.push(event);
      if (!frame) draw();
      return waiting.length < MOST_WAITING
        ? undefined
        : new Promise((resolve) => setTimeout(resolve, PUT_OFF));
    },

    rewind(isOver) {
      if (!isOver) flush();
      waiting = [];
    },

    show(state, error) {
      // What was never live is not live again.
      if (state === "reconnecting" && live.state === "connecting") return;
      if (state !== live.state || error) store.show((live.state = state), error);
    },
  };

  /** What comes alone is shown at once, what comes in bursts once a frame. Timers, because a hidden page has no frames. */
  function draw(): void {
    frame = waiting.length ? setTimeout(draw, FRAME) : undefined;
    flush();
  }

  /** Applies what waits, unless that has to wait longer. */
  function flush(): void {
    const last = waiting.at(-1);
    if (!last || store.isBusy()) return;
    const events = waiting.filter(
      (event): event is FaunaEvent => event.type !== "status" && event.txn_ts > since,
    );
    waiting = [];
    if (events.length) apply(events);
    if (live.position) live.position.cursor = last.cursor;
  }

  function apply(events: readonly FaunaEvent[]): void {
    const isOpen = !!on || store.write((data) => applyEvents(data, events, rules), events);
    if (isOpen) refetchSoon(events.at(-1)?.txn_ts ?? 0);
  }

  /** One refetch for a burst of events. */
  function refetchSoon(time: number): void {
    const now = Date.now();
    if (!due) latest = now + LONGEST_BURST;
    due = time;
    clearTimeout(timer);
    timer = setTimeout(() => void refetch(), Math.min(QUIET, latest - now));
  }

  async function refetch(): Promise<void> {
    client.lastTxnTs = due;
    try {
      // The first may be one that was under way before.
      for (let left = 2; due && left--;) await store.fetch();
      due = 0;
    } catch {
      // The store says why. From a new snapshot it can go on.
      live.position = undefined;
      wake();
    }
  }

  const wake = follow(connection, identity, live, signal);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    // What the last events changed is not in the data: who goes on with them has to begin anew.
    if (due) live.position = undefined;
  });
  return live;
}
