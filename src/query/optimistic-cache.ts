import type { Page, Query, QueryValue } from "fauna";

import type { FaunaV4Expression } from "../drivers/driver";
import type { FaunaPage } from "./page";

/** What an `optimistic` function changes. */
export interface OptimisticCache {
  /**
   * Shows a query's data as they will be once the write is applied; nothing happens while there are none.
   *
   * @param updater - makes the new data out of those before, without changing those. It is called again whenever what
   * is below changes, and its change disappears if the write fails.
   */
  update<T extends QueryValue>(query: Query<T>, updater: (data: T) => T): void;
  update<T = unknown>(expression: FaunaV4Expression, updater: (data: T) => T): void;
  /** The same for the pages of `useFaunaInfiniteQuery`, one after the other; the first has the index 0. */
  updatePages<T extends QueryValue>(query: Query<Page<T>>, updater: PageUpdater<T>): void;
  updatePages<T = unknown>(expression: FaunaV4Expression, updater: PageUpdater<T>): void;
}

/** Makes a page out of the one before. */
export type PageUpdater<T> = (page: FaunaPage<T>, index: number) => FaunaPage<T>;
