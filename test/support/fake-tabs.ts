import type { PageEvent, PageLife } from "../../src/live/page-life";
import type { Channel } from "../../src/auth/channels";
import type { Locks } from "../../src/live/slot-locks";
import { type SlotMember, StreamSlots } from "../../src/live/stream-slots";

/** What a tab's browser refuses. */
export interface TabOptions {
  readonly isHidden?: boolean;
  /** `"missing"` as on an insecure origin, `"refused"` as where cookies are blocked. */
  readonly locks?: "missing" | "refused";
}

interface Request {
  readonly tab: FakeTab;
  readonly grant: () => void;
}

/** The locks and channels of one browser profile, and its tabs. */
export class FakeBrowser {
  /** Who has a lock, and who waits for it, in their order. */
  readonly queues = new Map<string, Request[]>();
  readonly channels = new Set<{
    readonly tab: FakeTab;
    readonly name: string;
    readonly end: Channel;
  }>();
  /** Every message that was posted. */
  readonly messages: unknown[] = [];

  open(options?: TabOptions): FakeTab {
    return new FakeTab(this, options);
  }

  /** The names of the locks that somebody has. */
  get locked(): string[] {
    return [...this.queues].filter(([, queue]) => queue.length).map(([name]) => name);
  }

  grantFirst(name: string): void {
    queueMicrotask(() => this.queues.get(name)?.[0]?.grant());
  }

  leave(name: string, request: Request): void {
    const queue = this.queues.get(name) ?? [];
    const place = queue.indexOf(request);
    if (place >= 0) queue.splice(place, 1);
    if (place === 0) this.grantFirst(name);
  }
}

/** A tab: its page, and the slots of the page. */
export class FakeTab {
  readonly slots: StreamSlots;
  readonly #browser: FakeBrowser;
  readonly #options: TabOptions;
  readonly #listeners = new Set<(event: PageEvent) => void>();
  #isHidden: boolean;
  #isLeft = false;

  constructor(browser: FakeBrowser, options: TabOptions = {}) {
    this.#browser = browser;
    this.#options = options;
    this.#isHidden = options.isHidden ?? false;
    const locks = options.locks === "missing" ? undefined : this.#locks();
    const openChannel = (name: string): Channel | undefined => this.#openChannel(name);
    this.slots = new StreamSlots({ name: "test", locks, openChannel, page: this.#page() });
  }

  /** Whether somebody listens to the page. */
  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  hide(): void {
    this.#isHidden = true;
    this.tell("hidden");
  }

  show(): void {
    this.#isHidden = false;
    this.tell("shown");
  }

  tell(event: PageEvent): void {
    if (event === "left" || event === "restored") this.#isLeft = event === "left";
    for (const listener of this.#listeners) listener(event);
  }

  /** Ends without a word: its locks are free. */
  crash(): void {
    this.#listeners.clear();
    for (const channel of this.#browser.channels)
      if (channel.tab === this) this.#browser.channels.delete(channel);
    for (const [name, queue] of this.#browser.queues)
      for (const request of [...queue])
        if (request.tab === this) this.#browser.leave(name, request);
  }

  #page(): PageLife {
    return {
      isHidden: () => this.#isHidden,
      isLeft: () => this.#isLeft,
      watch: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    };
  }

  #locks(): Locks {
    const request = (
      name: string,
      { signal }: LockOptions,
      onGrant: LockGrantedCallback<unknown>,
    ): Promise<unknown> =>
      new Promise((resolve, reject) => {
        if (this.#options.locks === "refused") return reject(new DOMException("", "SecurityError"));
        const queue = this.#browser.queues.get(name) ?? [];
        this.#browser.queues.set(name, queue);
        let isGranted = false;
        const leave = (): void => this.#browser.leave(name, own);
        const grant = (): void => {
          if (isGranted) return;
          isGranted = true;
          void Promise.resolve(onGrant(null)).then(resolve, reject).finally(leave);
        };
        const own: Request = { tab: this, grant };
        queue.push(own);
        if (queue[0] === own) this.#browser.grantFirst(name);
        signal?.addEventListener("abort", () => {
          if (isGranted) return;
          leave();
          reject(new DOMException("", "AbortError"));
        });
      });
    return { request: request as LockManager["request"] };
  }

  #openChannel(name: string): Channel | undefined {
    if (this.#options.locks === "refused") return undefined;
    const { channels, messages } = this.#browser;
    const end: Channel = {
      onmessage: null,
      postMessage(data: unknown) {
        messages.push(data);
        for (const other of channels)
          if (other.name === name && other !== own)
            queueMicrotask(() =>
              other.end.onmessage?.call(other.end as never, { data } as MessageEvent),
            );
      },
      close: () => void channels.delete(own),
    };
    const own = { tab: this, name, end };
    channels.add(own);
    return end;
  }
}

/** Somebody who streams when there is a slot, and notes what is said to it. */
export class FakeStream implements SlotMember {
  readonly heard: boolean[] = [];
  readonly onSlot = (isHeld: boolean): void => void this.heard.push(isHeld);

  constructor(
    readonly slots: StreamSlots,
    readonly maxStreams = 3,
  ) {
    slots.ask(this);
  }

  get isOpen(): boolean {
    return this.slots.holds(this);
  }

  end(): void {
    this.slots.release(this);
  }
}

/** So many streams that a tab would like to open. */
export const streamsIn = (tab: FakeTab, count = 3): FakeStream[] =>
  Array.from({ length: count }, () => new FakeStream(tab.slots));

/** How many of them are open. */
export const openOf = (streams: readonly FakeStream[]): number =>
  streams.filter(({ isOpen }) => isOpen).length;
