import { Document, NullDocument, type QueryValue } from "fauna";

import type { FaunaPage, FaunaPages } from "../cache/pages";
import type { ListHistory, QueryRecord } from "../cache/query-record";
import type { FaunaEvent } from "./event-types";
import {
  type Applied,
  compareIds,
  type CreateRows,
  indexFor,
  orderAround,
  isNewer,
  rowId,
  type RowRules,
  type Rows,
  rowsChangeIn,
} from "./rows";

type Pages = FaunaPages<QueryValue>;

/** Where a row is. */
interface RowPlace {
  readonly page: number;
  readonly row: QueryValue;
}

/** A place on a loaded page, `"beyond"` the last one, or undefined if that is not known. */
type Goal = { readonly page: number; readonly index: number } | "beyond" | undefined;

/** A list that events are being applied to. */
interface Draft {
  readonly list: Pages;
  /** The rows of each page: the page's own array until one of them changes. */
  readonly pages: QueryValue[][];
  needsRefetch: boolean;
}

/**
 * Applies events to the loaded pages of a list. Pages end where their cursors say: they grow as rows join them, and shrink
 * as rows leave. Further pages are as of the moment of the first one, so what has happened since is kept for them.
 */
export class LivePages implements Rows {
  rules: RowRules;
  readonly #record: QueryRecord;
  /** The pages that `#places` is about. */
  #indexed: Pages["pages"] | undefined;
  #places = new Map<string | undefined, RowPlace>();
  /** Whether rows cannot be told apart. */
  #isAmbiguous = false;

  constructor(rules: RowRules, record: QueryRecord) {
    this.rules = rules;
    this.#record = record;
  }

  apply(data: unknown, events: readonly FaunaEvent[]): Applied {
    if (this.rules.isUncertain || !isList(data)) return { data, needsRefetch: true };
    const draft = this.#draftOf(data);
    const { history } = this.#record;
    for (const event of events) {
      this.#applyEvent(draft, event);
      const id = rowId(event.data);
      if (id !== undefined) history?.events.set(id, event);
    }
    // No page comes any more that lacks them.
    if (!cursorAfter(draft)) history?.events.clear();
    return this.#finish(draft);
  }

  /**
   * Applies what has happened since the first page to pages that have been fetched.
   *
   * @param since - the moment of the first page.
   */
  applyHistory(data: unknown, since: number): Applied {
    if (!isList(data)) return { data, needsRefetch: false };
    const history = this.#historySince(since, data);
    if (this.rules.isUncertain) return { data, needsRefetch: false };
    const draft = this.#draftOf(data);
    this.#placeMoved(draft, history);
    for (const event of history.events.values()) this.#applyEvent(draft, event);
    return this.#finish(draft);
  }

  changesIn(before: unknown, after: unknown): (event: FaunaEvent) => boolean {
    const allRows = (data: unknown): readonly unknown[] =>
      isList(data) ? data.pages.flatMap((page) => page.data) : [];
    return rowsChangeIn(allRows(before), allRows(after));
  }

