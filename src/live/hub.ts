import type { Connection, FaunaLiveSettings } from "../drivers/connection";

/** What a hub watches over. */
export interface Member {
  /** When in ms the member is to be woken; Infinity for never. */
  until: number;
  /** Whether nothing is open: it waits until it tries again, or polls. */
  readonly isWaiting: boolean;
  /** Whether it holds one of the streams that there may be. */
  isStreaming: boolean;
  /** Ends what it does or waits for now, and has it go on from its cursor at once. */
  readonly wake: () => void;
}

/** How often in ms the members' times are looked at. */
const TICK = 1000;
/** So long in ms no tick is late, unless the device was asleep. */
const ASLEEP = 30_000;

/** All live queries of a connection: which may stream, and when they have to be woken. */
export class Hub {
  readonly settings: FaunaLiveSettings;
  readonly #members = new Set<Member>();
  #clock: ReturnType<typeof setInterval> | undefined;
  #hiding: ReturnType<typeof setTimeout> | undefined;
  #ticked = 0;
  /** Whether the page has been hidden for long. */
  isPaused = false;

  constructor({ live = {} }: Connection) {
    this.settings = live;
  }

  join(member: Member): void {
    this.#members.add(member);
    if (this.#members.size > 1) return;
    this.#ticked = Date.now();
    this.#clock = setInterval(() => this.#tick(), TICK);
    this.#listen("addEventListener");
    this.#look();
  }

  leave(member: Member): void {
    this.#members.delete(member);
    if (member.isStreaming) [...this.#members].find(({ isStreaming }) => !isStreaming)?.wake();
    if (this.#members.size) return;
    clearInterval(this.#clock);
    clearTimeout(this.#hiding);
    this.#listen("removeEventListener");
  }

  /** Whether a member may open a stream; otherwise it polls. */
  mayStream(member: Member): boolean {
    const { transport = "auto", maxStreams = 3 } = this.settings;
    const others = [...this.#members].filter((other) => other.isStreaming && other !== member);
    member.isStreaming =
      transport === "stream" || (transport === "auto" && others.length < maxStreams);
    return member.isStreaming;
  }

  #listen(verb: "addEventListener" | "removeEventListener"): void {
    if (typeof document === "undefined") return;
    document[verb]("visibilitychange", this.#look);
    window[verb]("online", this.#wakeAll);
  }

  readonly #wakeAll = (): void => {
    for (const member of [...this.#members]) member.wake();
  };

  /** The page is hidden now, or shown. */
  readonly #look = (): void => {
    clearTimeout(this.#hiding);
    const { pauseWhenHiddenFor = 60_000 } = this.settings;
    if (typeof document !== "undefined" && document.visibilityState === "hidden") {
      const pause = (): void => {
        this.isPaused = true;
        this.#wakeAll();
      };
      if (pauseWhenHiddenFor < Infinity) this.#hiding = setTimeout(pause, pauseWhenHiddenFor);
      return;
    }
    this.isPaused = false;
    for (const member of [...this.#members]) if (member.isWaiting) member.wake();
  };

  #tick(): void {
    const now = Date.now();
    const wasAsleep = now - this.#ticked > ASLEEP;
    this.#ticked = now;
    for (const member of [...this.#members]) if (wasAsleep || now >= member.until) member.wake();
  }
}

const hubs = new WeakMap<Connection, Hub>();

/** The hub of a connection. */
export function hubOf(connection: Connection): Hub {
  const hub = hubs.get(connection) ?? new Hub(connection);
  hubs.set(connection, hub);
  return hub;
}
