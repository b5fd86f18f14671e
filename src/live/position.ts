import { type FaunaEvent, isChange, type ReadEvent } from "./event-types";

/** How far somebody has come in the events of a source. */
export interface Place {
  /** After which event to read on; missing before the first. */
  cursor?: string | undefined;
  /** The time of a transaction: nothing up to it is still to come. It may be older than the cursor. */
  txn?: number | undefined;
  /** A `remove` after that, which has been taken in as well: see {@link advancePlace}. */
  removed?: FaunaEvent | undefined;
}

/** A place among the events of a source, and what it takes to read on from there. */
export interface Position extends Place {
  readonly token: string;
  /** The driver's options of the snapshot: its `long_type` is that of the events too. */
  readonly request?: object | undefined;
  /** What the last token that was sent says of its user. */
  rights?: string;
  /** Whether more may have happened since than a stream replays. */
  isBeyondReplay?: boolean;
}

/**
 * Moves a place on over events that have been applied, but not over a `remove` that nothing has followed yet. A stream
 * that was just opened may tell of one update in two parts, which come apart: a `remove` of the old version and an
 * `update`, with the same cursor. Fauna never sends the second part to who reads on from that cursor.
 */
export function advancePlace(place: Place, events: readonly ReadEvent[]): void {
  for (const event of events) {
    const { removed } = place;
    if (removed && removed.cursor !== event.cursor) moveTo(place, removed);
    place.removed = event.type === "remove" ? event : undefined;
    if (!place.removed) moveTo(place, event);
  }
}

function moveTo(place: Place, event: ReadEvent): void {
  place.cursor = event.cursor;
  if (isChange(event)) place.txn = event.txn_ts;
}
