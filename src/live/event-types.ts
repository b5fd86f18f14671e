// The types of events, of positions among them, and of what takes them. How an event changes a row: live-updater.ts.
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

/** A place among the events of a source. */
export interface Position {
  readonly token: string;
  /** The driver's options of the snapshot: its `long_type` is that of the events too. */
  readonly request?: object | undefined;
  /** The last event that was applied; missing before the first. */
  cursor?: string | undefined;
  /** The time of a transaction up to which everything has been applied; there may be a later one. */
  txn?: number | undefined;
  /** What the last token that was sent says of its user. */
  rights?: string;
  /** Whether more may have happened since than a stream replays. */
  isBeyondReplay?: boolean;
}

/** Moves a position on to the last of the events that have been applied. */
export function advance(
  position: Pick<Position, "cursor" | "txn">,
  events: readonly ReadEvent[],
): void {
  const [last, lastChange] = [events.at(-1), events.filter(isChange).at(-1)];
  if (last) position.cursor = last.cursor;
  if (lastChange) position.txn = lastChange.txn_ts;
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
