import type { Query as CachedQuery, QueryKey } from "@tanstack/react-query";
import type { Page, Query, QueryValue } from "fauna";

import type { FaunaV4Expression } from "../drivers/driver";
import { type AnyFaunaQuery, keyIn, type Scope } from "./match";
import { type Layer, OptimisticData, type Updater } from "./optimistic-data";
import type { FaunaPage, FaunaPages } from "./page";

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

const optimisticData = new WeakMap<CachedQuery, OptimisticData>();

/** Whether what a query shows is ahead of the server. */
export const isOptimistic = (query: CachedQuery): boolean => optimisticData.has(query);

/** What one write shows before it is applied. */
export class OptimisticUpdates implements OptimisticCache {
  readonly #scope: Scope;
  readonly #layers: [CachedQuery, Layer][] = [];
  /** The queries that were changed: whatever comes of the write, they have to be fetched afterwards. */
  readonly queries: AnyFaunaQuery[] = [];

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  update(query: AnyFaunaQuery, updater: (data: never) => unknown): void {
    this.#add(query, keyIn(this.#scope, query), updater as Updater);
  }

  updatePages(query: AnyFaunaQuery, updater: PageUpdater<never>): void {
    this.#add(query, [...keyIn(this.#scope, query), "pages"], (data) => {
      const { pages, ...rest } = data as FaunaPages<never>;
      return { ...rest, pages: pages.map(updater) };
    });
  }

  #add(query: AnyFaunaQuery, queryKey: QueryKey, updater: Updater): void {
    this.queries.push(query);
    const cache = this.#scope.cache.getQueryCache();
    const cached = cache.find({ queryKey });
    if (!cached) return;
    const data = optimisticData.get(cached) ?? new OptimisticData(cached, cache);
    optimisticData.set(cached, data);
    this.#layers.push([cached, data.add(updater)]);
  }

  /** The write is applied, or it failed. */
  settle(applied: boolean): void {
    for (const [query, layer] of this.#layers.splice(0)) {
      if (optimisticData.get(query)?.settle(layer, applied)) optimisticData.delete(query);
    }
  }
}
