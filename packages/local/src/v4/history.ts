import { mayReadHistory, mayReadSome } from "../fql/model/permissions";
import { oldestReadable } from "../fql/model/read";
import type { DocVersion } from "../store";
import { compare } from "./compare";
import { fromFields } from "./convert";
import { permissionDenied } from "./documents";
import { invalidArgument, wrongType, type Position } from "./errors";
import type { Evaluator } from "./evaluate";
import { itemsOf } from "./pages";
import {
  isObject,
  isTagged,
  object,
  Page,
  type PageOptions,
  Ref,
  type SetItem,
  type SetRef,
  typeName,
  type V4Object,
  type V4Value,
} from "./values";

/** What happened to a document, or that one came into a set or left it. */
interface HistoryEvent {
  readonly ts: number;
  readonly action: "create" | "update" | "delete" | "add" | "remove";
  readonly ref: Ref;
  readonly data?: V4Value;
}

function shown({ ts, action, ref, data }: HistoryEvent): V4Object {
  return object({ ts: BigInt(ts), action, document: ref, data });
}

/** Cursors name an event without what changed, but with the values that an index lists. */
function cursorOf({ ts, action, ref, data }: HistoryEvent): V4Object {
  const values = action === "add" || action === "remove" ? data : undefined;
  return object({ ts: BigInt(ts), action, document: ref, data: values });
}

/** What one version has other than the one before: removed fields as null. */
function changes(before: V4Object, after: V4Object): V4Object {
  const changed = [...after].flatMap(([key, value]): [string, V4Value][] => {
    const old = before.get(key);
    if (old !== undefined && compare(old, value) === 0) return [];
    const both = old !== undefined && isObject(old) && isObject(value);
    return [[key, both ? changes(old, value) : value]];
  });
  const gone = [...before.keys()].filter((key) => !after.has(key));
  return new Map([...changed, ...gone.map((key): [string, V4Value] => [key, null])]);
}

function ofDocument(ref: Ref, evaluator: Evaluator, position: Position): HistoryEvent[] {
  const { context, references } = evaluator;
  const document = references.toDocument(ref);
  if (!document) return [];
  if (!mayReadHistory(context, document)) throw permissionDenied(position);
  const isSchema = ref.schemaClass !== undefined;
  const fields = (version: DocVersion): V4Object => fromFields(version.data, references);
  const shownData = (after: V4Object, data: V4Object): V4Value =>
    after.size && data.size ? data : null;
  const all = context.db
    .collection(document.coll)
    .changesAfter(0)
    .filter(({ id, ts }) => id === document.id && ts <= context.readTs);
  return keptOf(all, oldestReadable(context.db, document.coll, context.tx.ts)).map(
    ({ ts, version, before }): HistoryEvent => {
      if (!version) return { ts, action: "delete", ref, data: null };
      if (isSchema) return { ts, action: before ? "update" : "create", ref, data: null };
      const after = fields(version);
      return before
        ? { ts, action: "update", ref, data: shownData(after, changes(fields(before), after)) }
        : { ts, action: "create", ref, data: shownData(after, after) };
    },
  );
}

type StoredChange = ReturnType<
  ReturnType<Evaluator["context"]["db"]["collection"]>["changesAfter"]
>[number];

/** Of what is older than the history the last is kept, as if nothing had been before it. */
function keptOf(changes: readonly StoredChange[], oldest: number): readonly StoredChange[] {
  const first = changes.findLastIndex(({ ts }) => ts <= oldest);
  if (first < 0) return changes;
  const [begin, ...rest] = changes.slice(first);
  return begin?.version ? [{ ...begin, before: null }, ...rest] : rest;
}

/** When anything in the user's collections changed. */
function timesOfChange({ context: { db, readTs } }: Evaluator): number[] {
  const collections = db.systemDocuments("Collection").map(({ id }) => Number(id));
  const all = collections.flatMap((coll) =>
    db
      .collection(coll)
      .changesAfter(0)
      .map(({ ts }) => ts),
  );
  return [...new Set(all)].filter((ts) => ts <= readTs).sort((a, b) => a - b);
}

