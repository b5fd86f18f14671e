import type { FaunaPages } from "./page";
import { sinceRestart } from "./read-page";

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
