// The types of events. live-updater.ts says how an event changes a row.
import type { EventSource, Query, QueryValue, StreamEventData } from "fauna";

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
