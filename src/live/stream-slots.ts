import type { Timer } from "../auth/running";
import { now } from "./clock";
import { SlotLocks, type SlotLocksOptions } from "./slot-locks";

/** Something that streams while it has a slot. */
export interface SlotMember {
  /** The most slots that all members of all tabs together may have. */
  readonly maxStreams: number;
  /** Called when it gets a slot later than it has asked, and when it loses it: then its stream has to end at once. */
  readonly onSlot: (isHeld: boolean) => void;
}

/** What {@link StreamSlots} need of the world. */
export type SlotsOptions = Omit<SlotLocksOptions, "onGain" | "onLoss">;

/** How long a request may wait for its answer to begin before it seems that streams keep it from being sent. */
export const STARVED_MS = 2000;
/** How long a slot is not used after that. */
export const REST_MS = 60_000;
/** A name for each lock is tried, so there has to be an end. */
const MOST_STREAMS = 100;

/**
 * Which streams of a page may be open: those that have a slot. There are few of them in all tabs together, because
 * browsers open few connections to a server, and queries need some.
 */
export class StreamSlots {
  readonly #options: SlotsOptions;
  /** Missing while nobody wants a slot. */
  #locks: SlotLocks | undefined;
  /** Both in the order in which they have asked. */
  readonly #holding = new Set<SlotMember>();
  readonly #waiting = new Set<SlotMember>();
  /** Who is asking right now. */
  #asking: SlotMember | undefined;
  /** Slots that are kept and not used, so that no other tab uses them either. */
  readonly #resting = new Set<Timer>();
  /** How many may stream as long as slots rest: slots that the page has not needed yet do not take their place. */
  #most = Infinity;
  /** When the requests began that wait for their answers, oldest first. */
  readonly #requests = new Map<object, number>();
  #starvedTimer: Timer | undefined;
  #droppedAt = 0;

  constructor(options: SlotsOptions) {
    this.#options = options;
  }

  /** Asks for a slot, and tells whether there is one at once. It keeps it until it calls `release` or loses it. */
  ask(member: SlotMember): boolean {
    if (!this.#holding.has(member)) this.#waiting.add(member);
    this.#locks ??= new SlotLocks({
      ...this.#options,
      onGain: () => this.#share(),
      onLoss: () => this.#cut(),
    });
    this.#asking = member;
    this.#update();
    this.#asking = undefined;
    return this.holds(member);
  }

  holds(member: SlotMember): boolean {
    return this.#holding.has(member);
  }

  /** Gives back its slot, or asks no longer. */
  release(member: SlotMember): void {
    const hadSlot = this.#holding.delete(member);
    if (!this.#waiting.delete(member) && !hadSlot) return;
    this.#share();
    this.#update();
    if (this.#holding.size || this.#waiting.size) return;
    this.#locks?.close();
    this.#locks = undefined;
    clearTimeout(this.#starvedTimer);
    for (const timer of this.#resting) clearTimeout(timer);
    this.#resting.clear();
    this.#most = Infinity;
  }

  /** Notes a request that needs a connection. Call the returned function when its answer begins. */
  watchRequest(): () => void {
    const request = {};
    this.#requests.set(request, now());
    this.#lookAgain();
    return () => {
      this.#requests.delete(request);
      this.#lookAgain();
    };
  }

  #update(): void {
    const members = [...this.#holding, ...this.#waiting];
    const limit = Math.min(
      MOST_STREAMS,
      members.reduce((most, { maxStreams }) => Math.max(most, maxStreams), 0),
    );
    const streams = Math.min(members.length, this.#most);
    this.#locks?.need(Math.min(limit, streams + this.#resting.size), limit);
  }

  /** How many may stream. */
  #usable(): number {
    return Math.max(0, Math.min(this.#most, (this.#locks?.held ?? 0) - this.#resting.size));
  }

  /** Gives free slots to the members that wait. */
  #share(): void {
    for (const member of this.#waiting) {
      const { size } = this.#holding;
      if (size >= this.#usable()) return;
      if (size >= member.maxStreams) continue;
      this.#waiting.delete(member);
      this.#holding.add(member);
      this.#lookAgain();
      if (member !== this.#asking) member.onSlot(true);
    }
  }

  /** If there are fewer slots now, takes them from the members that came last. */
  #cut(): void {
    for (const member of [...this.#holding].slice(this.#usable())) {
      this.#holding.delete(member);
      this.#waiting.add(member);
      member.onSlot(false);
    }
  }

  #lookAgain(): void {
    clearTimeout(this.#starvedTimer);
    const [oldest] = this.#requests.values();
    if (oldest === undefined || !this.#holding.size) return;
    const at = Math.max(oldest, this.#droppedAt) + STARVED_MS;
    this.#starvedTimer = setTimeout(() => this.#onStarved(), at - now());
  }

  /**
   * A request has waited for long. Other tabs' streams may be the reason: connections are shared by a whole site,
   * locks by an origin only. So one stream ends, and its connection stays free for a while.
   */
  #onStarved(): void {
    this.#droppedAt = now();
    this.#most = Math.max(0, this.#holding.size - 1);
    const timer = setTimeout(() => {
      this.#resting.delete(timer);
      this.#most = this.#resting.size ? this.#most + 1 : Infinity;
      this.#share();
      this.#update();
    }, REST_MS);
    this.#resting.add(timer);
    this.#cut();
    this.#lookAgain();
  }
}
