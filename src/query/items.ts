import { DocumentReference, NamedDocumentReference, NullDocument } from "fauna";

import type { FaunaV4Expression } from "../drivers/driver";
import type { FaunaPage, FaunaPages } from "./page";

/** A list's items so far, to which the next page is added. */
interface Collected {
  readonly pages: readonly FaunaPage<unknown>[];
  readonly items: readonly unknown[];
  /** Where each document stands in the items. */
  readonly places: Map<string, number>;
}

const itemsOfData = new WeakMap<object, readonly unknown[]>();
/** The latest state of each list, by its first page. */
const lists = new WeakMap<object, Collected>();

/**
 * The items of all pages, in order, each document once (where it first stands, as it came last), and without those
 * that no longer exist. The same data gives the same array; a further page costs no more than its own items.
 */
export function itemsOf<T>(data: FaunaPages<T> | undefined): Exclude<T, NullDocument>[] {
  const items = data ? (itemsOfData.get(data) ?? collect(data)) : NONE;
  return items as Exclude<T, NullDocument>[];
}

const NONE: readonly unknown[] = [];

function collect(data: FaunaPages<unknown>): readonly unknown[] {
  const { pages } = data;
  const first = pages[0] ?? data;
  const before = lists.get(first);
  const known = before?.pages.every((page, index) => page === pages[index]) ? before : undefined;
  const items = known ? [...known.items] : [];
  // The state before gives its places away: whoever still shows its data has its items by now.
  const places = known?.places ?? new Map<string, number>();
  for (const page of pages.slice(known?.pages.length ?? 0))
    for (const item of page.data) add(item, items, places);
  lists.set(first, { pages, items, places });
  itemsOfData.set(data, items);
  return items;
}

function add(item: unknown, items: unknown[], places: Map<string, number>): void {
  // A page is of its snapshot, its documents are of now: what was deleted since comes as a null document.
  if (item instanceof NullDocument) return;
  const id = idOf(item);
  if (id === undefined) items.push(item);
  else {
    const place = places.get(id) ?? items.length;
    items[place] = item;
    places.set(id, place);
  }
}

/** Collection and id of a document or reference; undefined for what has none, such as a projection. */
function idOf(item: unknown): string | undefined {
  if (item instanceof DocumentReference) return `${item.coll.name}/${item.id}`;
  if (item instanceof NamedDocumentReference) return `${item.coll.name}/${item.name}`;
  // With FQL v4: a document, which has ref and ts, or a reference.
  const { ref = item, ts = ref === item } = Object(item) as { ref?: unknown; ts?: unknown };
  const text = ts && (ref as FaunaV4Expression | null)?._isFaunaExpr ? JSON.stringify(ref) : "";
  return text.startsWith('{"@ref"') ? text : undefined;
}
