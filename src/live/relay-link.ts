import { digest } from "../auth/digest";
import { now } from "./clock";
import { type FaunaEvent, isChange, type ReadEvent } from "./event-types";
import { advancePlace, type Place } from "./position";
import type { Relay, RelayedLines, RelayMessage } from "./relay";

/** How often a tab that streams says so, and how long the others believe it. */
export const ALIVE_EVERY_MS = 15_000;
export const BELIEVED_MS = 40_000;
/** How often a tab that hears the events of another one asks the server all the same. */
export const RELAYED_POLL_MS = 60_000;
/** How many batches it keeps. */
export const INBOX_SIZE = 100;

/** How much of a relayed batch is new at a position: which lines, or `"gap"` if something before them may be missing. */
export function newLines(position: Place, relayed: RelayedLines): readonly string[] | "gap" {
  const { lines, previous, cursor, since } = relayed;
  const { txn } = position;
  if (previous !== undefined && previous === position.cursor) return lines;
  if (cursor === position.cursor) return [];
  if (txn === undefined || since === undefined) return "gap";
  const newer = lines.filter((line) => txnOf(line) > txn);
  return since <= txn || !newer.length ? newer : "gap";
}

/** The parts of an event that need no decoding. */
const parse = (line: string): ReadEvent => JSON.parse(line) as ReadEvent;

const txnOf = (line: string): number => (parse(line) as FaunaEvent).txn_ts;

/** Ties one event stream to those of the same source in the user's other tabs. */
export class RelayLink {
  readonly #relay: Relay;
  readonly #source: string;
  readonly #onHeard: () => void;
  /** Names source and rights; undefined until it is known. */
  #key: string | undefined;
  #rights: string | undefined;
  #leave: (() => void) | undefined;
  #inbox: RelayedLines[] = [];
  /** How far its own tab has read. */
  #read: Place = {};
  /** Whether it has to ask the server: something may have happened that no tab will tell. */
  hasToAsk = false;
  #believedUntil = 0;
  #askedAt = -Infinity;
  /** When it has told the others of its own stream; undefined if it has none. */
  #toldAt: number | undefined;

  /**
   * @param source - what the events are of.
   * @param onHeard - called when there is something to take, or to ask for.
   */
  constructor(relay: Relay, source: string, onHeard: () => void) {
    this.#relay = relay;
    this.#source = source;
    this.#onHeard = onHeard;
  }

  /** Whether another tab tells of what happens. */
  get isFollowing(): boolean {
    return now() < this.#believedUntil;
  }

  /** Whether others have told what has happened. */
  get hasLines(): boolean {
    return this.#inbox.length > 0;
  }

  /** Whether it has told the others of its own stream. */
  get #isTold(): boolean {
    return this.#toldAt !== undefined;
  }

  join(): void {
    this.#leave ??= this.#relay.join((message) => this.#hear(message));
  }

  leave(): void {
    this.endStream();
    this.#leave?.();
    this.#leave = undefined;
    this.#inbox = [];
    this.#believedUntil = 0;
  }

  /** Only those hear each other whose tokens say the same of the user: others may see other events. */
  useRights(rights: string | undefined): void {
    if (rights === undefined || rights === this.#rights) return;
    this.#rights = rights;
    this.#key = undefined;
    void digest([this.#source, rights]).then((key) => {
      if (rights !== this.#rights || !key) return;
      this.#key = key;
      this.#relay.post({ type: "hello", key });
    });
  }

  /**
   * Tells the others what its own tab has read.
   *
   * @param lines - how it came on a stream; undefined if it is from a feed, as which the others may read it, too.
   */
  passOn(events: readonly ReadEvent[], lines?: readonly string[]): void {
    const { cursor: previous, txn: since } = this.#read;
    advancePlace(this.#read, events);
    const cursor = events.at(-1)?.cursor;
    if (!lines || cursor === undefined) return;
    this.keepAlive();
    if (events.some(isChange)) this.tell({ lines, previous, cursor, since });
  }

  /** Tells the others what has come on its stream. */
  tell(relayed: RelayedLines): void {
    if (this.#key) this.#relay.post({ type: "events", key: this.#key, ...relayed });
  }

  /** Tells the others from time to time that it has a stream. */
  keepAlive(): void {
    if (now() - (this.#toldAt ?? -Infinity) >= ALIVE_EVERY_MS) this.#sayAlive();
  }

  #sayAlive(): void {
    if (!this.#key) return;
    this.#toldAt = now();
    this.#relay.post({ type: "alive", key: this.#key });
  }

  /** Tells the others that it has no stream any more. */
  endStream(): void {
    if (this.#isTold && this.#key) this.#relay.post({ type: "ended", key: this.#key });
    this.#toldAt = undefined;
  }

  /**
   * Returns the lines that it has heard and that are new at a position; undefined if it has to ask the server.
   *
   * @param position - from where its own tab reads on.
   */
  takeNewLines(position: Place): readonly string[] | undefined {
    this.#read = { ...position };
    const heard = this.#inbox.splice(0);
    const time = now();
    const lines: string[] = [];
    const place = { ...position };
    let hasToAsk = this.hasToAsk || !heard.length || time - this.#askedAt >= RELAYED_POLL_MS;
    for (const relayed of heard) {
      const added = newLines(place, relayed);
      if (added === "gap") hasToAsk = true;
      else {
        lines.push(...added);
        advancePlace(place, added.map(parse));
      }
    }
    if (!hasToAsk) return lines;
    this.hasToAsk = false;
    this.#askedAt = time;
    return undefined;
  }

  #hear(message: RelayMessage): void {
    if ("key" in message && message.key !== this.#key) return;
    // A tab with a stream of its own ignores what others tell.
    if (this.#isTold && message.type === "hello") this.#sayAlive();
    if (this.#isTold || message.type === "hello") return;
    if (message.type === "events" || message.type === "alive")
      this.#believedUntil = now() + BELIEVED_MS;
    if (message.type === "alive") return;
    if (message.type === "events") {
      // If nobody has taken them for long, it asks the server for all of them instead.
      if (this.#inbox.push(message) > INBOX_SIZE) {
        this.#inbox = [];
        this.hasToAsk = true;
      }
    } else {
      // The tab that streams will tell of this change itself.
      if (message.type === "changed" && this.isFollowing) return;
      this.#believedUntil = 0;
      this.hasToAsk = true;
    }
    this.#onHeard();
  }
}
