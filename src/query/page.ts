import type { InfiniteData } from "@tanstack/react-query";

import type { FaunaCursor } from "../drivers/driver";
import { ConfigurationError } from "../errors";

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
