import { focusManager, onlineManager } from "@tanstack/react-query";

import type { Connection } from "../client/connection";
import { PAGE } from "./page-life";
import { sharesConnection, slotsOf } from "./page-slots";
import type { SlotMember } from "./stream-slots";

/**
 * Called on every tick.
 *
 * @param event - `"resumed"` if everything that is open may be dead, because the network has changed, the device slept or
 * the page was left; `"pageShown"` if the page has just become visible; `"slotGained"` if it may open a stream that it has
 * asked for; `"slotLost"` if its stream has to end at once.
 */
export type TickListener = (
  event: "tick" | "pageShown" | "resumed" | "slotGained" | "slotLost",
) => void;

/** Coordinates the event streams of a connection: which of them may stream, and when they have to act. */
export interface LiveScheduler {
  readonly pollInterval: number;
  readonly maxPollInterval: number;
  /** Whether there are streams at all: the app may want none, and the platform have none. */
  readonly canStream: () => boolean;
  /** Whether the page has been hidden for long, or is left. */
  readonly isPaused: () => boolean;
  /** Calls `onTick` on every tick until the returned function is called, and asks for a slot meanwhile. */
  readonly join: (member: object, onTick: TickListener) => () => void;
  /** Whether a member may open a stream. If not, it polls until it hears of a slot. */
  readonly mayStream: (member: object) => boolean;
  /** Gives back a member's slot. */
  readonly release: (member: object) => void;
}

const DEFAULT_POLL_INTERVAL_MS = 5000;
const TICK_MS = 500;
/** Streams in all tabs together, of six connections. */
const MAX_STREAMS = 3;
/** Streams on one connection: servers allow at least 100 requests at once, unless they say otherwise. */
const MAX_SHARED_STREAMS = 30;
/** A visible page's ticks are never so late unless the device was asleep. A hidden page has one per minute. */
const SLEEP_DETECTION_MS = 30_000;

/** How many times as long the next pause between two polls is if nothing happens. */
const POLL_GROWTH = 1.5;

/** When to poll a feed again: later and later while nothing happens. */
export class PollPace {
  readonly #scheduler: LiveScheduler;
  #delayMs: number;

  constructor(scheduler: LiveScheduler) {
    this.#scheduler = scheduler;
    this.#delayMs = scheduler.pollInterval;
  }

  /** Something has happened. */
  reset(): void {
    this.#delayMs = this.#scheduler.pollInterval;
  }

  /** Returns how long in ms to wait for the next poll. */
  next(): number {
    const delay = this.#delayMs;
    this.#delayMs = Math.min(delay * POLL_GROWTH, this.#scheduler.maxPollInterval);
    return delay;
  }
}

const schedulers = new WeakMap<Connection, LiveScheduler>();

export function schedulerOf(connection: Connection): LiveScheduler {
  const scheduler = schedulers.get(connection) ?? createScheduler(connection);
  schedulers.set(connection, scheduler);
  return scheduler;
}

function createScheduler(connection: Connection): LiveScheduler {
  const {
    transport = "auto",
    maxStreams,
    pollInterval = DEFAULT_POLL_INTERVAL_MS,
    maxPollInterval = 30_000,
    pauseWhenHiddenFor = 60_000,
  } = connection.options.live ?? {};
  const canStream = (): boolean => transport !== "feed" && connection.transport.canStream();
  const slots = slotsOf(connection.endpoint);
  const members = new Map<object, TickListener>();
  const slotMembers = new WeakMap<object, SlotMember>();
  let isPaused = false;
  let isLeft = false;
  let tickedAt = 0;
  /** 0 while the page is visible. */
  let hiddenAt = 0;
  let stop: () => void;

  function tick(hasNetworkChanged?: boolean): void {
    const now = Date.now();
    const [wasPaused, wasHiddenAt] = [isPaused, hiddenAt];
    hiddenAt = focusManager.isFocused() ? 0 : wasHiddenAt || now;
    isPaused = isLeft || (!!hiddenAt && now - hiddenAt >= pauseWhenHiddenFor);
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
    const unsubscribePage = PAGE.watch((event) => {
      if (event !== "left" && event !== "restored") return;
      isLeft = event === "left";
      tick();
    });
    return () => {
      clearInterval(interval);
      unsubscribeFocus();
      unsubscribeOnline();
      unsubscribePage();
    };
  }

  function slotMemberOf(member: object): SlotMember {
    const onSlot = (isHeld: boolean): void =>
      members.get(member)?.(isHeld ? "slotGained" : "slotLost");
    const slotMember = slotMembers.get(member) ?? {
      get maxStreams() {
        const isShared = maxStreams === undefined && sharesConnection(connection.endpoint);
        return isShared ? MAX_SHARED_STREAMS : (maxStreams ?? MAX_STREAMS);
      },
      onSlot,
    };
    slotMembers.set(member, slotMember);
    return slotMember;
  }

  function mayStream(member: object): boolean {
    return canStream() && (transport === "stream" || slots.ask(slotMemberOf(member)));
  }

  const release = (member: object): void => slots.release(slotMemberOf(member));

  // Zero, negative or NaN: use the default.
  const leastInterval = pollInterval > 0 ? pollInterval : DEFAULT_POLL_INTERVAL_MS;

  return {
    pollInterval: leastInterval,
    canStream,
    maxPollInterval: Math.max(leastInterval, maxPollInterval),
    isPaused: () => isPaused,
    join(member, onTick) {
      if (!members.size) stop = start();
      members.set(member, onTick);
      // Early, because to get a lock takes a moment.
      mayStream(member);
      return () => {
        members.delete(member);
        release(member);
        if (!members.size) stop();
      };
    },
    mayStream,
    release,
  };
}
