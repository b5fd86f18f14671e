import { focusManager, onlineManager } from "@tanstack/react-query";

import type { Connection, FaunaLiveSettings } from "../drivers/connection";

/** What a hub watches over. */
export interface Member {
  /** When, in ms, to wake it; Infinity for never. */
  until: number;
  /** Whether nothing is open: it waits until it tries again, or polls again. */
  isWaiting: boolean;
  /** Whether it has one of the streams that there may be. */
  isStreaming: boolean;
  /** Ends what it does or waits for now; it goes on from its cursor at once. */
  readonly wake: () => void;
}

/** All that is live over a connection: who may stream, and who has to be woken when. */
export interface Hub {
  readonly settings: FaunaLiveSettings;
  /** Whether the page has been hidden for long. */
  readonly isPaused: () => boolean;
  /** Watches over a member until the returned function is called. */
  readonly join: (member: Member) => () => void;
  /** Whether a member may open a stream; otherwise it polls. */
  readonly mayStream: (member: Member) => boolean;
}

/** How often in ms the members' times are looked at. */
const TICK = 500;
/** No tick is so many ms late, unless the device was asleep. */
const ASLEEP = 30_000;

const hubs = new WeakMap<Connection, Hub>();

/** The hub of a connection. */
export function hubOf(connection: Connection): Hub {
  const hub = hubs.get(connection) ?? createHub(connection.options.live);
  hubs.set(connection, hub);
  return hub;
}

function createHub(settings: FaunaLiveSettings = {}): Hub {
  const { transport = "auto", maxStreams = 3, pauseWhenHiddenFor = 60_000 } = settings;
  const members = new Set<Member>();
  let isPaused = false;
  let isHidden = false;
  let hiddenAt = 0;
  let ticked = 0;
  let stop: () => void;

  /** @param isCut - whether the network has come or gone: a stream may not notice by itself for long. */
  function tick(isCut?: boolean): void {
    const now = Date.now();
    const [wasPaused, wasHidden] = [isPaused, isHidden];
    isHidden = !focusManager.isFocused();
    if (!wasHidden) hiddenAt = now;
    isPaused = isHidden && now - hiddenAt >= pauseWhenHiddenFor;
    const isChanged = isCut || isPaused !== wasPaused || now - ticked > ASLEEP;
    ticked = now;
    for (const { until, isWaiting, wake } of [...members])
      if (isChanged || now >= until || (isWaiting && wasHidden && !isHidden)) wake();
  }

  function start(): () => void {
    tick();
    const clock = setInterval(tick, TICK);
    const ends = [focusManager.subscribe(() => tick()), onlineManager.subscribe(() => tick(true))];
    return () => {
      clearInterval(clock);
      for (const end of ends) end();
    };
  }

  return {
    settings,
    isPaused: () => isPaused,
    join(member) {
      if (!members.size) stop = start();
      members.add(member);
      return () => {
        members.delete(member);
        if (!members.size) stop();
        // What it streamed with is another's now.
        else if (member.isStreaming) [...members].find(({ isStreaming }) => !isStreaming)?.wake();
      };
    },
    mayStream(member) {
      member.isStreaming = false;
      const streams = [...members].filter(({ isStreaming }) => isStreaming).length;
      return (member.isStreaming =
        transport === "stream" || (transport === "auto" && streams < maxStreams));
    },
  };
}
