import { focusManager, onlineManager } from "@tanstack/react-query";

import { getOrAdd } from "../auth/collections";
import type { Connection } from "../client/connection";
import { canStream } from "../client/v10-stream";
import { now } from "./clock";
import { PAGE } from "./page-life";
import { defaultLimit, slotsOf } from "./page-slots";
import type { SlotMember } from "./stream-slots";

/**
 * What a stream may have to act upon.
 *
 * - `"tick"`: time has passed.
 * - `"pageShown"`: the page has just become visible.
 * - `"resumed"`: everything that is open may be dead: the network has changed, the device slept or the page was left.
 * - `"slotGained"`: it may open a stream that it has asked for.
 * - `"slotLost"`: its stream has to end at once.
 */
export type Tick = "tick" | "pageShown" | "resumed" | "slotGained" | "slotLost";

export type TickListener = (tick: Tick) => void;

/** Tells an event stream when it may poll and stream, and when it has to pause. */
export interface StreamSchedule {
  readonly pace: PollPace;
  /** Whether there are streams at all: the app may want none, and the platform have none. */
  readonly canStream: () => boolean;
  /** Whether the page has been hidden for long, or is left. */
  readonly isPaused: () => boolean;
  /** Whether it may open a stream. If not, it polls until it hears of a slot. */
  readonly mayStream: () => boolean;
  /** Gives back its slot. */
  readonly release: () => void;
  /** Ends the ticks, and gives back its slot a moment later. */
  readonly leave: () => void;
}

/** Coordinates the event streams of a connection. */
export interface LiveScheduler {
  /** Adds an event stream, which asks for a slot at once. */
  readonly join: (onTick: TickListener) => StreamSchedule;
}

const DEFAULT_POLL_INTERVAL_MS = 5000;
const TICK_MS = 500;
/** A visible page's ticks are never so late unless the device was asleep. A hidden page has one per minute. */
const SLEEP_DETECTION_MS = 30_000;

/** How many times as long the next pause between two polls is if nothing happens. */
const POLL_GROWTH = 1.5;

/** When to poll a feed again: later and later while nothing happens. */
export class PollPace {
  readonly #leastMs: number;
  readonly #mostMs: number;
  #delayMs: number;

  constructor(leastMs: number, mostMs: number) {
    this.#leastMs = leastMs;
    this.#mostMs = Math.max(leastMs, mostMs);
    this.#delayMs = leastMs;
  }

  /** Something has happened. */
  reset(): void {
    this.#delayMs = this.#leastMs;
  }

  /** Returns how long in ms to wait for the next poll. */
  next(): number {
    const delay = this.#delayMs;
    this.#delayMs = Math.min(delay * POLL_GROWTH, this.#mostMs);
    return delay;
  }
}

const schedulers = new WeakMap<Connection, LiveScheduler>();

export const schedulerOf = (connection: Connection): LiveScheduler =>
  getOrAdd(schedulers, connection, () => createScheduler(connection));

function createScheduler({ endpoint, options, transport: own }: Connection): LiveScheduler {
  const {
    transport = "auto",
    maxStreams,
    pollInterval = 0,
    maxPollInterval = 30_000,
    pauseWhenHiddenFor = 60_000,
  } = options.live ?? {};
  // Zero, negative or NaN: use the default.
  const leastMs = pollInterval > 0 ? pollInterval : DEFAULT_POLL_INTERVAL_MS;
  const mayEver = (): boolean => transport !== "feed" && canStream(own);
  const slots = slotsOf(endpoint);
  const listeners = new Set<TickListener>();
  let isPaused = false;
  let tickedAt = 0;
  /** Infinity while the page is visible. */
  let hiddenAt = Infinity;
  let stop: () => void;

  function tick(hasNetworkChanged?: boolean): void {
    const time = now();
    const [wasPaused, wasHidden] = [isPaused, hiddenAt < Infinity];
    const isVisible = focusManager.isFocused();
    hiddenAt = isVisible ? Infinity : Math.min(hiddenAt, time);
    isPaused = PAGE.isLeft() || time - hiddenAt >= pauseWhenHiddenFor;
    const hasSlept = isVisible && time - tickedAt > SLEEP_DETECTION_MS;
    tickedAt = time;
    const isNew = hasNetworkChanged || hasSlept || isPaused !== wasPaused;
    const type = isNew ? "resumed" : wasHidden && isVisible ? "pageShown" : "tick";
    for (const onTick of listeners) onTick(type);
  }

  function start(): () => void {
    hiddenAt = Infinity;
    tick();
    const interval = setInterval(tick, TICK_MS);
    const unsubscribeFocus = focusManager.subscribe(() => tick());
    // A stream may not notice for a long time that its connection is dead.
    const unsubscribeOnline = onlineManager.subscribe(() => tick(true));
    const unsubscribePage = PAGE.watch((event) => {
      if (event === "left" || event === "restored") tick();
    });
    return () => {
      clearInterval(interval);
      unsubscribeFocus();
      unsubscribeOnline();
      unsubscribePage();
    };
  }

  function join(onTick: TickListener): StreamSchedule {
    const member: SlotMember = {
      get maxStreams() {
        return maxStreams ?? defaultLimit(endpoint);
      },
      onSlot: (isHeld) => onTick(isHeld ? "slotGained" : "slotLost"),
    };
    const mayStream = (): boolean => mayEver() && (transport === "stream" || slots.ask(member));
    const release = (): void => slots.release(member);
    if (!listeners.size) stop = start();
    listeners.add(onTick);
    // Early, because to get a lock takes a moment.
    mayStream();
    return {
      pace: new PollPace(leastMs, maxPollInterval),
      canStream: mayEver,
      isPaused: () => isPaused,
      mayStream,
      release,
      leave() {
        listeners.delete(onTick);
        // A microtask later: all streams of an identity end together, and none of them may get another one's slot.
        queueMicrotask(release);
        if (!listeners.size) stop();
      },
    };
  }

  return { join };
}
