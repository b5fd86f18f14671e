import { NullDocument, type Page, type QueryValue } from "fauna";

import { share } from "../query/share";
import type { RowRules } from "./apply-events";
import type { FaunaEvent } from "./fauna-event";
import { compareIds, rowId, rowTime } from "./row-id";

/** Finds rows by their ids; handed on from each array of rows to the one that is made of it. */
interface Index {
  readonly byId: Map<string, QueryValue>;
  /** How many rows the server gave for the page. */
  readonly size: number;
}

const indexes = new WeakMap<readonly QueryValue[], Index>();

/** The rows of a page while events are applied to them. The array is copied once, whatever the number of events. */
export class Rows {
  readonly #page: Page<QueryValue>;
  readonly #rules: RowRules;
  readonly #index: Index;
  #rows: QueryValue[];
  /** Whether a fresh query would answer something that the events do not tell. */
  isOpen = false;

  constructor(page: Page<QueryValue>, rules: RowRules) {
    this.#page = page;
    this.#rules = rules;
    this.#rows = page.data;
    this.#index = indexes.get(page.data) ?? indexOf(page.data);
  }

  apply({ type, data, txn_ts }: FaunaEvent): void {
    const id = rowId(data);
    const { byId, size } = this.#index;
    // Rows that have no ids, or share them, cannot be told apart.
    if (id === undefined || byId.size !== this.#rows.length) {
      this.isOpen = true;
      return;
    }
    const old = byId.get(id);
    if (old !== undefined && rowTime(old) >= txn_ts) return;
    if (type === "remove" || data instanceof NullDocument) this.#remove(id, old);
    else if (old === undefined) this.#add(id, data);
    else this.#replace(id, old, data);
    if (this.#page.after && this.#rows.length > size)
      byId.delete(rowId(this.#rows.pop()) as string);
  }

  /** The rows as they are now: the same array if they are those of the page. */
  end(): QueryValue[] {
    if (this.#rows !== this.#page.data) indexes.delete(this.#page.data);
    indexes.set(this.#rows, this.#index);
    return this.#rows;
  }

  #add(id: string, row: QueryValue): void {
    const { after } = this.#page;
    const at = this.#isPlaceable(id) ? this.#placeOf(row) : undefined;
    // Behind the last row of a page that is not the last one, or nobody knows where.
    if (at === undefined) this.isOpen = true;
    else if (!after || at < this.#rows.length) {
      this.#change().splice(at, 0, row);
      this.#index.byId.set(id, row);
      this.isOpen ||= !!after;
    }
  }

  #remove(id: string, old: QueryValue | undefined): void {
    if (old === undefined) return;
    const at = this.#find(old);
    this.#change().splice(at, 1);
    this.#index.byId.delete(id);
    // What comes up from the next page is not known.
    this.isOpen ||= !!this.#page.after;
  }

  #replace(id: string, old: QueryValue, next: QueryValue): void {
    const row = share(old, next, this.#rules.classes);
    if (row === old) return;
    const { compare } = this.#rules;
    const at = this.#find(old);
    const rows = this.#change();
    rows[at] = row;
    this.#index.byId.set(id, row);
    if (!compare) this.isOpen = true;
    else if (compare !== compareIds) this.#move(at, row);
  }

  /** Puts a row that has changed where it belongs now. */
  #move(at: number, row: QueryValue): void {
    const { after } = this.#page;
    this.#rows.splice(at, 1);
    const place = this.#placeOf(row);
    this.#rows.splice(place, 0, row);
    // Behind the others of such a page may be rows that come before it.
    this.isOpen ||= !!after && place !== at;
  }

  /** What a `.map()` calls an id need not be the document's. */
  #isPlaceable(id: string): boolean {
    const { compare } = this.#rules;
    return compare === compareIds ? /^\d+$/.test(id) : !!compare;
  }

  #change(): QueryValue[] {
    if (this.#rows === this.#page.data) this.#rows = this.#rows.slice();
    return this.#rows;
  }

  #find(row: QueryValue): number {
    const at = this.#rules.compare ? this.#placeOf(row) : -1;
    return this.#rows[at] === row ? at : this.#rows.indexOf(row);
  }

  /** Where a row stands or would stand. */
  #placeOf(row: QueryValue): number {
    const { compare = compareIds } = this.#rules;
    let [low, high] = [0, this.#rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = compare(this.#rows[middle] as never, row as never);
      if ((order || compareIds(this.#rows[middle], row)) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function indexOf(rows: readonly QueryValue[]): Index {
  const byId = new Map(rows.map((row) => [rowId(row) ?? "", row]));
  return { byId, size: rows.length };
}
