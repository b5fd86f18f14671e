import { Module, NullDocument } from "fauna";

import type { FaunaV4Expression } from "../client/driver";
import type { FaunaPage, FaunaPages } from "./pages";
import { type Row, rowKey } from "./share";

/** The items of a list's pages so far. The next page is added to them. */
interface Collected {
  readonly pages: readonly FaunaPage<unknown>[];
  readonly items: readonly unknown[];
  /** The position of each document in `items`. */
  readonly places: Map<unknown, number>;
}

const itemsByData = new WeakMap<object, readonly unknown[]>();
/** The latest state of each list, keyed by its first page. */
const collectedByFirstPage = new WeakMap<object, Collected>();

/**
 * Returns the items of all pages in order, without documents that no longer exist. A document that comes twice
 * keeps its first position and its last value. The same data returns the same array. A further page is added
 * without reading the earlier ones again.
 */
export function itemsOf<T>(data: FaunaPages<T> | undefined): Exclude<T, NullDocument>[] {
  // Without types an app may select what has no pages.
  const hasPages = Array.isArray(data?.pages);
  const items = hasPages ? (itemsByData.get(data) ?? collect(data)) : NONE;
  return items as Exclude<T, NullDocument>[];
}

const NONE: readonly unknown[] = [];

function collect(data: FaunaPages<unknown>): readonly unknown[] {
  const { pages } = data;
  const first = Object(pages[0]) as object;
  const before = collectedByFirstPage.get(first);
  const known = before?.pages.every((page, index) => page === pages[index]) ? before : undefined;
  const items = [...(known?.items ?? NONE)];
  // Reuse and mutate the previous index: anyone still rendering the old data has already read its items.
  const places = known?.places ?? new Map<unknown, number>();
  for (const page of pages.slice(known?.pages.length)) {
    const { data } = Object(page) as Partial<FaunaPage<unknown>>;
    for (const item of Array.isArray(data) ? data : NONE) {
      // A page is as of its snapshot, its documents are as of now: a deleted one comes as a null document.
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

/** Returns what identifies a document or reference; undefined for anything else, such as a projection. */
function documentKey(item: unknown): unknown {
  // FQL v4: a document has `ref` and `ts`; a reference counts as its own `ref`.
  const { coll, ref = item, ts = ref === item } = Object(item) as Record<string, unknown>;
  const isV4 = ts && (ref as FaunaV4Expression | null)?._isFaunaExpr;
  return coll instanceof Module || isV4 ? rowKey(item as Row) : undefined;
}
