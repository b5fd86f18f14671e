import { Document, NullDocument, type QueryValue, type TimeStub } from "fauna";

import type { FaunaPage } from "../cache/pages";
import type { QueryRecord } from "../cache/query-record";
import type { FaunaEvent } from "./event-types";

/** An order of rows, as for `Array.sort`. */
export type RowOrder = (a: never, b: never) => number;

/** What is known about a query's data. */
export interface RowRules {
  /** The order in which the server returns the rows; undefined if it is not known. NaN where it is uncertain. */
  readonly compare: RowOrder | undefined;
  /** The most rows of a page; 0 if the query's text does not tell. */
  readonly pageSize: number;
  /** Returns `next`, with whatever has not changed taken from `previous`. */
  readonly share: (previous: unknown, next: QueryValue) => QueryValue;
  /**
   * Whether the id in an event may be another one than that of the row's document, or an event's document another one
   * than the data. Then only a refetch can tell what an event changes.
   */
  readonly isUncertain?: boolean;
}

/** The data after some events. */
export interface Applied {
  /** The same object if nothing has changed. */
  readonly data: unknown;
  /** Whether only a refetch can tell what a fresh query would answer. */
  readonly needsRefetch: boolean;
}

/** Applies events to the data of one query. */
export interface Rows {
  /** May be replaced: an order is a function of the app's, which may be another one in each render. */
  rules: RowRules;
  /**
   * Applies events, oldest first. Whatever they do not change keeps its identity. An event that is not newer than
   * its row changes nothing.
   */
  readonly apply: (data: unknown, events: readonly FaunaEvent[]) => Applied;
  /**
   * Applies the earlier events that fetched data may lack: later pages of a list are as of the moment of its first one.
   *
   * @param since - the time of the transaction that it is as of.
   */
  readonly applyHistory?: (data: unknown, since: number) => Applied;
  /**
   * Returns a test: could this event come from the write that turned `before` into `after`? Yes if its row differs
   * between the two, or is new and `after` has more rows. Never for a `remove`.
   */
  readonly changesIn: (before: unknown, after: unknown) => (event: FaunaEvent) => boolean;
}

/** A page that events are being applied to. */
interface Draft {
  /** The page's own array until a row changes, then one copy. */
  rows: QueryValue[];
  readonly page: FaunaPage<QueryValue>;
  readonly maxLength: number;
  needsRefetch: boolean;
}

/** Applies events to the data of one query: a page of a set, or a document. */
export class LiveRows implements Rows {
  rules: RowRules;
  /** The rows that `#byId` is about. */
  #indexed: readonly QueryValue[] | undefined;
  #byId = new Map<string | undefined, QueryValue>();

  constructor(rules: RowRules) {
    this.rules = rules;
  }

  apply(data: unknown, events: readonly FaunaEvent[]): Applied {
    const isDocument = data instanceof Document || data instanceof NullDocument;
    const page = data as FaunaPage<QueryValue> | null;
    if (this.rules.isUncertain) return { data, needsRefetch: true };
    // Recognized by its rows, because an app's updater may have returned a plain object.
    if (!isDocument && Array.isArray(page?.data)) return this.#applyToPage(page, events);
    const { type, data: next } = events.at(-1) as FaunaEvent;
    // Only the server knows whether the query of a deleted document fails or returns a null document.
    if (!isDocument || type === "remove" || !(next instanceof Document))
      return { data, needsRefetch: true };
    const isCurrent = isNewer(data, next);
    return { data: isCurrent ? data : this.rules.share(data, next), needsRefetch: false };
  }

  changesIn(before: unknown, after: unknown): (event: FaunaEvent) => boolean {
    return rowsChangeIn(rowsOf(before), rowsOf(after));
  }

  #applyToPage(page: FaunaPage<QueryValue>, events: readonly FaunaEvent[]): Applied {
    const { data: oldRows, after: nextCursor } = page;
    // The rows may be those of a fetch or of an optimistic update.
    if (oldRows !== this.#indexed) this.#byId = byId(oldRows);
    // If the app's order throws, the index is half done.
    this.#indexed = undefined;
    const maxLength = Math.max(oldRows.length, nextCursor ? 0 : this.rules.pageSize);
    const draft: Draft = { rows: oldRows, page, maxLength, needsRefetch: false };
    for (const event of events) this.#applyEvent(draft, event);
    const { rows, needsRefetch } = draft;
    this.#indexed = rows;
    if (rows === oldRows) return { data: page, needsRefetch };
    const prototype = Object.getPrototypeOf(page) as object;
    return { data: Object.setPrototypeOf({ ...page, data: rows }, prototype), needsRefetch };
  }

