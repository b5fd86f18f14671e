import type { QueryClient } from "@tanstack/react-query";

import type { Connection } from "../client/connection";
import { identityKey, ownerOf } from "./keys";
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
    if (identity.status === "loading") return;
    const prefix = identityKey(connection, identity).slice(0, 2);
    cache.removeQueries({
      queryKey: prefix,
      predicate: ({ queryKey }) => !recordOf(queryKey).wasFetched && !providerOf(cache, queryKey),
    });
    connection.keepMutationsOwn?.(cache, true);
    // What is left are those for which the page has no code yet.
    const mutations = cache.getMutationCache();
    for (const mutation of mutations.getAll()) {
      const owner = ownerOf(mutation.options);
      const isOfEndpoint = owner?.[1] === prefix[1];
      if (isOfEndpoint && !providerOf(cache, owner) && !optionOf(mutation, "connection"))
        mutations.remove(mutation);
    }
  });
}
