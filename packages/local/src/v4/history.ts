import { mayReadHistory, mayReadSome } from "../fql/model/permissions";
import { oldestReadable } from "../fql/model/read";
import type { DocVersion } from "../store";
import { compare } from "./compare";
import { fromFields } from "./convert";
import { permissionDenied } from "./documents";
import { invalidArgument, type Position } from "./errors";
import type { Evaluator } from "./evaluate";
import { eventPlace, type EventPlace } from "./event-cursors";
import { itemsOf } from "./pages";
import {
  EventView,
  isObject,
  Page,
  type PageOptions,
  Ref,
  type SetItem,
  SetRef,
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
  return EventView.of({ ts: BigInt(ts), action, document: ref, data });
}

/** Cursors name an event without what changed, but with the values that an index lists. */
function cursorOf({ ts, action, ref, data }: HistoryEvent): V4Object {
  const values = action === "add" || action === "remove" ? data : undefined;
  return EventView.of({ ts: BigInt(ts), action, document: ref, data: values });
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

function ofDocument(ref: Ref, asking: Evaluator, position: Position): HistoryEvent[] {
  const { context, references } = asking.within(ref.database);
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
    ].sort((a, b) => references.order(a.ref, b.ref));
    before = now;
    return found;
  });
}

/** Where a cursor is among events: at the one that it names, or at the first that is later. */
function indexOf(
  events: readonly HistoryEvent[],
  { ts, document }: EventPlace,
  { references }: Evaluator,
): number {
  const at = events.findIndex((event) => {
    if (BigInt(event.ts) !== ts) return BigInt(event.ts) > ts;
    if (document === "first" || document === "last") return document === "first";
    return references.order(event.ref, document) >= 0;
  });
  return at < 0 ? events.length : at;
}

/** Whether a set is made of no others, so that what happens in it comes from it alone. */
function isWhole(of: Ref | SetRef): boolean {
  const { shown = {} } = (of instanceof SetRef && of.view) || {};
  return Object.keys(shown).every(
    (key) => key === "match" || key === "terms" || key === "singleton",
  );
}

/** A page of what happened to a document or in a set, the oldest first. */
export function historyPage(
  of: Ref | SetRef,
  { size, after, before }: PageOptions,
  evaluator: Evaluator,
  position: Position,
  self: SetRef,
): Page {
  const events =
    of instanceof Ref ? ofDocument(of, evaluator, position) : ofSet(of, evaluator, position);
  const place = (name: string, cursor: V4Value | undefined): EventPlace | undefined =>
    cursor === undefined
      ? undefined
      : eventPlace(cursor, [...position.slice(0, -1), name], evaluator);
  const [from, until] = [place("after", after), place("before", before)];
  const end = until && indexOf(events, until, evaluator);
  const start =
    end === undefined ? (from ? indexOf(events, from, evaluator) : 0) : Math.max(end - size, 0);
  const listed = events.slice(start, end ?? start + Math.max(size, 0));
  const next = events[start + size];
  const first = start > 0 ? events[start] : undefined;
  return new Page(
    listed.map(shown),
    until ? first && cursorOf(first) : from?.shown,
    until ? until.shown : next && cursorOf(next),
    listed.map(cursorOf),
    isWhole(of) ? listed.map(() => [self]) : [],
  );
}
