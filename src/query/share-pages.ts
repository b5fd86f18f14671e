import type { FaunaPage, FaunaPages } from "./page";
import { sinceRestart } from "./read-page";

/** TanStack's `structuralSharing`, as an option. */
export type Sharing = boolean | ((previous: unknown, next: unknown) => unknown) | undefined;

/**
 * Shares each page with the one in its place before, as `sharing` does for a plain query's data. What an expired
 * cursor has put an end to leaves the list here, where TanStack makes the data that it stores.
 */
export const sharePages =
  (sharing: Sharing) =>
  (previous: unknown, next: unknown): unknown => {
    if (previous === next || !hasPages(next)) return next;
    const data = sinceRestart(next);
    if (typeof sharing !== "function" || !hasPages(previous)) return data;
    const kept = new Set(previous.pages);
    const pages = data.pages.map((page, index) => {
      const before = previous.pages[index];
      // Only one page is new when one is added; the others are the same objects.
      return before && !kept.has(page) ? sharePage(before, page, sharing) : page;
    });
    return { ...data, pages };
  };

function sharePage(
  previous: FaunaPage<unknown>,
  next: FaunaPage<unknown>,
  sharing: Exclude<Sharing, boolean | undefined>,
): FaunaPage<unknown> {
  const data = sharing(previous.data, next.data) as unknown[];
  if (data === next.data) return next;
  return data === previous.data && next.after === previous.after && next.before === previous.before
    ? previous
    : { ...next, data };
}

const hasPages = (data: unknown): data is FaunaPages<unknown> =>
  Array.isArray((data as Partial<FaunaPages<unknown>> | undefined)?.pages);

/** The data that was shown last for the same content, by its first rows. */
const shown = new WeakMap<object, FaunaPages<unknown>>();

/**
 * What a component is shown. Every refetch brings new cursors, which nobody looks at: while rows and number of pages
 * are the same, the data is too, so that an unchanged refetch renders nothing. TanStack itself goes by the new ones.
 */
export function shownPages<T>(data: FaunaPages<T>): FaunaPages<T> {
  const [first] = data.pages;
  if (!first) return data;
  const before = shown.get(first.data) as FaunaPages<T> | undefined;
  const same =
    before?.pages.length === data.pages.length &&
    data.pages.every((page, index) => page.data === before.pages[index]?.data);
  if (same) return before;
  shown.set(first.data, data);
  return data;
}
