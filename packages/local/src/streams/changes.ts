import type { Context } from "../fql/model/context";
import { collate } from "../fql/values/collation";
import { compareValues } from "../fql/values/order";
import type { DocVersion, Value } from "../fql/values/value";
import type { EventCursor } from "./cursor";

/** What one transaction did to one document. */
export interface DocumentChange {
  readonly id: bigint;
  readonly before: DocVersion | null;
  readonly after: DocVersion | null;
}

export type Action = "create" | "update" | "delete";

/** What a change takes out of a set and puts into it: the values that the document is listed under. */
export interface Rows {
  readonly removed: readonly (readonly Value[])[];
  readonly added: readonly (readonly Value[])[];
  /** What became of the document, where the rows do not say. */
  readonly action: Action | null;
}

export type RowsOf = (cx: Context, change: DocumentChange) => Rows | null;

/** A change of a set's, at its place among the set's events. */
export interface NumberedChange extends DocumentChange {
  readonly cursor: EventCursor;
  readonly coll: number;
  readonly action: Action;
}

interface Row {
  readonly change: DocumentChange;
  readonly action: Action;
  readonly adds: boolean;
  readonly values: readonly Value[];
}

/** How the server reads the rows of one transaction: from the history, or as they are written. */
export type Order = "history" | "live";

function compareRows(a: Row, b: Row, order: Order): number {
  const byId = a.change.id < b.change.id ? -1 : a.change.id > b.change.id ? 1 : 0;
  if (order === "history") return Number(a.adds) - Number(b.adds) || byId;
  for (const [i, value] of a.values.entries()) {
    const difference = i < b.values.length ? compareValues(value, b.values[i]!, collate) : 1;
    if (difference) return difference;
  }
  return byId || Number(a.adds) - Number(b.adds);
}

/**
 * Numbers the changes of one transaction to a set. Each row counts, and a document is at the place of its first one. A
 * document made and deleted in one transaction is no change at all.
 */
export function numberChanges(
  cx: Context,
  place: { readonly coll: number; readonly rows: RowsOf },
  ts: number,
  changes: readonly DocumentChange[],
  order: Order,
): NumberedChange[] {
  const rows = changes.flatMap((change): Row[] => {
    const found = place.rows(cx, change);
    if (!found) return [];
    const { removed, added } = found;
    const action =
      found.action ??
      (removed.length && added.length ? "update" : added.length ? "create" : "delete");
    return [
      ...removed.map((values) => ({ change, action, adds: false, values })),
      ...added.map((values) => ({ change, action, adds: true, values })),
    ];
  });
  rows.sort((a, b) => compareRows(a, b, order));
  const numbered = new Map<bigint, NumberedChange>();
  for (const [i, { change, action }] of rows.entries()) {
    if (!numbered.has(change.id))
      numbered.set(change.id, {
        ...change,
        coll: place.coll,
        action,
        cursor: { ts, ordinal: i + 1 },
      });
  }
  return [...numbered.values()];
}

/** All changes of a set since a time (that transaction included), oldest first. */
export function changesSince(
  cx: Context,
  place: { readonly coll: number; readonly rows: RowsOf },
  ts: number,
): NumberedChange[] {
  const byTime = new Map<number, DocumentChange[]>();
  for (const { id, ts: at, before, version } of cx.db.collection(place.coll).changesAfter(ts - 1)) {
    const group = byTime.get(at) ?? [];
    byTime.set(at, group);
    group.push({ id, before, after: version });
  }
  return [...byTime].flatMap(([at, group]) => numberChanges(cx, place, at, group, "history"));
}
