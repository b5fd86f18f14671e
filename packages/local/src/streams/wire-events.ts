import { encodable } from "../wire";
import { encodeCursor, type EventCursor } from "./cursor";

/** An event as it goes over the wire. */
export type WireEvent = Readonly<Record<string, unknown>>;

/** Figures of an event; nothing is metered here. */
export const STATS = {
  read_ops: 0,
  storage_bytes_read: 0,
  compute_ops: 1,
  processing_time_ms: 0,
  rate_limits_hit: [],
} as const;

/** An error, with what `abort()` was given if it was one. */
export function errorEvent(code: string, message: string, abort?: unknown): WireEvent {
  const error = abort === undefined ? { code, message } : { code, message, abort };
  return { type: "error", error, stats: STATS };
}

export function statusEvent(cursor: EventCursor): WireEvent {
  return { type: "status", txn_ts: cursor.ts, cursor: encodeCursor(cursor), stats: STATS };
}

/** An event as it is sent. */
export function line(event: WireEvent): string {
  return `${encodable(JSON.stringify(event))}\n`;
}
