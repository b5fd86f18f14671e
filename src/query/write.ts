import type { MutationFunctionContext, QueryClient } from "@tanstack/react-query";

import type { Identity } from "../auth/identity";
import type { Connection } from "../drivers/connection";
import { type FaunaQueries, matcher, type Scope } from "./match";
import { forgetOnEnd } from "./forget-mutations";
import { isOptimistic, OptimisticUpdates } from "./optimistic-updates";

/** One call of `mutate`: whose it is, and what it shows. */
export interface Write {
  readonly scope: Scope;
  /** Aborts when the identity ends, also while the write waits for the network. */
  readonly signal: AbortSignal;
  readonly updates: OptimisticUpdates;
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
  const updates = new OptimisticUpdates(scope);
  return {
    scope,
    signal: session.begin(isKnown ? asked : undefined),
    updates,
    settle(applied, invalidates) {
      updates.settle(applied);
      const isChanged = matcher(scope, updates.queries);
      const isMeant = invalidates === false ? isChanged : matcher(scope, invalidates);
      void cache.invalidateQueries({
        predicate: (query) => (isMeant(query) || isChanged(query)) && !isOptimistic(query),
      });
    },
  };
}
