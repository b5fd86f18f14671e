import type { EventSource, Query, QueryValue, StreamEventData } from "fauna";

/** A change of a document, as the user who is signed in sees it: the driver's own type. */
export type FaunaEvent<T extends QueryValue = QueryValue> = StreamEventData<T>;

/** What events come from: an event source, or a query that returns one. */
export type FaunaEventSource = EventSource | Query<EventSource & QueryValue>;
