/** A place among the events of a database: after the event with this number of the transaction at this time. */
export interface EventCursor {
  /** Transaction time in microseconds. */
  readonly ts: number;
  /** 1 is the first event of the transaction, 0 is before it. */
  readonly ordinal: number;
}

/** After all events of a transaction. */
export const LAST_ORDINAL = 0xffff_ffff;

const CURSOR = /^(\d{1,16})\.(\d{1,10})$/;

/** The text that a client sends back. Opaque to it. */
export function encodeCursor({ ts, ordinal }: EventCursor): string {
  return Buffer.from(`${ts}.${ordinal}`).toString("base64url");
}

/** Null for text that {@link encodeCursor} did not make. */
export function decodeCursor(text: string): EventCursor | null {
  const match = CURSOR.exec(Buffer.from(text, "base64url").toString("latin1"));
  if (!match || encodeCursor({ ts: Number(match[1]), ordinal: Number(match[2]) }) !== text)
    return null;
  return { ts: Number(match[1]), ordinal: Number(match[2]) };
}

export function isAfter(a: EventCursor, b: EventCursor): boolean {
  return a.ts > b.ts || (a.ts === b.ts && a.ordinal > b.ordinal);
}
