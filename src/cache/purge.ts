import type { QueryClient } from "@tanstack/react-query";

import type { Connection } from "../client/connection";
import { identityKey } from "./keys";
import { providerOf } from "./providers";
import { recordOf } from "./query-record";
import { optionOf } from "./tanstack";

/**
 * Removes an identity's queries from this cache when the identity ends, and silently cancels their fetches, unless
 * another provider shows the same identity. If a provider has left, queries that are still shown stay. Safe to call
 * again.
 */
export function purgeOnEnd(connection: Connection, cache: QueryClient): void {
  connection.identityStore.onEnd(cache, (identity, how) => {
    const queryKey = identityKey(connection, identity);
    if (!providerOf(cache, queryKey[1], queryKey[2]))
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
    const [scope, endpoint, own] = identityKey(connection, identity);
    if (identity.status === "loading") return;
    cache.removeQueries({
      queryKey: [scope, endpoint],
      predicate: ({ queryKey }) =>
        !recordOf(queryKey).wasFetched && !providerOf(cache, endpoint, queryKey[2]),
    });
    connection.keepMutationsOwn?.(cache, true);
    // What is left are those for which the page has no code yet.
    const mutations = cache.getMutationCache();
    for (const mutation of mutations.findAll({ mutationKey: [scope, endpoint] }))
      if (
        mutation.options.mutationKey?.[2] !== own &&
        !optionOf(mutation, "connection") &&
        !providerOf(cache, endpoint, mutation.options.mutationKey?.[2])
      )
        mutations.remove(mutation);
  });
}
