import { focusManager, onlineManager } from "@tanstack/react-query";

import type { Connection, FaunaLiveSettings } from "../client/connection";

/**
 * Called on every tick.
 *
 * @param event - `"resumed"` if everything that is open may be dead, because the network has changed or the device
 * slept; `"pageShown"` if the page has just become visible.
 */
export type TickListener = (event: "tick" | "pageShown" | "resumed") => void;

/** Coordinates the event streams of a connection: which of them may stream, and when they have to act. */
export interface LiveScheduler {
  readonly pollInterval: number;
  /** Whether the page has been hidden for long. */
  readonly isPaused: () => boolean;
  /** Calls `onTick` on every tick until the returned function is called. */
  readonly join: (member: object, onTick: TickListener) => () => void;
  /** Whether a member may open a stream. If not, it polls. It keeps its place until it calls `release`. */
  readonly mayStream: (member: object) => boolean;
  readonly release: (member: object) => void;
}

const DEFAULT_POLL_INTERVAL_MS = 5000;
const TICK_MS = 500;
/** A visible page's ticks are never so late unless the device was asleep. A hidden page has one per minute. */
const SLEEP_DETECTION_MS = 30_000;

const schedulers = new WeakMap<Connection, LiveScheduler>();

export function schedulerOf(connection: Connection): LiveScheduler {
  const scheduler = schedulers.get(connection) ?? createScheduler(connection.options.live);
  schedulers.set(connection, scheduler);
  return scheduler;
}

function createScheduler({
  transport = "auto",
  maxStreams = 3,
  pollInterval = DEFAULT_POLL_INTERVAL_MS,
  pauseWhenHiddenFor = 60_000,
}: FaunaLiveSettings = {}): LiveScheduler {
  const streamLimit = { auto: maxStreams, stream: Infinity, feed: 0 }[transport];
  const members = new Map<object, TickListener>();
  const streaming = new Set<object>();
  let isPaused = false;
  let tickedAt = 0;
  /** 0 while the page is visible. */
  let hiddenAt = 0;
  let stop: () => void;

  function tick(hasNetworkChanged?: boolean): void {
    const now = Date.now();
    const [wasPaused, wasHiddenAt] = [isPaused, hiddenAt];
    hiddenAt = focusManager.isFocused() ? 0 : wasHiddenAt || now;
    isPaused = !!hiddenAt && now - hiddenAt >= pauseWhenHiddenFor;
    const hasSlept = !hiddenAt && now - tickedAt > SLEEP_DETECTION_MS;
    tickedAt = now;
    const isShown = wasHiddenAt && !hiddenAt;
    const event =
      hasNetworkChanged || hasSlept || isPaused !== wasPaused
        ? "resumed"
        : isShown
          ? "pageShown"
          : "tick";
    for (const onTick of members.values()) onTick(event);
  }

  function start(): () => void {
    tick();
    const interval = setInterval(tick, TICK_MS);
    const unsubscribeFocus = focusManager.subscribe(() => tick());
    // A stream may not notice for a long time that its connection is dead.
    const unsubscribeOnline = onlineManager.subscribe(() => tick(true));
    return () => {
      clearInterval(interval);
      unsubscribeFocus();
      unsubscribeOnline();
    };
  }

  return {
    // Nothing else is an interval.
    pollInterval: pollInterval > 0 ? pollInterval : DEFAULT_POLL_INTERVAL_MS,
    isPaused: () => isPaused,
    join(member, onTick) {
      if (!members.size) stop = start();
      members.set(member, onTick);
      return () => {
        members.delete(member);
        streaming.delete(member);
        if (!members.size) stop();
      };
    },
    mayStream(member) {
      if (streaming.size >= streamLimit && !streaming.has(member)) return false;
      streaming.add(member);
      return true;
    },
    release: (member) => void streaming.delete(member),
  };
}
