import type { QueryClient } from "@tanstack/react-query";

import type { Connection } from "../client/connection";
import { identityKey } from "./keys";
import { optionOf } from "./tanstack";

/**
 * Removes an identity's queries from this cache when the identity ends, and silently cancels their fetches. If it
 * ended because its provider unmounted, active queries stay: another provider shows them. Safe to call again.
 */
export function purgeOnEnd(connection: Connection, cache: QueryClient): void {
  connection.identityStore.onEnd(cache, (identity, how) =>
    cache.removeQueries({
      queryKey: identityKey(connection, identity),
      type: how === "left" ? "inactive" : "all",
    }),
  );
}

/**
 * Removes restored queries and writes of other users; the persister then drops them from storage too. Active queries
 * stay: they belong to another provider.
 */
export function purgeOthers(connection: Connection, cache: QueryClient): void {
  // A persister subscribes to the cache only at the end of the effects.
  queueMicrotask(() => {
    const { identity } = connection.identityStore.current();
    const [scope, endpoint, own] = identityKey(connection, identity);
    if (identity.status === "loading") return;
    cache.removeQueries({
      queryKey: [scope, endpoint],
      type: "inactive",
      predicate: ({ queryKey }) => queryKey[2] !== own,
    });
    connection.keepMutationsOwn?.(cache, true);
    // What is left are those for which the page has no code yet.
    const mutations = cache.getMutationCache();
    for (const mutation of mutations.findAll({ mutationKey: [scope, endpoint] }))
      if (mutation.options.mutationKey?.[2] !== own && !optionOf(mutation, "connection"))
        mutations.remove(mutation);
  });
}
