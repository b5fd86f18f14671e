// The types of events, of positions, and of what takes events. live-updater.ts says how an event changes a row.
import type { EventSource, Query, QueryValue, StreamEventData } from "fauna";

import type { StatusSink } from "./live-info";
import type { RequestBudget } from "./request-budget";

/** A change of a document, as the user who is signed in sees it: the driver's own type. */
export type FaunaEvent<T extends QueryValue = QueryValue> = StreamEventData<T>;

/** What events come from: an event source, or a query that returns one. */
export type FaunaEventSource = EventSource | Query<EventSource & QueryValue>;

/** Tells how far a source has been read when there was no change. */
export interface StatusEvent {
  readonly type: "status";
  readonly cursor: string;
}

export type ReadEvent = FaunaEvent | StatusEvent;

export const isChange = (event: ReadEvent): event is FaunaEvent => event.type !== "status";

/** How far the events of a source have been read. */
export interface Place {
  /** After which event to read on; missing before the first. */
  cursor?: string | undefined;
  /** The time of a transaction up to which everything has been applied; there may be a later one. */
  txn?: number | undefined;
  /** A `remove` after that, which has been applied as well: see {@link advance}. */
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
export function advance(place: Place, events: readonly ReadEvent[]): void {
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

/**
 * Applies the next events. No more are read until the result resolves. The position moves on once the events are
 * certainly in the data. If `signal` aborts before that, they come again.
 */
export type ApplyEvents = (events: readonly ReadEvent[], signal: AbortSignal) => unknown;

/** Where an event stream keeps its position, and what it tells. */
export interface EventSink extends StatusSink {
  /** What the events are of: equal in all tabs that follow the same. */
  readonly source: string;
  /** Where to go on; undefined while there is no snapshot. */
  position: Position | undefined;
  /** Fetches a snapshot and sets the position to its event source. */
  readonly fetchSnapshot: () => Promise<unknown>;
  /** Called when the user may see other data than before. */
  readonly onRightsChange?: () => void;
  /** Called when the server no longer accepts the position, which is then dropped. */
  readonly onPositionRejected?: (error: Error) => void;
  /** All requests for snapshots and events are noted there. */
  readonly budget: RequestBudget;
}
