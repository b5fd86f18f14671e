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

/** One call of `mutate`: whose it is, and what it shows. */
export interface Write {
  readonly scope: Scope;
  /** Aborts when the identity ends, also while the write waits for the network. */
  readonly signal: AbortSignal;
  readonly updates: OptimisticCache;
  /** Ends what the write shows, and has the queries fetched that it may have changed. */
  settle(applied: boolean, invalidates: FaunaQueries | false | undefined): void;
}

// TanStack hands the same context to all functions of one call, and nothing else that they share.
const writes = new WeakMap<MutationFunctionContext, Write>();

/** The write that a context stands for; the first function that asks starts it. */
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
    // What was asked before anybody was known belongs to whoever turns out to be signed in.
    get identity() {
      return isKnown ? asked : identityStore.current().identity;
    },
  };
  // The queries that it shows changed: whatever comes of the write, they have to be fetched afterwards.
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
