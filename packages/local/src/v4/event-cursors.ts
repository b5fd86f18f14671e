import { eventAction } from "./word-casts";
import { typeName } from "./type-names";
import { DAY_NANOS } from "../fql/values/times";
import { integer, ref as refCast } from "./casts";
import { invalidArgument, joined, type Position, wrongType } from "./errors";
import type { Evaluator } from "./evaluate";
import { EventView, isObject, isTagged, type Ref, type V4Object, type V4Value } from "./values";

/** Where among events a page begins or ends. */
export interface EventPlace {
  readonly ts: bigint;
  /** A document of that time; all that happened then is behind the first place, and in front of the last. */
  readonly document: Ref | "first" | "last";
  /** As answers show it. */
  readonly shown: V4Value;
}

const LAST_MICROS = 9_223_372_036_854_775_807n / 1000n;

/** What an object may say of an event; the document has had several names. */
const FORMS: ReadonlySet<string> = new Set(
  ["", " action", " action resource", " action resource values"]
    .concat([" action instance", " action instance data"])
    .concat([" action document", " action document data"])
    .map((rest) => keysOf(`ts${rest}`.split(" "))),
);

function keysOf(keys: readonly string[]): string {
  return [...keys].sort().join(" ");
}

/** Reads the cursor of a page of events. */
export function eventPlace(cursor: V4Value, at: Position, evaluator: Evaluator): EventPlace {
  if (isObject(cursor)) return placeOfEvent(cursor, at, evaluator);
  const ts = momentOf(cursor);
  if (ts === undefined)
    throw wrongType(["Object", "Integer", "Time", "Date"], typeName(cursor), at);
  return { ts, document: "first", shown: EventView.of({ ts, action: "add" }) };
}

/** A moment stands for the first event that there could be then; null is behind all events. */
function momentOf(cursor: V4Value): bigint | undefined {
  if (cursor === null) return LAST_MICROS;
  if (typeof cursor === "bigint") return cursor;
  if (isTagged(cursor, "time")) return cursor.nanos / 1000n;
  return isTagged(cursor, "date") ? (BigInt(cursor.day) * DAY_NANOS) / 1000n : undefined;
}

function placeOfEvent(cursor: V4Object, at: Position, evaluator: Evaluator): EventPlace {
  const keys = [...cursor.keys()];
  if (!FORMS.has(keysOf(keys)))
    throw invalidArgument(`Cannot create event cursor with keys ${keys.join(", ")}`, at);
  const named = ["document", "instance", "resource"].find((name) => cursor.has(name));
  const data = cursor.get("data") ?? cursor.get("values");
  const [ts, document, action] = joined(
    () => integer(cursor.get("ts") ?? null, [...at, "ts"], evaluator),
    () => named && refCast(cursor.get(named) ?? null, [...at, named], evaluator),
    () =>
      cursor.has("action")
        ? eventAction(cursor.get("action") ?? null, [...at, "action"], evaluator)
        : "add",
  );
  // The server does not show what has no document.
  if (!document) return { ts, document: "last", shown: null };
  const values = action === "update" || data === undefined ? undefined : [data].flat();
  return { ts, document, shown: EventView.of({ ts, action, document, data: values }) };
}
