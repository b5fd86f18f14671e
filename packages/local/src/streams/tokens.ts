import type { Database } from "../store";
import type { EventSourceValue } from "../fql/values/value";

const TOKEN = /^[A-Za-z0-9+/]{32}$/;

/** Whether a text can be the token of an event source at all. */
export function isEventSourceToken(token: string): boolean {
  return TOKEN.test(token);
}

/** The event source that a query answered with this token. */
export function decodeEventSource(database: Database, token: string): EventSourceValue | undefined {
  return database.eventSources.get(token);
}
