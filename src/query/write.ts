import type { MutationFunctionContext, QueryClient } from "@tanstack/react-query";

import type { Identity } from "../auth/identity";
import type { Connection } from "../drivers/connection";
import { forgetOnEnd } from "./forget-mutations";
import { identityKey } from "./key";
import { type AnyFaunaQuery, type FaunaQueries, keyIn, matcher, type Scope } from "./match";
import type { OptimisticCache, PageUpdater } from "./optimistic-cache";
import { isAhead, type Settle, showAhead, type Updater } from "./optimistic-data";
import type { FaunaPages } from "./page";

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
  const { session } = connection;
  const isKnown = asked.status !== "loading";
  forgetOnEnd(connection, cache);
  const scope = {
    connection,
    cache,
    // What was asked before anybody was known belongs to whoever turns out to be signed in.
    get identity() {
      return isKnown ? asked : session.current().identity;
    },
  };
  // The queries that it shows changed: whatever comes of the write, they have to be fetched afterwards.
  const changed: AnyFaunaQuery[] = [];
  const settles: Settle[] = [];
  const show = (query: AnyFaunaQuery, more: string[], updater: unknown): void => {
    changed.push(query);
    const queries = cache.getQueryCache();
    const cached = queries.find({ queryKey: [...keyIn(scope, query), ...more] });
    if (cached) settles.push(showAhead(cached, queries, updater as Updater));
  };
  return {
    scope,
    signal: session.begin(isKnown ? asked : undefined),
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
        predicate: (query) => (isMeant(query) || isChanged(query)) && !isAhead(query),
      });
    },
  };
}
