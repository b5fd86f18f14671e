import type { Mutation, QueryClient } from "@tanstack/react-query";

import type { Connection } from "../client/connection";
import { identityKey } from "./keys";
import { providerOf } from "./providers";
import { recordOf } from "./query-record";

/**
 * Removes an identity's queries from this cache when the identity ends, and silently cancels their fetches, unless
 * another provider shows the same identity. If a provider has left, queries that are still shown stay. Safe to call
 * again.
 */
export function purgeOnEnd(connection: Connection, cache: QueryClient): void {
  connection.identityStore.onEnd(cache, (identity, how) => {
    const queryKey = identityKey(connection, identity);
    if (!providerOf(cache, queryKey))
      cache.removeQueries({ queryKey, type: how === "left" ? "inactive" : "all" });
  });
}

/**
 * Removes restored queries and writes of other users; the persister then drops them from storage too. What has been
 * fetched here, or is another provider's, has its own end.
 */
export function purgeOthers(connection: Connection, cache: QueryClient): void {
  // A persister subscribes to the cache only at the end of the effects.
  queueMicrotask(() => {
    const { identity } = connection.identityStore.current();
    if (identity.status !== "loading")
      cache.removeQueries({
        queryKey: identityKey(connection, identity).slice(0, 2),
        predicate: ({ queryKey }) =>
          !recordOf(queryKey).wasFetched && !providerOf(cache, queryKey),
      });
    const mutations = cache.getMutationCache();
    for (const mutation of mutations.getAll())
      if (isForeign(mutation, connection) && !providerOf(cache, mutation.options.mutationKey))
        mutations.remove(mutation);
    connection.keepMutationsOwn?.(cache, true);
  });
}

/** The connection that a mutation's options were made for; undefined for those of others, and without options. */
export const connectionOf = ({ options }: Mutation): Connection | undefined =>
  (options as { connection?: Connection }).connection;

/**
 * Whether a mutation was made for a user who is not signed in: then a persister has brought it back.
 *
 * @param fallback - whose mutation it may be if its own options are not known.
 */
export function isForeign(mutation: Mutation, fallback: Connection): boolean {
  const connection = connectionOf(mutation) ?? fallback;
  const { identity } = connection.identityStore.current();
  const [scope, endpoint, own] = identityKey(connection, identity);
  const [first, second, owner] = mutation.options.mutationKey ?? [];
  return identity.status !== "loading" && first === scope && second === endpoint && owner !== own;
}
