import type { Session } from "../access/session";
import { beginRun } from "../fql/evaluator/interpreter";
import type { Context } from "../fql/model/context";
import type { EventSourceValue } from "../fql/values/value";
import type { Commit } from "../store";
import { encodeTagged } from "../wire";
import { encodeCursor, type EventCursor } from "./cursor";
import { changesSince, numberChanges, type NumberedChange } from "./changes";
import { translate, type StreamEvent } from "./events";
import { resolveSource } from "./resolve";
import type { StreamedSet } from "./source";
import { errorEvent, STATS, type WireEvent } from "./wire-events";

const TIMEOUT_MS = 10_000;

/** Reads events of one source as one user sees them. */
export class EventReader {
  readonly set: StreamedSet;

  /** Throws `EventSourceError` when the source stands for nothing, or nothing that the user may read. */
  constructor(
    readonly session: Session,
    readonly source: EventSourceValue,
  ) {
    this.set = this.#run((cx) => resolveSource(cx, source));
  }

  /** The event that the user sees of a change; null when he sees none. */
  read(change: NumberedChange): WireEvent | null {
    return this.#run((cx) => {
      const event = translate(cx, this.source, this.set, change);
      return event && toWire(event, change.cursor);
    });
  }

  /** The changes of the source's set since a time (that transaction included), seen or not. */
  since(ts: number): NumberedChange[] {
    return this.#run((cx) => changesSince(cx, this.set, ts));
  }

  /** The changes of the source's set in a transaction that was just committed. */
  within({ ts, changes }: Commit): NumberedChange[] {
    const own = changes.filter((change) => change.coll === this.set.coll);
    return this.#run((cx) => numberChanges(cx, this.set, ts, own, "live"));
  }

  /** Events only read, so the transaction writes nothing. */
  #run<T>(work: (cx: Context) => T): T {
    const { database, caller } = this.session;
    return database.transact((tx) => {
      const cx = beginRun(database, tx, caller, TIMEOUT_MS);
      const limit = { allowed: "read", where: "streams" } as const;
      return cx.withEffect(limit, () => work(cx));
    });
  }
}

function toWire(event: StreamEvent, cursor: EventCursor): WireEvent {
  if (event.kind === "error") {
    const abort = event.abort === undefined ? undefined : encodeTagged(event.abort);
    return errorEvent(event.code, event.message, abort);
  }
  return {
    type: event.type,
    data: encodeTagged(event.value),
    txn_ts: cursor.ts,
    cursor: encodeCursor(cursor),
    stats: STATS,
  };
}