  #applyEvent(draft: Draft, { type, data }: FaunaEvent): void {
    const id = rowId(data);
    // Rows without ids, or with the same one, cannot be told apart.
    if (id === undefined || this.#byId.size !== draft.rows.length) {
      draft.needsRefetch = true;
      return;
    }
    const row = this.#byId.get(id);
    if (isNewer(row, data)) return;
    const isRemoved = type === "remove" || data instanceof NullDocument;
    const next = isRemoved ? undefined : this.rules.share(row, data);
    if (next === row) return;
    const oldIndex = draft.rows.indexOf(row as QueryValue);
    if (draft.rows === draft.page.data) draft.rows = draft.rows.slice();
    if (oldIndex >= 0) draft.rows.splice(oldIndex, 1);
    this.#byId.delete(id);
    if (next !== undefined) this.#insert(draft, id, next, oldIndex);
    // The first row of the next page moves up.
    else draft.needsRefetch ||= !!draft.page.after;
    if (draft.rows.length > draft.maxLength) {
      this.#byId.delete(rowId(draft.rows.pop()));
      draft.needsRefetch = true;
    }
  }

  /** @param oldIndex - where the row was before; -1 if it is new. */
  #insert(draft: Draft, id: string, row: QueryValue, oldIndex: number): void {
    const { compare } = this.rules;
    const isLastPage = !draft.page.after;
    const keepsPlace = oldIndex >= 0 && compare === compareIds;
    const place = keepsPlace ? oldIndex : indexFor(draft.rows, orderAround(row, compare));
    const isOrderKnown = place >= 0;
    const index = isOrderKnown ? place : oldIndex;
    const isInPage = index === oldIndex || isLastPage || index < draft.rows.length;
    if (index >= 0 && isInPage) {
      draft.rows.splice(index, 0, row);
      this.#byId.set(id, row);
    }
    // A new row after the page does not matter to the page.
    const crossesEnd = !isLastPage && index !== oldIndex && (isInPage || oldIndex >= 0);
    draft.needsRefetch ||= !isOrderKnown || crossesEnd;
  }
}

/** Makes what applies events to the data of a query whose record this is. */
export type CreateRows = (rules: RowRules, record: QueryRecord) => Rows;

export const createRows: CreateRows = (rules) => new LiveRows(rules);

/** The order of other rows around a row: negative if they come before it. NaN where that is uncertain. */
type OrderAround = (other: unknown) => number;

/** Returns the order around a row; undefined if it is not known. */
export function orderAround(row: unknown, compare: RowRules["compare"]): OrderAround | undefined {
  // An app's updater may have made rows of its own.
  if (!compare || (compare === compareIds && !/^\d+$/.test(rowId(row) ?? ""))) return undefined;
  return (other) => {
    const order = compare(other as never, row as never);
    return Number.isNaN(order) ? order : order || compareIds(other, row);
  };
}

/** Returns where a row belongs among others; -1 if that is not known. */
export function indexFor(rows: readonly unknown[], order: OrderAround | undefined): number {
  if (!order) return -1;
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const sign = order(rows[middle]);
    if (Number.isNaN(sign)) return -1;
    if (sign < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** See {@link Rows.changesIn}: the same for rows. */
export function rowsChangeIn(
  rows: readonly unknown[],
  shown: readonly unknown[],
): (event: FaunaEvent) => boolean {
  const [old, next] = [byId(rows), byId(shown)];
  return ({ type, data }) => {
    const id = rowId(data);
    if (type === "remove") return false;
    return old.has(id) ? old.get(id) !== next.get(id) : shown.length > rows.length;
  };
}

const byId = <T>(rows: readonly T[]): Map<string | undefined, T> =>
  new Map(rows.map((row) => [rowId(row), row]));

function rowsOf(data: unknown): readonly unknown[] {
  const { data: rows } = Object(data) as Partial<FaunaPage<unknown>>;
  return Array.isArray(rows) && !(data instanceof Document) ? rows : [data];
}

/** The id of a document, or of what a `.map()` made of it; undefined if there is none. */
export function rowId(row: unknown): string | undefined {
  const { id } = Object(row instanceof NullDocument ? row.ref : row) as { id?: unknown };
  return typeof id === "string" ? id : undefined;
}

/** Compares ids as numbers. They have up to 19 digits, too many for a JavaScript number. */
export function compareIds(a: unknown, b: unknown): number {
  const [x = "", y = ""] = [rowId(a), rowId(b)];
  return x.length - y.length || (x < y ? -1 : Number(x > y));
}

/** Whether `row` is a newer version of a document than `other`. Other values have no versions. */
export const isNewer = (row: unknown, other: unknown): boolean =>
  row instanceof Document && other instanceof Document && sortable(row.ts) > sortable(other.ts);

/** Without the Z, a time with fewer digits sorts before the times that it begins. */
export const sortable = ({ isoString }: TimeStub): string => isoString.slice(0, -1);
