import { NullDocument, type QueryValue } from "fauna";

import type { FaunaPage } from "../query/page";
import { share } from "../query/share";
import type { Applied } from "./apply-events";
import type { FaunaEvent } from "./fauna-event";
import { compareIds, isNewer, rowId } from "./row-id";
import type { RowRules } from "./row-rules";

/** Rows by their ids; handed on from each array of rows to the one that is made of it. */
const indexes = new WeakMap<readonly QueryValue[], Map<string | undefined, QueryValue>>();

/** Applies events to a page. Its array is copied once, whatever the number of events. */
export function applyToRows(
  page: FaunaPage<QueryValue>,
  events: readonly FaunaEvent[],
  { compare, classes, pageSize }: RowRules,
): Applied {
  const { data: before, after } = page;
  const byId = indexes.get(before) ?? new Map(before.map((row) => [rowId(row), row]));
  let rows = before;
  let isOpen = false;

  /** Where a row stands or would stand. */
  function placeOf(row: QueryValue): number {
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = compare?.(rows[middle] as never, row as never);
      if ((order || compareIds(rows[middle], row)) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function apply({ type, data }: FaunaEvent): void {
    const id = rowId(data);
    // Rows that have no ids, or share them, cannot be told apart.
    if (id === undefined || byId.size !== rows.length) {
      isOpen = true;
      return;
    }
    const old = byId.get(id);
    if (isNewer(old, data)) return;
    const isGone = type === "remove" || data instanceof NullDocument;
    const next = isGone ? undefined : share(old, data, classes);
    if (next === old) return;
    const at = rows.indexOf(old as QueryValue);
    if (rows === before) rows = before.slice();
    if (at >= 0) rows.splice(at, 1);
    byId.delete(id);
    if (next === undefined) isOpen ||= !!after;
    else put(id, next, at);
    // What does not fit into the page any more is the first of the next.
    if (rows.length > Math.max(before.length, after ? 0 : pageSize)) {
      byId.delete(rowId(rows.pop()));
      isOpen = true;
    }
  }

  /** @param at - where it was before; -1 if it is new. */
  function put(id: string, row: QueryValue, at: number): void {
    // What a `.map()` calls an id need not be the document's.
    const isKnown = compare && (compare !== compareIds || /^\d+$/.test(id));
    // By their ids rows never move.
    const isThere = at >= 0 && compare === compareIds;
    const place = isKnown && !isThere ? placeOf(row) : at;
    const isInside = place === at || !after || place < rows.length;
    if (place >= 0 && isInside) {
      rows.splice(place, 0, row);
      byId.set(id, row);
    }
    // A row that is new and comes after the page is no affair of the page.
    isOpen ||= !isKnown || (!!after && place !== at && (isInside || at >= 0));
  }

  for (const event of events) apply(event);
  if (rows !== before) indexes.delete(before);
  indexes.set(rows, byId);
  const prototype = Object.getPrototypeOf(page) as object;
  const next = (): unknown => Object.setPrototypeOf({ ...page, data: rows }, prototype);
  return { data: rows === before ? page : next(), isOpen };
}
