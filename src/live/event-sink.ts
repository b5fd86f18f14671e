import type { RequestLimit } from "../cache/query-record";
import type { ReadEvent } from "./event-types";
import type { StatusSink } from "./live-info";
import type { Position } from "./position";

/**
 * Applies the next events. No more are read until the result resolves. The position moves on once the events are
 * certainly in the data. If `signal` aborts before that, they come again.
 */
export type ApplyEvents = (events: readonly ReadEvent[], signal: AbortSignal) => unknown;

/** Keeps the position of an event stream, and hears from it. */
export interface EventSink extends StatusSink {
  /** Identifies the event source: equal in all tabs that follow it. */
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
  readonly budget: RequestLimit;
}