  /** Notes where pages end, as they came. With another first page everything is as of another moment. */
  #historySince(since: number, { pages }: Pages): ListHistory {
    const { history: before } = this.#record;
    const newer = [...(before?.events ?? [])].filter(([, { txn_ts }]) => txn_ts > since);
    const history =
      before?.since === since ? before : { since, events: new Map(newer), ends: new Map() };
    for (const { data, after } of pages)
      if (after && !history.ends.has(after)) history.ends.set(after, data.at(-1));
    this.#record.history = history;
    return history;
  }

  /**
   * Puts rows where they belong by now: Fauna returns the documents of later pages as they are now, but where they were
   * at the moment of the first page. One that has moved may have been on another page before.
   */
  #placeMoved(draft: Draft, { since, events }: ListHistory): void {
    const moved = new Map<string | undefined, RowPlace>();
    for (const [page, rows] of draft.pages.entries()) {
      draft.pages[page] = rows.filter((row) => {
        if (row instanceof NullDocument) return false;
        const id = rowId(row) ?? "";
        const mayHaveMoved = this.#hasFieldOrder && (events.has(id) || microsOf(row) > since);
        const other = moved.get(id);
        if (mayHaveMoved && (!other || isNewer(row, other.row))) moved.set(id, { page, row });
        return !mayHaveMoved;
      });
    }
    this.#index(draft);
    for (const place of moved.values()) this.#insert(draft, place.row, place, Infinity);
  }

  /** Whether the order is one of fields that may change. */
  get #hasFieldOrder(): boolean {
    const { compare } = this.rules;
    return compare !== undefined && compare !== compareIds;
  }

  #draftOf(list: Pages): Draft {
    const draft = { list, pages: list.pages.map(({ data }) => data), needsRefetch: false };
    // The pages may be those of a fetch or of an optimistic update.
    if (list.pages !== this.#indexed) this.#index(draft);
    // If the app's order throws, the index is half done.
    this.#indexed = undefined;
    return draft;
  }

  #index({ pages }: Draft): void {
    const entries = pages.flatMap((rows, page) =>
      rows.map((row) => [rowId(row), { page, row }] as const),
    );
    this.#places = new Map(entries);
    this.#isAmbiguous = this.#places.size < entries.length;
  }

  #applyEvent(draft: Draft, { type, data }: FaunaEvent): void {
    const id = rowId(data);
    if (id === undefined || this.#isAmbiguous) {
      draft.needsRefetch = true;
      return;
    }
    const place = this.#places.get(id);
    const row = place?.row;
    const isRemoved = type === "remove" || data instanceof NullDocument;
    // A page may have a newer version of the document, even if that has left the list: Fauna returns documents as they are
    // now, where they were then. If it has joined the list again, another event says so.
    if (!isRemoved && isNewer(row, data)) return;
    const next = isRemoved ? undefined : this.rules.share(row, data);
    if (next === row) return;
    const index = place ? this.#remove(draft, place) : -1;
    if (next !== undefined) this.#insert(draft, next, place, index);
  }

  #remove(draft: Draft, { page, row }: RowPlace): number {
    const rows = rowsToChange(draft, page);
    const index = rows.indexOf(row);
    rows.splice(index, 1);
    this.#places.delete(rowId(row));
    return index;
  }

  /**
   * @param before - where the row was until now; undefined if it is new.
   * @param index - where it was in that page.
   */
  #insert(draft: Draft, row: QueryValue, before: RowPlace | undefined, index: number): void {
    const keepsPlace = before && this.rules.compare === compareIds;
    const goal = keepsPlace ? { page: before.page, index } : this.#goalOf(draft, row);
    if (goal === "beyond") return;
    draft.needsRefetch ||= !goal;
    const place = goal ?? (before && { page: before.page, index });
    if (!place) return;
    rowsToChange(draft, place.page).splice(place.index, 0, row);
    this.#places.set(rowId(row), { page: place.page, row });
  }

  #goalOf(draft: Draft, row: QueryValue): Goal {
    const { pages } = draft;
    const order = orderAround(row, this.rules.compare);
    if (!order) return undefined;
    const page = pages.findIndex((rows) => rows.length && !(order(rows.at(-1)) < 0));
    if (page >= 0) {
      const index = indexFor(pages[page] ?? [], order);
      return index < 0 ? undefined : { page, index };
    }
    const after = cursorAfter(draft);
    // It belongs behind all loaded rows, and perhaps behind some that are not.
    const sign = after ? this.#orderOfEnd(after, order) : 0;
    if (Number.isNaN(sign)) return undefined;
    return sign < 0 ? "beyond" : { page: pages.length - 1, index: pages.at(-1)?.length ?? 0 };
  }

  /** The order of the end of the loaded pages around a row. */
  #orderOfEnd(after: unknown, order: (row: QueryValue) => number): number {
    const { since = 0, ends } = this.#record.history ?? {};
    const end = ends?.get(after);
    // A document that has changed since is not what the page ended with.
    const hasChanged = end instanceof NullDocument || microsOf(end) > since;
    return end === undefined || (this.#hasFieldOrder && hasChanged) ? NaN : order(end);
  }

  #finish({ list, pages, needsRefetch }: Draft): Applied {
    const next = list.pages.map((page, index) => {
      const [before, rows] = [page.data, pages[index] ?? []];
      const isSame =
        before === rows ||
        (before.length === rows.length && rows.every((row, place) => row === before[place]));
      return isSame ? page : { ...page, data: rows };
    });
    const isSame = next.every((page, index) => page === list.pages[index]);
    this.#indexed = isSame ? list.pages : next;
    return { data: isSame ? list : { ...list, pages: next }, needsRefetch };
  }
}

export const createRows: CreateRows = (rules, record) => new LivePages(rules, record);

const isList = (data: unknown): data is Pages => {
  const { pages } = Object(data) as Partial<Pages>;
  return (
    Array.isArray(pages) &&
    pages.every((page) => Array.isArray((Object(page) as Partial<FaunaPage<unknown>>).data))
  );
};

const cursorAfter = ({ list }: Draft): unknown => list.pages.at(-1)?.after;

/** Returns the rows of a page to change. */
function rowsToChange({ list, pages }: Draft, page: number): QueryValue[] {
  const rows = pages[page] ?? [];
  return list.pages[page]?.data === rows ? (pages[page] = rows.slice()) : rows;
}

/** When a document was written, as the time of a transaction; 0 for what has no versions. */
function microsOf(row: unknown): number {
  if (!(row instanceof Document)) return 0;
  const [seconds = "", fraction = ""] = row.ts.isoString.slice(0, -1).split(".");
  return Date.parse(`${seconds}Z`) * 1000 + Number(fraction.padEnd(6, "0"));
}
