import type { Query as CachedQuery } from "@tanstack/react-query";
import { type Query, ServiceError } from "fauna";

import type { Driver } from "../drivers/driver";
import type { FaunaQueryOptionsResult } from "../query/fauna-query-options";
import { infos } from "../query/info";
import type { Scope } from "../query/match";
import { isAhead } from "../query/optimistic-data";
import { applyEvents, type RowRules } from "./apply-events";
import type { FaunaEvent } from "./fauna-event";
import type { FaunaLiveQueryOptions } from "./fauna-live-query-options";
import type { FaunaLiveState } from "./fauna-live-state";
import { follow, type Position, type Target } from "./follow";
import { compareIds } from "./row-id";
import { sleep } from "./sleep";
import { sources } from "./sources";

/** A query as somebody asks for it. */
export interface LiveQuery {
  readonly query: Query;
  readonly options: FaunaLiveQueryOptions<unknown>;
}

/** A query whose data are kept equal to what it would answer now. */
export interface LiveData extends Target {
  state: FaunaLiveState;
}

/** Told that the state has changed, or the data of the query, perhaps by these events. */
export type LiveListener = (cached: CachedQuery, events?: readonly FaunaEvent[]) => void;

/** Length of a frame in ms. */
const FRAME = 16;
/** So long in ms the events that need a refetch have to pause before it; and so long it is put off at most. */
const QUIET = 100;
const LONGEST_BURST = 1000;

/** Also of a number that is a value within the text. */
const PAGE_SIZE = /pageSize\(\D*(\d+)/;
const DEFAULT_PAGE_SIZE = 16;

/** A collection's own sets are in the order of their ids. */
const IS_BY_ID = /^\s*\w+\s*\.\s*(all|where)\s*\(/;

/**
 * Keeps a query in the cache live, until the identity ends or the signal aborts.
 *
 * @param built - how it is fetched.
 * @param position - from where its data have to be followed; undefined if it is not known.
 */
export function keepLive(
  { connection, identity, cache }: Scope,
  { query, options: { on, order } }: LiveQuery,
  cached: CachedQuery,
  built: FaunaQueryOptionsResult<unknown>,
  position: Position | undefined,
  tell: (events?: readonly FaunaEvent[]) => void,
  signal: AbortSignal,
): LiveData {
  const { queryKey } = cached;
  const { client, drivers } = connection;
  const { classes } = drivers[0] as Driver;
  const isById = IS_BY_ID.test(query.encode().fql[0] as string);
  const [, pageSize = DEFAULT_PAGE_SIZE] = PAGE_SIZE.exec(JSON.stringify(query.encode())) ?? [];
  const compare = (order ?? (isById ? compareIds : undefined)) as RowRules["compare"];
  const rules = { compare, pageSize: Number(pageSize), classes };
  let since = 0;
  let appliedAt = 0;
  /** The time of the transaction that a refetch has to see; 0 if none is needed. */
  let due = 0;
  let latest = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const fetch = (): Promise<unknown> => cached.fetch(built as never);
  const live: LiveData = {
    position,
    state: "connecting",
    snapshot: fetch,

    async take(events, turn) {
      // Other data are under way. And what comes in bursts is shown once a frame; timers, because a hidden page has none.
      while (isBusy() || Date.now() - appliedAt < FRAME) {
        await sleep(FRAME, turn);
        turn.throwIfAborted();
      }
      const news = events.filter(
        (event): event is FaunaEvent => event.type !== "status" && event.txn_ts > since,
      );
      if (news.length) apply(news);
      (live.position as Position).cursor = events.at(-1)?.cursor as string;
    },

    show(state, error) {
      // What was never live is not live again.
      if (state === "reconnecting" && live.state === "connecting") return;
      if (state === live.state && !error) return;
      live.state = state;
      // TanStack shows why a fetch has failed, but knows nothing of events; and being cancelled is no failure.
      if (error instanceof ServiceError && cached.state.error !== error)
        cached.setState({ error, status: "error" });
      tell();
    },
  };

  const isBusy = (): boolean => cached.state.fetchStatus !== "idle" || isAhead(cached);

  function apply(events: readonly FaunaEvent[]): void {
    appliedAt = Date.now();
    const { data: before, dataUpdateCount } = cached.state;
    const { data, isOpen } = on
      ? { data: before, isOpen: true }
      : applyEvents(before, events, rules);
    if (data !== before) {
      // Not setData, which would compare every row with the one before.
      cached.setState({ data, dataUpdatedAt: appliedAt, dataUpdateCount: dataUpdateCount + 1 });
      // TanStack tells its observers a turn of the event loop later.
      tell(events);
    }
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
      for (let left = 2; due && left--;) await fetch();
      due = 0;
    } catch {
      // The query says why. From a new snapshot it can go on.
      live.position = undefined;
      wake();
    }
  }

  /** Whoever has fetched them: there are data as of a time, and perhaps an event source of the same moment. */
  function arrive(): void {
    const info = infos.get(queryKey);
    if (!info?.txn_ts || cached.state.data === undefined) return;
    since = info.txn_ts;
    if (since >= due) due = 0;
    const token = sources.get(queryKey);
    if (token) live.position ??= { token };
    if (live.state === "off") wake();
    tell();
  }

  arrive();
  const wake = follow(connection, identity, live, signal);
  const stop = cache.getQueryCache().subscribe((event) => {
    const { action } = event as { action?: { type: string; manual?: boolean } };
    if (event.query === cached && action?.type === "success" && !action.manual) arrive();
  });
  // What follows the database is not stale, whoever it is that asks.
  cached.isStaleByTime = () => cached.state.isInvalidated || live.state === "off";

  signal.addEventListener("abort", () => {
    stop();
    delete (cached as Partial<CachedQuery>).isStaleByTime;
    clearTimeout(timer);
    // What the last events changed is not in the data: who goes on with them has to begin anew.
    if (due) live.position = undefined;
  });
  return live;
}
