import type { Timer } from "../auth/running";
import type { Channel } from "../auth/channels";
import { now } from "./clock";
import type { PageLife } from "./page-life";

/** The part of the browser's `navigator.locks` that is needed. */
export type Locks = Pick<LockManager, "request"> & Partial<Pick<LockManager, "query">>;

/** What {@link SlotLocks} need of the world. */
export interface SlotLocksOptions {
  /** Begins the names of the locks and is that of the channel. */
  readonly name: string;
  /** Shared by all tabs of an origin. Without them the page is alone, and only streams while it is shown. */
  readonly locks: Locks | undefined;
  readonly openChannel: (name: string) => Channel | undefined;
  readonly page: PageLife;
  /** There are slots to be used. */
  readonly onGain: () => void;
  /** Only so many slots stay: what uses the others has to end before this returns. */
  readonly onLoss: (left: number) => void;
}

/** How long a page has to be in front before it asks: who switches tabs quickly moves no streams about. */
export const SETTLE_MS = 1500;
/** How long a page has to be hidden before it gives. */
export const GRACE_MS = 500;
/** How often a page that lacks slots says so again: a tab may not have heard it. */
export const REPEAT_MS = 10_000;

const WANT = "want";

/** The locks of a page that is alone: all of them are free. */
const OWN_LOCKS: Locks = {
  request: ((_name: string, _options: LockOptions, grant: LockGrantedCallback<unknown>) =>
    Promise.resolve(grant(null))) as LockManager["request"],
};

/**
 * The slots of a page: each is a lock that all tabs of the origin share, and stands for one connection to the server.
 * Pages in front ask for them. A hidden page keeps what it has until another one wants it. Locks are never stolen: a
 * page that hangs keeps its connections, too.
 */
export class SlotLocks {
  readonly #options: SlotLocksOptions;
  #locks: Locks;
  #isAlone: boolean;
  #channel: Channel | undefined;
  #needed = 0;
  #limit = 0;
  /** What gives a lock back, by its number. */
  readonly #held = new Map<number, () => void>();
  /** What ends the request for a lock. */
  readonly #asked = new Map<number, AbortController>();
  readonly #stopWatching: () => void;
  /** Whether it has been in front for long enough. */
  #isSettled: boolean;
  #hiddenAt = 0;
  #settleTimer: Timer | undefined;
  #giveTimer: Timer | undefined;
  #repeatTimer: Timer | undefined;

  constructor(options: SlotLocksOptions) {
    const { locks, page } = options;
    this.#options = options;
    this.#locks = locks ?? OWN_LOCKS;
    this.#isAlone = !locks;
    this.#isSettled = !page.isHidden() && !page.isLeft();
    this.#stopWatching = page.watch((event) => {
      if (event === "hidden") this.#onHidden();
      else if (event === "left") this.#onLeft();
      else this.#onShown();
    });
    this.#listen();
  }

  /** How many slots the page has. */
  get held(): number {
    return this.#held.size;
  }

  /**
   * Says how many are needed: it asks for more, or gives back what is too much.
   *
   * @param limit - how many there are in all tabs.
   */
  need(count: number, limit: number): void {
    this.#needed = count;
    this.#limit = limit;
    this.#balance();
  }

  close(): void {
    this.need(0, 0);
    this.#stopWatching();
    this.#onLeft();
  }

  #balance(): void {
    const surplus = [...this.#held].slice(this.#needed);
    for (const [index] of surplus) this.#giveBack(index);
    if (this.#held.size >= this.#needed) this.#stopAsking();
    else if (this.#isSettled) this.#ask();
  }

  /** Asks for all locks that it lacks: nobody knows which one becomes free first. */
  #ask(): void {
    const { size } = this.#asked;
    for (let index = 0; index < this.#limit && this.#held.size < this.#needed; index++)
      if (!this.#held.has(index) && !this.#asked.has(index)) void this.#askFor(index);
    if (this.#asked.size > size) this.#say();
  }

  /** Tells the others as long as there are too few. */
  #say(): void {
    clearTimeout(this.#repeatTimer);
    if (!this.#asked.size) return;
    this.#channel?.postMessage(WANT);
    this.#repeatTimer = setTimeout(() => {
      // In Chromium, a page that is kept for "back" and has a lock nevertheless loses it by this. The answer says nothing.
      void this.#locks.query?.().catch(() => {});
      this.#say();
    }, REPEAT_MS);
  }

  async #askFor(index: number): Promise<void> {
    const request = new AbortController();
    const { signal } = request;
    this.#asked.set(index, request);
    const isAsked = (): boolean => this.#asked.get(index) === request;
    let release: (() => void) | undefined;
    /** Holds the lock until it is released. */
    const hold = (resolve: () => void): void => {
      release = resolve;
      this.#asked.delete(index);
      this.#held.set(index, release);
      if (this.#held.size >= this.#needed) this.#stopAsking();
      this.#options.onGain();
    };
    try {
      await this.#locks.request(`${this.#options.name}:${index}`, { signal }, () =>
        isAsked() ? new Promise<void>(hold) : undefined,
      );
    } catch {
      // Not by an abort of its own. Browsers that block cookies refuse locks.
      if (isAsked()) this.#beAlone();
    } finally {
      // A browser takes a page's locks when it keeps the page for "back".
      if (release && this.#held.get(index) === release) this.#giveBack(index);
    }
  }

  #giveBack(index: number): void {
    const release = this.#held.get(index);
    if (!release) return;
    this.#held.delete(index);
    this.#options.onLoss(this.#held.size);
    release();
  }

  #giveAll(): void {
    clearTimeout(this.#giveTimer);
    for (const index of [...this.#held.keys()]) this.#giveBack(index);
  }

  #stopAsking(): void {
    clearTimeout(this.#repeatTimer);
    const requests = [...this.#asked.values()];
    this.#asked.clear();
    for (const request of requests) request.abort();
  }

  #beAlone(): void {
    this.#isAlone = true;
    this.#locks = OWN_LOCKS;
    this.#stopAsking();
    this.#balance();
  }

  #onHidden(): void {
    this.#hiddenAt = now();
    this.#isSettled = false;
    clearTimeout(this.#settleTimer);
    this.#stopAsking();
    if (this.#isAlone) this.#giveSoon();
  }

  #onShown(): void {
    clearTimeout(this.#giveTimer);
    clearTimeout(this.#settleTimer);
    this.#listen();
    if (this.#options.page.isHidden()) return;
    this.#settleTimer = setTimeout(() => {
      this.#isSettled = true;
      this.#balance();
    }, SETTLE_MS);
  }

  #onLeft(): void {
    this.#isSettled = false;
    clearTimeout(this.#settleTimer);
    this.#stopAsking();
    this.#giveAll();
    this.#channel?.close();
    this.#channel = undefined;
  }

  #listen(): void {
    if (this.#isAlone || this.#channel || this.#options.page.isLeft()) return;
    this.#channel = this.#options.openChannel(this.#options.name);
    // Without a channel the others are not told, and give when they end.
    if (!this.#channel) return;
    this.#channel.onmessage = ({ data }) => {
      if (data === WANT && this.#options.page.isHidden() && this.#held.size) this.#giveSoon();
    };
  }

  /** Gives all once the page has been hidden for a moment. At once if it has: a hidden page's timers are slow. */
  #giveSoon(): void {
    clearTimeout(this.#giveTimer);
    const wait = this.#hiddenAt + GRACE_MS - now();
    if (wait > 0) this.#giveTimer = setTimeout(() => this.#giveAll(), wait);
    else this.#giveAll();
  }
}
