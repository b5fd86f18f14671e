import type { Query as CachedQuery } from "@tanstack/react-query";
import { type Query, ServiceError } from "fauna";

import type { Scope } from "../cache/keys";
import { hasOptimisticUpdates } from "../cache/optimistic-layers";
import { withDefaults } from "../cache/query-options";
import type { Connection } from "../client/connection";
import type { Driver } from "../client/driver";
import { type LiveQuery, recordOf } from "../cache/query-record";
import { buildQuery, fetchQuery, onData, setFailed, setUpdatedData } from "../cache/tanstack";
import { follow, type Target } from "./event-stream";
import type { Position } from "./read-events";
import type { FaunaEvent } from "./fauna-event";
import type { FaunaLiveState } from "./fauna-live-state";
import { buildLiveQueryOptions, type FaunaLiveQueryOptions } from "./live-query-options";
import { applyEvents, rulesOf } from "./rows";
import { sleep } from "./sleep";

/** Told that the state has changed, or the data of the query, perhaps by these events. */
export type LiveListener = (cached: CachedQuery, events?: readonly FaunaEvent[]) => void;

/** A query that is or was followed: its data are kept equal to what it would answer now. */
interface Followed extends Target, LiveQuery {
  state: FaunaLiveState;
  readonly connection: Connection;
  /** All who follow it. */
  readonly listeners: Set<LiveListener>;
  readonly end: AbortController;
}

/** Length of a frame in ms. */
const FRAME = 16;
/** So long in ms the events that need a refetch have to pause before it; and so long it is put off at most. */
const QUIET = 100;
const LONGEST_BURST = 1000;

/** The live query of a cached query. Only this file makes them. */
const followedOf = ({ queryKey }: CachedQuery): Followed | undefined =>
  recordOf(queryKey).live as Followed | undefined;

/** The state of a query in the cache. */
export const liveStateOf = (cached: CachedQuery | undefined): FaunaLiveState | undefined =>
  cached && followedOf(cached)?.state;

/**
 * Follows a query in the cache until the returned function is called or the identity ends: once, whatever the number of
 * those who do.
 */
export function followQuery(
  { connection, identity, cache }: Scope,
  query: Query,
  options: FaunaLiveQueryOptions<unknown>,
  listener: LiveListener,
): () => void {
  const merged = withDefaults(cache, options);
  const built = buildLiveQueryOptions(connection, identity, query, merged);
  const cached = buildQuery(cache, built);
  const before = followedOf(cached);
  const isSame = before?.connection === connection && !before.end.signal.aborted;
  const { listeners, end } = isSame ? before : start();
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    // StrictMode lets go and takes hold again in one go.
    queueMicrotask(() => listeners.size || end.abort());
  };

  function start(): Followed {
    const { client, drivers } = connection;
    const rules = rulesOf(query, options.order, drivers[0] as Driver);
    let since = 0;
    let appliedAt = 0;
    /** The time of the transaction that a refetch has to see; 0 if none is needed. */
    let due = 0;
    let latest = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const isEmpty = (): boolean => cached.state.data === undefined;
    const fetch = (): Promise<unknown> => fetchQuery(cached, built);
    const live: Followed = {
      connection,
      listeners: new Set(),
      end: new AbortController(),
      position: before?.position,
      state: "connecting",
      isFollowing: () => live.state !== "off" && !live.end.signal.aborted,
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

      refresh: () => refetchSoon(since + 1),

      show(state, error) {
        // What was never live is not live again.
        if (state === "reconnecting" && live.state === "connecting") return;
        if (state === live.state && !error) return;
        live.state = state;
        // TanStack shows why a fetch has failed, but knows nothing of events; and being cancelled is no failure.
        if (error instanceof ServiceError) setFailed(cached, error);
        tell();
      },
    };

    const isBusy = (): boolean =>
      cached.state.fetchStatus !== "idle" || hasOptimisticUpdates(cached);
    const tell = (events?: readonly FaunaEvent[]): void =>
      live.listeners.forEach((each) => each(cached, events));

    function apply(events: readonly FaunaEvent[]): void {
      appliedAt = Date.now();
      const { data: old } = cached.state;
      const { data, isOpen } = options.on
        ? { data: old, isOpen: true }
        : applyEvents(old, events, rules);
      if (data !== old) {
        setUpdatedData(cached, data, appliedAt);
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
      const { info, eventSource: token } = recordOf(cached.queryKey);
      const time = info?.txn_ts;
      if (!time || isEmpty()) return;
      since = time;
      if (since >= due) due = 0;
      if (token) live.position ??= { token, request: options.request };
      if (live.state === "off") wake();
      tell();
    }

    // At once, before a component beside asks for the data alone.
    if (isEmpty()) fetch().catch(() => {});
    arrive();
    const { signal } = live.end;
    const wake = follow(connection, identity, live, signal);
    const stop = onData(cache, cached, (isManual) => isManual || arrive());

    signal.onabort = () => {
      stop();
      clearTimeout(timer);
      // What the last events changed is not in the data: who goes on with them has to begin anew.
      if (due) live.position = undefined;
    };
    recordOf(cached.queryKey).live = live;
    return live;
  }
}
