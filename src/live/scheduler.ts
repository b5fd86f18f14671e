import { focusManager, onlineManager } from "@tanstack/react-query";

import type { Connection, FaunaLiveSettings } from "../client/connection";

/**
 * Looked at by its hub from time to time: ends what it does or waits for, to go on from its cursor at once, if it is time.
 *
 * @param now - in ms; Infinity when everything that is open may be dead: the network has changed, or the device slept.
 * @param isShown - whether the page has just become visible, so that nobody should wait any longer.
 */
export type TickListener = (now: number, isShown?: boolean) => void;

/** All that is live over a connection: who may stream, and who has to be woken when. */
export interface LiveScheduler {
  readonly pollInterval: number;
  /** Whether the page has been hidden for long. */
  readonly isPaused: () => boolean;
  /** Watches over a member until the returned function is called. */
  readonly join: (member: TickListener) => () => void;
  /** Whether a member may open a stream; otherwise it polls. */
  readonly mayStream: (member: TickListener) => boolean;
}

/** How often in ms the members are looked at. */
const TICK_MS = 500;
/** No tick of a visible page is so many ms late, unless the device was asleep; those of a hidden one come once a minute. */
const SLEEP_DETECTION_MS = 30_000;

const schedulers = new WeakMap<Connection, LiveScheduler>();

/** The hub of a connection. */
export function schedulerOf(connection: Connection): LiveScheduler {
  const hub = schedulers.get(connection) ?? createScheduler(connection.options.live);
  schedulers.set(connection, hub);
  return hub;
}

function createScheduler({
  transport = "auto",
  maxStreams = 3,
  pollInterval = 5000,
  pauseWhenHiddenFor = 60_000,
}: FaunaLiveSettings = {}): LiveScheduler {
  const most = { auto: maxStreams, stream: Infinity, feed: 0 }[transport];
  const listeners = new Set<TickListener>();
  const streaming = new Set<TickListener>();
  let isPaused = false;
  let ticked = 0;
  let hiddenAt = 0;
  let stop: () => void;

  function tick(isCut?: boolean): void {
    const now = Date.now();
    const [wasPaused, before] = [isPaused, hiddenAt];
    hiddenAt = focusManager.isFocused() ? 0 : before || now;
    isPaused = !!hiddenAt && now - hiddenAt >= pauseWhenHiddenFor;
    const isLate = !hiddenAt && now - ticked > SLEEP_DETECTION_MS;
    const isAll = isCut || isLate || isPaused !== wasPaused;
    ticked = now;
    for (const look of listeners) look(isAll ? Infinity : now, !!before && !hiddenAt);
  }

  function start(): () => void {
    tick();
    const clock = setInterval(tick, TICK_MS);
    // A stream may not notice by itself for long that it is cut.
    const blur = focusManager.subscribe(() => tick());
    const unplug = onlineManager.subscribe(() => tick(true));
    return () => {
      clearInterval(clock);
      blur();
      unplug();
    };
  }

  return {
    pollInterval,
    isPaused: () => isPaused,
    join(member) {
      if (!listeners.size) stop = start();
      listeners.add(member);
      return () => {
        listeners.delete(member);
        streaming.delete(member);
        if (!listeners.size) stop();
      };
    },
    mayStream(member) {
      streaming.delete(member);
      if (streaming.size >= most) return false;
      streaming.add(member);
      return true;
    },
  };
}
