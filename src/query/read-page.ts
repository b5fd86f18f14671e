import type { QueryKey } from "@tanstack/react-query";

import type { FaunaPage, FaunaPageParam, FaunaPages } from "./page";

/** First pages that came in the place of a later one. */
const restarts = new WeakSet<FaunaPage<unknown>>();

/** The cursor of the last such page of each list. */
const restartCursors = new WeakMap<QueryKey, unknown>();

/**
 * Reads a page; where Fauna no longer takes its cursor, the first page instead. It does so once: where the cursor that
 * came of it fails too, that is an error, so that no list runs in circles.
 *
 * @param key - the list's own key object.
 */
export async function readPage<T>(
  key: QueryKey,
  param: FaunaPageParam,
  read: (param: FaunaPageParam) => Promise<FaunaPage<T>>,
): Promise<FaunaPage<T>> {
  try {
    return await read(param);
  } catch (error) {
    if (!param || (error as { code?: unknown } | null)?.code !== "invalid_cursor") throw error;
    const tried = restartCursors.get(key);
    restartCursors.delete(key);
    if ("after" in param && param.after === tried) throw error;
    const first = await read(null);
    restarts.add(first);
    restartCursors.set(key, first.after);
    return first;
  }
}

/** The pages from the last restart on: what was before it belongs to another snapshot. Other data stay as they are. */
export function sinceRestart(data: unknown): unknown {
  const { pages = [], pageParams = [] } = Object(data) as Partial<FaunaPages<unknown>>;
  const start = pages.findLastIndex((page) => restarts.has(page));
  if (start < 0) return data;
  return { pages: pages.slice(start), pageParams: [null, ...pageParams.slice(start + 1)] };
}
