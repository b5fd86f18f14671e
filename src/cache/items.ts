import { Module, NullDocument } from "fauna";

import type { FaunaV4Expression } from "../client/driver";
import type { FaunaPage, FaunaPages } from "./pages";
import { type Row, rowKey } from "./share";

/** A list's items so far, to which the next page is added. */
interface Collected {
  readonly pages: readonly FaunaPage<unknown>[];
  readonly items: readonly unknown[];
  /** Where each document stands in the items. */
  readonly places: Map<unknown, number>;
}

const itemsByData = new WeakMap<object, readonly unknown[]>();
/** The latest state of each list, by its first page. */
const collectedByFirstPage = new WeakMap<object, Collected>();

/**
 * The items of all pages, in order, each document once (where it first stands, as it came last), and without those
 * that no longer exist. The same data gives the same array; a further page costs no more than its own items.
 */
export function itemsOf<T>(data: FaunaPages<T> | undefined): Exclude<T, NullDocument>[] {
  const items = data ? (itemsByData.get(data) ?? collect(data)) : NONE;
  return items as Exclude<T, NullDocument>[];
}

const NONE: readonly unknown[] = [];

function collect(data: FaunaPages<unknown>): readonly unknown[] {
  const { pages } = data;
  const first = pages[0] ?? data;
  const before = collectedByFirstPage.get(first);
  const known = before?.pages.every((page, index) => page === pages[index]) ? before : undefined;
  const items = [...(known?.items ?? NONE)];
  // The state before gives its places away: whoever still shows its data has its items by now.
  const places = known?.places ?? new Map<unknown, number>();
  for (const { data } of pages.slice(known?.pages.length)) {
    for (const item of data) {
      // A page is of its snapshot, its documents are of now: what was deleted since comes as a null document.
      if (item instanceof NullDocument) continue;
      const key = documentKey(item) ?? {};
      const place = places.get(key) ?? items.length;
      items[place] = item;
      places.set(key, place);
    }
  }
  collectedByFirstPage.set(first, { pages, items, places });
  itemsByData.set(data, items);
  return items;
}

/** What tells a document or reference; undefined for what is neither, such as a projection. */
function documentKey(item: unknown): unknown {
  // With FQL v4: a document, which has ref and ts, or a reference.
  const { coll, ref = item, ts = ref === item } = Object(item) as Record<string, unknown>;
  const isV4 = ts && (ref as FaunaV4Expression | null)?._isFaunaExpr;
  return coll instanceof Module || isV4 ? rowKey(item as Row) : undefined;
}
