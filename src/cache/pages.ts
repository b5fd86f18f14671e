import type { InfiniteData, QueryKey } from "@tanstack/react-query";
import type { EmbeddedSet, Page, Query, QueryValue } from "fauna";

import { getOrAdd } from "../auth/collections";
import type { FaunaCursor } from "../client/driver";
import { ConfigurationError } from "../errors";
import { recordOf } from "./query-record";
import type { Sharing } from "./share";
import type { PageSide } from "./tanstack";

/** A page of a Set. Its cursors are opaque: pass them only to Fauna. */
export interface FaunaPage<T> {
  readonly data: T[];
  /** Where the next page begins; missing on the last one. */
  readonly after?: unknown;
  /** Where the previous page ends; FQL v4 only. */
  readonly before?: unknown;
}

/**
 * A query that returns pages of `T`. TypeScript does not compare what queries return, so this refuses one whose result
 * `D` is something else.
 */
export type PagedQuery<T extends QueryValue, D extends QueryValue> = Query<Page<T>> &
  Query<D> &
  ([D] extends [{ readonly data: readonly unknown[] } | EmbeddedSet] ? unknown : never);

/** The cursor that a page was requested with; null for the first page. */
export type FaunaPageParam = FaunaCursor | null;

/** The pages so far, as TanStack stores them. */
export type FaunaPages<T> = InfiniteData<FaunaPage<T>, FaunaPageParam>;

/**
 * Converts a response to a page: that of a Set, of `Set.paginate()`, or of an FQL v4 `Paginate`. They all get the
 * same form, so that every page of a list looks the same.
 *
 * @throws ConfigurationError if the response is something else.
 */
export function toPage(answer: unknown): FaunaPage<unknown> {
  const { data, after, before } = Object(answer) as Partial<FaunaPage<unknown>>;
  if (!Array.isArray(data))
    throw new ConfigurationError(
      "not_a_set",
      "This query has no pages. Return a Set, such as Todo.all().",
    );
  return { data, ...(after != null && { after }), ...(before != null && { before }) };
}

/** Returns the cursor for the next page; null after the last page. */
export const nextPage = ({ after }: FaunaPage<unknown>): FaunaPageParam =>
  after ? { after } : null;

/** Returns the cursor for the previous page; null before the first page. FQL v10 cannot go back. */
export const previousPage = ({ before }: FaunaPage<unknown>): FaunaPageParam =>
  before ? { before } : null;

/** First pages that were read because the cursor of a later page had expired, until their list begins with them. */
const restartedPages = new WeakSet<FaunaPage<unknown>>();

/**
 * Reads a page. If Fauna no longer accepts its cursor, reads the first page instead, but only once: if the cursor
 * of that page fails too, it throws, so that no list runs in circles.
 *
 * @param queryKey - the list's own key object.
 */
export async function readPage<T>(
  queryKey: QueryKey,
  param: FaunaPageParam,
  read: (param: FaunaPageParam) => Promise<FaunaPage<T>>,
): Promise<FaunaPage<T>> {
  try {
    return await read(param);
  } catch (error) {
    if (!param || (error as { code?: unknown } | null)?.code !== "invalid_cursor") throw error;
    const record = recordOf(queryKey);
    const { restartCursor } = record;
    record.restartCursor = undefined;
    if ("after" in param && param.after === restartCursor) throw error;
    const first = await read(null);
    restartedPages.add(first);
    record.restartCursor = first.after;
    return first;
  }
}

/**
 * Returns the pages since the last restart, because earlier ones belong to another snapshot. Keeps other data. Each
 * restart counts once, for the list itself: what a `select` makes of its pages later is the app's.
 */
export function sinceRestart(data: unknown): unknown {
  const { pages, pageParams = [] } = Object(data) as Partial<FaunaPages<unknown>>;
  if (!Array.isArray(pages)) return data;
  const start = pages.findLastIndex((page) => restartedPages.delete(page));
  if (start < 0) return data;
  return {
    ...(data as object),
    pages: pages.slice(start),
    pageParams: [null, ...pageParams.slice(start + 1)],
  };
}

/**
 * Adds the page that was fetched last to other data of the same list.
 *
 * @param fetched - the list's data with that page.
 * @returns undefined if the list has started again, at the page that was fetched.
 */
export function addPage<T>(
  to: FaunaPages<T>,
  fetched: FaunaPages<T>,
  side: PageSide,
): FaunaPages<T> | undefined {
  const isForward = side === "forward";
  const at = isForward ? -1 : 0;
  const page = fetched.pages.at(at);
  const param = fetched.pageParams.at(at);
  if (isForward && !param && page?.after !== to.pages[0]?.after) return undefined;
  // There was no further page.
  if (!page || param === to.pageParams.at(at)) return to;
  const { length } = fetched.pages;
  const join = <U>(all: readonly U[], one: U): U[] =>
    isForward ? [...all, one].slice(-length) : [one, ...all].slice(0, length);
  return { pages: join(to.pages, page), pageParams: join(to.pageParams, param as FaunaPageParam) };
}

/**
 * Shares pages as `sharing` shares a plain query's data. Pages from before a restart leave the list here, where
 * TanStack makes the data that it stores.
 */
export const sharePages =
  (sharing: Sharing) =>
  (previous: unknown, next: unknown): unknown => {
    const data = sinceRestart(next);
    return typeof sharing === "function" ? sharing(previous, data) : data;
  };

/** The data last shown for the same content, keyed by its first page's rows. */
const lastShownByRows = new WeakMap<object, FaunaPages<unknown>>();

/**
 * Returns the data that a component sees. Every refetch brings new cursors, which no component needs. So as long as
 * the rows and the number of pages are the same, this returns the same data, and an unchanged refetch renders
 * nothing. TanStack itself uses the new cursors.
 */
export function shownPages<T>(data: FaunaPages<T>): FaunaPages<T> {
  const [first] = data.pages;
  if (!first) return data;
  const before = lastShownByRows.get(first.data) as FaunaPages<T> | undefined;
  const same =
    before?.pages.length === data.pages.length &&
    data.pages.every((page, index) => page.data === before.pages[index]?.data);
  if (same) return before;
  lastShownByRows.set(first.data, data);
  return data;
}

type Select<T = unknown> = (data: FaunaPages<T>) => FaunaPages<T>;

/** What TanStack gets for a `select` of the app. The same one again, or TanStack would run it in each render. */
const selects = new WeakMap<Select, Select>();

/** Returns a `select` that runs the app's on the data that a component sees, and once for the same data. */
export const selectShown = (select: Select | undefined): Select =>
  select ? getOrAdd(selects, select, () => onceFor(select)) : shownPages;

function onceFor(select: Select): Select {
  const selected = new WeakMap<FaunaPages<unknown>, { readonly data: FaunaPages<unknown> }>();
  return (stored) => {
    const shown = shownPages(stored);
    return getOrAdd(selected, shown, () => ({ data: select(shown) })).data;
  };
}
