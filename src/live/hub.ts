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
  const hub = hubs.get(connection) ?? createHub(connection.live);
  hubs.set(connection, hub);
  return hub;
}

function createHub(settings: FaunaLiveSettings = {}): Hub {
  const { transport = "auto", maxStreams = 3, pauseWhenHiddenFor = 60_000 } = settings;
  const page = globalThis.window as Window | undefined;
  const members = new Set<Member>();
  let isPaused = false;
  let ticked = 0;
  let hiddenAt = Infinity;
  let clock: ReturnType<typeof setInterval> | undefined;

  function wake(isMeant: (member: Member) => boolean): void {
    for (const member of [...members]) if (isMeant(member)) member.wake();
  }

  function tick(): void {
    const now = Date.now();
    const wasPaused = isPaused;
    isPaused = now - hiddenAt >= pauseWhenHiddenFor;
    const isChanged = isPaused !== wasPaused || now - ticked > ASLEEP;
    ticked = now;
    wake(({ until }) => isChanged || now >= until);
  }

  function look(): void {
    const isHidden = page?.document.visibilityState === "hidden";
    hiddenAt = isHidden ? Date.now() : Infinity;
    tick();
    wake(({ isWaiting }) => isWaiting && !isHidden);
  }

  const wakeAll = (): void => wake(() => true);

  function watch(verb: "addEventListener" | "removeEventListener"): void {
    page?.[verb]("visibilitychange", look);
    page?.[verb]("online", wakeAll);
    // A stream may not notice by itself for long that it is cut.
    page?.[verb]("offline", wakeAll);
    clearInterval(clock);
  }

  return {
    settings,
    isPaused: () => isPaused,
    join(member) {
      if (!members.size) {
        watch("addEventListener");
        clock = setInterval(tick, TICK);
        ticked = Date.now();
        look();
      }
      members.add(member);
      return () => {
        members.delete(member);
        if (!members.size) watch("removeEventListener");
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
