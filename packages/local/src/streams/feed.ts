import { oldestReadable } from "../fql/model/read";
import type { Database } from "../store";
import { timeFromMicros, timeText } from "../fql/values/times";
import type { NumberedChange } from "./changes";
import { encodeCursor, isAfter, LAST_ORDINAL, type EventCursor } from "./cursor";
import type { EventReader } from "./reader";
import { errorEvent, type WireEvent } from "./wire-events";

export interface FeedPage {
  readonly events: readonly WireEvent[];
  readonly cursor: string;
  readonly has_next: boolean;
}

/**
 * One page of events after a cursor. An error event ends the page, and the next page goes on behind it. After the last
 * change the cursor is the present, so that who polls does not fall out of the history.
 */
export function readFeed(
  reader: EventReader,
  from: EventCursor,
  pageSize: number,
  snapshotTs: number,
): FeedPage {
  const { database } = reader.session;
  const start = encodeCursor(from);
  if (isTooOld(database, reader.coll, from.ts, snapshotTs))
    return { events: [tooOld(from.ts)], cursor: start, has_next: false };
  const changes = changesAfter(reader, from);
  const { events, taken } = reader.read(changes, pageSize);
  const last = changes[taken - 1];
  const hasNext = taken < changes.length;
  const cursor = hasNext && last ? last.cursor : { ts: snapshotTs, ordinal: LAST_ORDINAL };
  return { events, cursor: encodeCursor(cursor), has_next: hasNext };
}

/** The changes of the source's set after a cursor. */
export function changesAfter(reader: EventReader, from: EventCursor): NumberedChange[] {
  return reader.since(from.ts).filter((change) => isAfter(change.cursor, from));
}

/** Whether a time is before the history that the collection keeps. */
export function isTooOld(database: Database, coll: number, ts: number, now: number): boolean {
  return ts < oldestReadable(database, coll, now);
}

export function tooOld(ts: number): WireEvent {
  const time = timeText(timeFromMicros(ts));
  const message = `Stream start time ${time} is too far in the past. Recreate the stream and try again.`;
  return errorEvent("invalid_stream_start_time", message);
}