/** What came into a set and left it is what it has at one time and not at the one before. */
function ofSet(set: SetRef, evaluator: Evaluator, position: Position): HistoryEvent[] {
  if (set.view?.timeless)
    throw invalidArgument("Set does not support events history.", position.slice(0, -1));
  const { context, references } = evaluator;
  const coll = references.collectionId(set.collection);
  // Whose right to read reaches some documents learns of all that came and went.
  const past = <T>(ts: number, read: () => T): T =>
    context.withAuthority({ builtin: "admin", roles: [] }, () =>
      context.withReadTime({ ts, by: "event" }, read),
    );
  if (coll !== undefined && !mayReadSome(context, coll)) throw permissionDenied(position);
  const same = (a: SetItem, b: SetItem): boolean =>
    compare(a.ref, b.ref) === 0 && compare(a.values, b.values) === 0;
  const without = (items: readonly SetItem[], others: readonly SetItem[]): SetItem[] =>
    items.filter((item) => !others.some((other) => same(item, other)));
  let before: readonly SetItem[] = [];
  return timesOfChange(evaluator).flatMap((ts) => {
    const now = past(ts, () => itemsOf(set, evaluator, position));
    const event =
      (action: "add" | "remove") =>
      ({ ref, values }: SetItem): HistoryEvent => ({
        ts,
        action,
        ref,
        ...(values.length ? { data: values } : {}),
      });
    const found = [
      ...without(before, now).map(event("remove")),
      ...without(now, before).map(event("add")),
    ].sort((a, b) => compare(a.ref, b.ref));
    before = now;
    return found;
  });
}

/** The cursor that is behind all events. */
const END = object({ ts: 9_223_372_036_854_775_807n / 1000n, action: "add" });

/** Where a cursor is among events: at the one that it names, or at the first that is later. */
function placeOf(events: readonly HistoryEvent[], cursor: V4Value, position: Position): number {
  if (cursor === null) return events.length;
  const given = isObject(cursor) ? (cursor.get("ts") ?? null) : cursor;
  const ts = isTagged(given, "time") ? given.nanos / 1000n : given;
  if (typeof ts !== "bigint")
    throw isObject(cursor)
      ? invalidArgument(
          `Cannot create event cursor with keys ${[...cursor.keys()].join(", ")}`,
          position,
        )
      : wrongType(["Object", "Integer", "Time", "Date"], typeName(cursor), position);
  const document = isObject(cursor) ? cursor.get("document") : undefined;
  const at = events.findIndex((event) => {
    if (BigInt(event.ts) !== ts) return BigInt(event.ts) > ts;
    return !(document instanceof Ref) || compare(event.ref, document) >= 0;
  });
  return at < 0 ? events.length : at;
}

/** A cursor that is only a moment shows as the first event that there could be then. */
function shownCursor(cursor: V4Value | undefined): V4Value | undefined {
  if (cursor === null) return END;
  const ts = cursor !== undefined && isTagged(cursor, "time") ? cursor.nanos / 1000n : cursor;
  return typeof ts === "bigint" ? object({ ts, action: "add" }) : cursor;
}

/** A page of what happened to a document or in a set, the oldest first. */
export function historyPage(
  of: Ref | SetRef,
  { size, after, before }: PageOptions,
  evaluator: Evaluator,
  position: Position,
): Page {
  const events =
    of instanceof Ref ? ofDocument(of, evaluator, position) : ofSet(of, evaluator, position);
  const beside = (name: string): Position => [...position.slice(0, -1), name];
  const until = before === undefined ? undefined : placeOf(events, before, beside("before"));
  const start =
    until === undefined
      ? after === undefined
        ? 0
        : placeOf(events, after, beside("after"))
      : Math.max(until - size, 0);
  const listed = events.slice(start, until ?? start + Math.max(size, 0));
  const next = until === undefined ? events[start + size] : undefined;
  const previous = until !== undefined && start > 0 ? events[start - 1] : undefined;
  return new Page(
    listed.map(shown),
    previous ? cursorOf(previous) : shownCursor(after),
    next ? cursorOf(next) : shownCursor(before),
    listed.map(cursorOf),
  );
}
