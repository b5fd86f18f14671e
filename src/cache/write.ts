import type { MutationFunctionContext, QueryClient } from "@tanstack/react-query";
import type { Page, Query, QueryValue } from "fauna";

import type { Identity } from "../auth/identity";
import type { Connection } from "../client/connection";
import type { FaunaV4Expression } from "../client/driver";
import {
  type AnyFaunaQuery,
  type FaunaQueries,
  identityKey,
  keyIn,
  matcher,
  type Scope,
} from "./keys";
import { addOptimisticUpdate, hasOptimisticUpdates } from "./optimistic-layers";
import type { FaunaPage, FaunaPages } from "./pages";
import { forgetOnEnd } from "./purge";
import type { SettleUpdate, Updater } from "./query-record";
import { findQuery } from "./tanstack";

/** What an `optimistic` function can change. */
export interface OptimisticCache {
  /**
   * Shows a query's data as it will be once the write is applied. If its first data comes while the write is
   * pending, the update shows then. A query that is not in the cache is left alone.
   *
   * @param updater - returns the new data, without changing the previous data. It is called again whenever the data
   * below it changes. If the write fails, its change is rolled back.
   */
  update<T extends QueryValue>(query: Query<T>, updater: (data: T) => T): void;
  update<T = unknown>(expression: FaunaV4Expression, updater: (data: T) => T): void;
  /** The same for the pages of `useFaunaInfiniteQuery`. `updater` is called for each page; the first index is 0. */
  updatePages<T extends QueryValue>(query: Query<Page<T>>, updater: PageUpdater<T>): void;
  updatePages<T = unknown>(expression: FaunaV4Expression, updater: PageUpdater<T>): void;
}

/** Returns the new version of a page. */
export type PageUpdater<T> = (page: FaunaPage<T>, index: number) => FaunaPage<T>;

/** One call of `mutate`: its identity and its optimistic updates. */
export interface Write {
  readonly scope: Scope;
  /** Aborts when the identity ends, also while the write waits for the network. */
  readonly signal: AbortSignal;
  readonly updates: OptimisticCache;
  /** Ends the write's optimistic updates and invalidates the queries that it may have changed. */
  settle(applied: boolean, invalidates: FaunaQueries | false | undefined): void;
}

// TanStack passes the same context to all callbacks of one call. They share nothing else.
const writes = new WeakMap<MutationFunctionContext, Write>();

/** Returns the write of a context. The first call starts it. */
export function writeOf(
  connection: Connection,
  identity: Identity,
  context: MutationFunctionContext,
): Write {
  const write = writes.get(context) ?? startWrite(connection, identity, context.client);
  writes.set(context, write);
  return write;
}

function startWrite(connection: Connection, asked: Identity, cache: QueryClient): Write {
  const { identityStore } = connection;
  const isKnown = asked.status !== "loading";
  forgetOnEnd(connection, cache);
  const scope = {
    connection,
    cache,
    // A write made while Clerk was loading belongs to the user who turns out to be signed in.
    get identity() {
      return isKnown ? asked : identityStore.current().identity;
    },
  };
  // The queries that it updates. Whatever happens to the write, they have to be refetched.
  const changed: AnyFaunaQuery[] = [];
  const settles: SettleUpdate[] = [];
  const show = (query: AnyFaunaQuery, more: string[], updater: unknown): void => {
    changed.push(query);
    const cached = findQuery(cache, [...keyIn(scope, query), ...more]);
    if (cached) settles.push(addOptimisticUpdate(cached, cache, updater as Updater));
  };
  return {
    scope,
    signal: identityStore.requestSignal(isKnown ? asked : undefined),
    updates: {
      update: (query: AnyFaunaQuery, updater: unknown) => show(query, [], updater),
      updatePages: (query: AnyFaunaQuery, updater: PageUpdater<never>) =>
        show(query, ["pages"], ({ pages, ...rest }: FaunaPages<never>) => ({
          ...rest,
          pages: pages.map(updater),
        })),
    },
    settle(applied, invalidates) {
      for (const settle of settles) settle(applied);
      const isChanged = matcher(scope, changed);
      const isMeant = matcher(scope, invalidates);
      void cache.invalidateQueries({
        queryKey: identityKey(connection, scope.identity),
        predicate: (query) => (isMeant(query) || isChanged(query)) && !hasOptimisticUpdates(query),
      });
    },
  };
}
