import type { InfiniteData, QueryKey } from "@tanstack/react-query";

import type { FaunaCursor } from "../client/driver";
import { ConfigurationError } from "../errors";
import { recordOf } from "./query-record";

/** A page of a Set. Its cursors are opaque: pass them to nobody but Fauna. */
export interface FaunaPage<T> {
  readonly data: T[];
  /** Where the next page begins; missing on the last one. */
  readonly after?: unknown;
  /** Where the page before ends; FQL v4 only. */
  readonly before?: unknown;
}

/** What a page was asked with: null for the first one. */
export type FaunaPageParam = FaunaCursor | null;

/** The pages so far, as TanStack keeps them. */
export type FaunaPages<T> = InfiniteData<FaunaPage<T>, FaunaPageParam>;

/**
 * The page in an answer: of a returned Set, of `Set.paginate()`, or of an FQL v4 `Paginate`. All in one form, so that
 * every page of a list looks the same.
 *
 * @throws ConfigurationError when the answer is something else.
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

/** What the next page is asked with; null after the last one. */
export const nextPage = ({ after }: FaunaPage<unknown>): FaunaPageParam =>
  after ? { after } : null;

/** What the page before is asked with; null before the first one. FQL v10 has no way back. */
export const previousPage = ({ before }: FaunaPage<unknown>): FaunaPageParam =>
  before ? { before } : null;

/** First pages that came in the place of a later one. */
const restartedPages = new WeakSet<FaunaPage<unknown>>();

/**
 * Reads a page; where Fauna no longer takes its cursor, the first page instead. It does so once: where the cursor that
 * came of it fails too, that is an error, so that no list runs in circles.
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

/** The pages from the last restart on: what was before it belongs to another snapshot. Other data stay as they are. */
export function sinceRestart(data: unknown): unknown {
  const { pages = [], pageParams = [] } = Object(data) as Partial<FaunaPages<unknown>>;
  const start = pages.findLastIndex((page) => restartedPages.has(page));
  if (start < 0) return data;
  return { pages: pages.slice(start), pageParams: [null, ...pageParams.slice(start + 1)] };
}

/** TanStack's `structuralSharing`, as an option. */
export type Sharing = boolean | ((previous: unknown, next: unknown) => unknown) | undefined;

/**
 * Shares pages as `sharing` does a plain query's data. What an expired cursor has put an end to leaves the list here,
 * where TanStack makes the data that it stores.
 */
export const sharePages =
  (sharing: Sharing) =>
  (previous: unknown, next: unknown): unknown => {
    const data = sinceRestart(next);
    return typeof sharing === "function" ? sharing(previous, data) : data;
  };

/** The data that was shown last for the same content, by its first rows. */
const lastShownByRows = new WeakMap<object, FaunaPages<unknown>>();

/**
 * What a component is shown. Every refetch brings new cursors, which nobody looks at: while rows and number of pages
 * are the same, the data is too, so that an unchanged refetch renders nothing. TanStack itself goes by the new ones.
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
