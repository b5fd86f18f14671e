import { Module, NullDocument } from "fauna";

import { getOrAdd } from "../auth/collections";
import type { FaunaV4Expression } from "../client/driver";
import type { FaunaPage, FaunaPages } from "./pages";
import { type Row, rowKey } from "./share";

/** The items of a list's pages so far, by what identifies them. The next page is added to them. */
interface Collected {
  pages: readonly FaunaPage<unknown>[];
  readonly items: Map<unknown, unknown>;
}

const itemsByData = new WeakMap<object, readonly unknown[]>();
/** The latest state of each list, keyed by its first page. */
const collectedByFirstPage = new WeakMap<object, Collected>();
/** The rows of a page, by what identifies them. An event in one page leaves the others as they are. */
const rowsByPage = new WeakMap<object, (readonly [key: unknown, row: unknown])[]>();

/**
 * Returns the items of all pages in order, without documents that no longer exist. A document that comes twice
 * keeps its first position and its last value. The same data returns the same array. A further page is added
 * without reading the earlier ones again.
 */
export function itemsOf<T>(data: FaunaPages<T> | undefined): Exclude<T, NullDocument>[] {
  // Without types an app may select what has no pages.
  const hasPages = Array.isArray(data?.pages);
  const items = hasPages ? getOrAdd(itemsByData, data, () => collect(data)) : NONE;
  return items as Exclude<T, NullDocument>[];
}

const NONE: readonly unknown[] = [];

function collect(data: FaunaPages<unknown>): readonly unknown[] {
  const { pages } = data;
  const first = Object(pages[0]) as object;
  // The previous state goes on: anyone still rendering the old data has already read its items.
  let list = collectedByFirstPage.get(first);
  if (!list?.pages.every((page, index) => page === pages[index])) {
    list = { pages: [], items: new Map() };
    collectedByFirstPage.set(first, list);
  }
  for (const [key, row] of pages.slice(list.pages.length).flatMap(keyedRows))
    list.items.set(key, row);
  list.pages = pages;
  return [...list.items.values()];
}

function keyedRows(given: unknown): (readonly [key: unknown, row: unknown])[] {
  const page = Object(given) as Partial<FaunaPage<unknown>>;
  const { data } = page;
  return getOrAdd(rowsByPage, page, () =>
    (Array.isArray(data) ? data : NONE)
      // A page is as of its snapshot, its documents are as of now: a deleted one comes as a null document.
      .filter((row) => !(row instanceof NullDocument))
      .map((row) => [documentKey(row) ?? {}, row]),
  );
}

/** Returns what identifies a document or reference; undefined for anything else, such as a projection. */
function documentKey(item: unknown): unknown {
  // FQL v4: a document has `ref` and `ts`; a reference counts as its own `ref`.
  const { coll, ref = item, ts = ref === item } = Object(item) as Record<string, unknown>;
  const isV4 = ts && (ref as FaunaV4Expression | null)?._isFaunaExpr;
  return coll instanceof Module || isV4 ? rowKey(item as Row) : undefined;
}
