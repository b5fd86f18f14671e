import { Document, NullDocument, type Query, type QueryValue } from "fauna";

import type { FaunaPage } from "../cache/pages";
import { share } from "../cache/share";
import type { Driver } from "../client/driver";
import type { FaunaEvent } from "./fauna-event";

/** What is known about a query's rows. */
export interface RowRules {
  /** The order in which the server has them; undefined where it is not known. */
  readonly compare: ((a: never, b: never) => number) | undefined;
  /** How many rows a page has at most, as far as the query's text tells. */
  readonly pageSize: number;
  /** The driver's value classes. */
  readonly classes: ReadonlySet<unknown>;
}

/** Also of a number that is a value within the text. */
const PAGE_SIZE = /pageSize\(\D*(\d+)/;
const DEFAULT_PAGE_SIZE = 16;

/** A collection's own sets are in the order of their ids. */
const IS_BY_ID = /^\s*\w+\s*\.\s*(all|where)\s*\(/;

/** @param order - as the app knows it. */
export function rulesOf(query: Query, order: RowRules["compare"], { classes }: Driver): RowRules {
  const { fql } = query.encode();
  const isById = IS_BY_ID.test(fql[0] as string);
  return {
    compare: order ?? (isById ? compareIds : undefined),
    pageSize: Number(PAGE_SIZE.exec(JSON.stringify(fql))?.[1] ?? DEFAULT_PAGE_SIZE),
    classes,
  };
}

/** What became of data. */
export interface Applied {
  /** The same object if nothing has changed. */
  readonly data: unknown;
  /** Whether the events leave open what a fresh query would answer. */
  readonly isOpen: boolean;
}

/**
 * Applies events, oldest first, to the data of a query: a page of a set, or a document. What they do not change keeps its
 * identity. An event that is not newer than the row that it is about changes nothing.
 */
export function applyEvents(
  data: unknown,
  events: readonly FaunaEvent[],
  rules: RowRules,
): Applied {
  const isDocument = data instanceof Document || data instanceof NullDocument;
  const page = data as FaunaPage<QueryValue> | null;
  // Told by its rows: it may have lost its class on its way through somebody's update.
  if (!isDocument && Array.isArray(page?.data)) return applyToRows(page, events, rules);
  const { type, data: next } = events.at(-1) as FaunaEvent;
  // When it is gone only the server knows whether the query fails or answers a null document.
  if (!isDocument || type === "remove" || !(next instanceof Document))
    return { data, isOpen: true };
  return { data: isNewer(data, next) ? data : share(data, next, rules.classes), isOpen: false };
}

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

/** The id of a document, or of what a `.map()` has made of it; undefined where there is none. */
export function rowId(row: unknown): string | undefined {
  const { id } = Object(row instanceof NullDocument ? row.ref : row) as { id?: unknown };
  return typeof id === "string" ? id : undefined;
}

/** The order of ids, which are numbers of up to 19 digits, more than a JavaScript number has. */
export function compareIds(a: unknown, b: unknown): number {
  const [x = "", y = ""] = [rowId(a), rowId(b)];
  return x.length - y.length || (x < y ? -1 : Number(x > y));
}

/** Whether one version of a document is newer than another; of anything else that is not known. */
export const isNewer = (row: unknown, than: unknown): boolean =>
  row instanceof Document && than instanceof Document && timeOf(row) > timeOf(than);

// Without its Z, a text with fewer digits of a second comes before those that it begins.
const timeOf = ({ ts }: Document): string => ts.isoString.slice(0, -1);
