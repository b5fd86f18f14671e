import { beginRun } from "../fql/evaluator/interpreter";
import type { Context } from "../fql/model/context";
import type { EventSourceValue } from "../fql/values/value";
import type { Commit, Database } from "../store";
import type { Caller } from "../store/caller";
import { encodeTagged } from "../wire";
import { encodeCursor, type EventCursor } from "./cursor";
import { changesSince, numberChanges, type NumberedChange } from "./changes";
import { translate, type StreamEvent } from "./events";
import { EventSourceError, resolveSource } from "./resolve";
import { streamedSet, type StreamedSet } from "./source";
import { errorEvent, STATS, type WireEvent } from "./wire-events";

const TIMEOUT_MS = 10_000;

/** Who reads events of what. All here is plain data, because it may be read in another thread. */
export interface Follower {
  readonly caller: Caller;
  readonly source: EventSourceValue;
}

/** A follower whose source has turned out to be about a collection. */
export interface Follow extends Follower {
  readonly coll: number;
}

/** The collection that a source is about, or why it stands for nothing that its follower may read. */
export type ReadSource = { readonly coll: number } | { readonly refusal: string };

export function readSource(database: Database, follower: Follower, runsAgain = false): ReadSource {
  try {
    return { coll: run(database, follower, runsAgain, (cx) => resolveSource(cx, follower.source)) };
  } catch (error) {
    if (error instanceof EventSourceError) return { refusal: error.message };
    throw error;
  }
}

/** The changes since a time (that transaction included), or those of a transaction that was just committed. */
export type ChangesRequest = { readonly follow: Follow } & (
  { readonly since: number } | { readonly commit: Pick<Commit, "ts" | "changes"> }
);

/** The changes of the set that is followed, seen or not. */
export function readChanges(
  database: Database,
  request: ChangesRequest,
  runsAgain = false,
): readonly NumberedChange[] {
  const { follow } = request;
  const set = followedSet(follow);
  return run(database, follow, runsAgain, (cx) => {
    if ("since" in request) return changesSince(cx, set, request.since);
    const { ts, changes } = request.commit;
    return numberChanges(cx, set, ts, changes, "live");
  });
}

export interface EventsRequest {
  readonly follow: Follow;
  readonly changes: readonly NumberedChange[];
  /** How many events there may be. */
  readonly most: number;
}

/** Events, and of how many changes they are. */
export interface EventsRead {
  readonly events: readonly WireEvent[];
  readonly taken: number;
}

/** The events that the follower sees of changes, up to and including the first error. */
export function readEvents(
  database: Database,
  { follow, changes, most }: EventsRequest,
  runsAgain = false,
): EventsRead {
  const set = followedSet(follow);
  const events: WireEvent[] = [];
  let taken = 0;
  for (const change of changes) {
    if (events.length === most) break;
    taken++;
    const event = run(database, follow, runsAgain, (cx) =>
      translate(cx, follow.source, set, change),
    );
    if (event) events.push(toWire(event, change.cursor));
    if (event?.kind === "error") break;
  }
  return { events, taken };
}

function followedSet({ source, coll }: Follow): StreamedSet {
  return { ...streamedSet(source)!, coll };
}

/** Events only read, so the transaction writes nothing. */
function run<T>(
  database: Database,
  { caller }: Follower,
  runsAgain: boolean,
  work: (cx: Context) => T,
): T {
  return database.transact((tx) => {
    const cx = beginRun(database, tx, caller, TIMEOUT_MS);
    cx.runsAgain = runsAgain;
    return cx.withEffect({ allowed: "read", where: "streams" }, () => work(cx));
  });
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
