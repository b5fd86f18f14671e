import type { Database, DocVersion } from "../store";
import type { EventCursor } from "./cursor";

/** What one transaction did to one document, at its place among the events of its collection. */
export interface NumberedChange {
  readonly cursor: EventCursor;
  readonly coll: number;
  readonly id: bigint;
  readonly before: DocVersion | null;
  readonly after: DocVersion | null;
}

interface Unnumbered {
  readonly id: bigint;
  readonly before: DocVersion | null;
  readonly after: DocVersion | null;
}

/**
 * Numbers the changes of one transaction. Documents that were there before come first, then new ones, both by id.
 * A document made and deleted in one transaction is no change at all.
 */
export function numberChanges(
  coll: number,
  ts: number,
  changes: readonly Unnumbered[],
): NumberedChange[] {
  return changes
    .filter(({ before, after }) => before !== null || after !== null)
    .sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1))
    .map((change, i) => ({ ...change, coll, cursor: { ts, ordinal: i + 1 } }));
}

function rank({ before }: Unnumbered): number {
  return before ? 0 : 1;
}

/** All changes of a collection's documents since a time (that transaction included), oldest first. */
export function changesSince(database: Database, coll: number, ts: number): NumberedChange[] {
  const byTime = new Map<number, Unnumbered[]>();
  for (const { id, ts: at, before, version } of database.collection(coll).changesAfter(ts - 1)) {
    const group = byTime.get(at) ?? [];
    byTime.set(at, [...group, { id, before, after: version }]);
  }
  return [...byTime].flatMap(([at, group]) => numberChanges(coll, at, group));
}
