import { currentVersion, readDocument } from "../fql/model/read";
import type { Context } from "../fql/model/context";
import { documentField } from "../fql/model/document-fields";
import { mayRead } from "../fql/model/permissions";
import { queryErrorOf } from "../fql/model/stack";
import { canonical } from "../fql/values/canonical";
import {
  fieldsOf,
  isNull,
  type DocValue,
  type EventSourceValue,
  type Value,
} from "../fql/values/value";
import { materialize } from "../wire/materialize";
import type { Plain } from "../wire/plain";
import type { NumberedChange } from "./changes";
import type { StreamedSet } from "./source";

export type EventType = "add" | "update" | "remove";

/** What a client sees of a change. */
export type StreamEvent =
  | { readonly kind: "data"; readonly type: EventType; readonly value: Plain }
  | {
      readonly kind: "error";
      readonly code: string;
      readonly message: string;
      readonly abort?: Plain;
    };

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
    return keeps(cx, source, change) ? shown(cx, set, change) : null;
  } catch (error) {
    const failure = queryErrorOf(cx, error);
    if (error instanceof RangeError && cx.runsAgain) throw error;
    // Whatever it is, the reader is told. A stream ends with it, a feed goes on.
    const code = failure ? failure.code : "internal_error";
    const { message } = failure ?? (error instanceof Error ? error : { message: String(error) });
    const abort = failure?.details.abort;
    if (abort === undefined) return { kind: "error", code, message };
    return { kind: "error", code, message, abort: materialize(cx, abort) };
  }
}

/** Runs `work` as of the change, or as of just before it. */
function asOf<T>(cx: Context, ts: number, work: () => T): T {
  return cx.withReadTime({ ts, by: "event" }, work);
}

function reference({ coll, id }: NumberedChange): DocValue {
  return { kind: "doc", coll, id };
}

/**
 * Whether the reader has a right to hear of a change, and its source asks for it. The right to what a document has become
 * is judged by what it says now, the right to what it was by what it said then.
 */
function keeps(cx: Context, { watched }: EventSourceValue, change: NumberedChange): boolean {
  const { action, cursor } = change;
  const doc = reference(change);
  const now = (): boolean => mayRead(cx, doc);
  const then = (): boolean => mayRead(cx, doc, cursor.ts - 1);
  if (action === "create" ? !now() : action === "delete" ? !then() : !(now() || then()))
    return false;
  if (!watched.length) return true;
  const field = (path: readonly string[], ts: number): string | undefined =>
    asOf(cx, ts, () => fieldText(cx, doc, path));
  if (action === "delete") return watched.every((path) => field(path, cursor.ts - 1) !== undefined);
  return watched.some((path) => field(path, cursor.ts) !== field(path, cursor.ts - 1));
}

function shown(cx: Context, set: StreamedSet, change: NumberedChange): StreamEvent | null {
  const { action, cursor } = change;
  const [before, after] = [cursor.ts - 1, cursor.ts];
  const is = action === "delete" ? undefined : valueAt(cx, set, change, after);
  const was = action === "create" ? undefined : valueAt(cx, set, change, before);
  if (is === undefined && was === undefined) return null;
  const type = is === undefined ? "remove" : was === undefined ? "add" : "update";
  const plain =
    is === undefined
      ? asOf(cx, before, () => materialize(cx, was!))
      : asOf(cx, after, () => materialize(cx, is));
  return { kind: "data", type, value: plain };
}

/** What the source shows of the document as of a time; undefined where a filter or a right hides it. */
function valueAt(
  cx: Context,
  set: StreamedSet,
  change: NumberedChange,
  ts: number,
): Value | undefined {
  const doc = reference(change);
  return asOf(cx, ts, () => {
    if (!mayRead(cx, doc, ts)) return undefined;
    const version = currentVersion(cx, doc);
    return set.show(cx, version ? { ...doc, version } : doc);
  });
}

/** A field by its path as a text to compare; undefined when there is none, none to be seen, or it cannot be computed. */
function fieldText(cx: Context, doc: DocValue, path: readonly string[]): string | undefined {
  try {
    return valueText(cx, doc, path);
  } catch (error) {
    if (queryErrorOf(cx, error)) return undefined;
    throw error;
  }
}

function valueText(cx: Context, doc: DocValue, path: readonly string[]): string | undefined {
  const [first = "", ...rest] = path;
  if (typeof readDocument(cx, doc) === "string") return undefined;
  let value = documentField(cx, doc, first);
  for (const name of rest) value = fieldsOf(value).get(name);
  return value === undefined || isNull(value) ? undefined : canonical(value);
}
