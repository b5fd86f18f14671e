import type { Context } from "../fql/evaluator/context";
import { QueryError } from "../fql/errors";
import { mayRead, mayReadAll } from "../fql/model/permissions";
import type { DocVersion, EventSourceValue, Value } from "../fql/values/value";
import type { NumberedChange } from "./changes";
import { hasAll, hasAny, type StreamedSet } from "./source";

export type EventType = "add" | "update" | "remove";

/** What a client sees of a change. */
export type StreamEvent =
  | { readonly kind: "data"; readonly type: EventType; readonly value: Value }
  | { readonly kind: "error"; readonly code: string; readonly message: string };

/**
 * Turns a change into the event that the reader sees, or null when he sees nothing of it. Losing sight of a document,
 * by its leaving the set or for want of rights, is a `remove` with what it said before; gaining it is an `add`.
 */
export function translate(
  cx: Context,
  source: EventSourceValue,
  set: StreamedSet,
  change: NumberedChange,
): StreamEvent | null {
  try {
    return translateData(cx, source, set, change);
  } catch (error) {
    // Whatever it is, the reader is told, and the stream ends with it.
    const code = error instanceof QueryError ? error.code : "internal_error";
    return { kind: "error", code, message: error instanceof Error ? error.message : String(error) };
  }
}

function translateData(
  cx: Context,
  { watched }: EventSourceValue,
  set: StreamedSet,
  { before, after }: NumberedChange,
): StreamEvent | null {
  const was = before && set.includes(cx, before) ? before : null;
  const is = after && set.includes(cx, after) ? after : null;
  if (!isWatched(cx, set, watched, was, is)) return null;
  const shownBefore = was && mayRead(cx, was) ? set.show(cx, was) : undefined;
  const shownNow = is && mayReadNow(cx, is) ? set.show(cx, is) : undefined;
  if (shownNow !== undefined)
    return { kind: "data", type: shownBefore === undefined ? "add" : "update", value: shownNow };
  return shownBefore === undefined ? null : { kind: "data", type: "remove", value: shownBefore };
}

function isWatched(
  cx: Context,
  set: StreamedSet,
  watched: EventSourceValue["watched"],
  was: DocVersion | null,
  is: DocVersion | null,
): boolean {
  if (was && is) return set.notices(cx, was, is);
  if (watched.length === 0) return was !== null || is !== null;
  return was ? hasAll(watched, was) : is !== null && hasAny(watched, is);
}

/** The right to a new value is judged on the document as it is now, not as it was then. */
function mayReadNow(cx: Context, version: DocVersion): boolean {
  const current = cx.db.read(version.coll, version.id);
  return current ? mayRead(cx, current) : mayReadAll(cx, version.coll);
}
