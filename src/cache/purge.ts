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
    if (!providerOf(cache, queryKey[1], queryKey[2]))
      cache.removeQueries({ queryKey, type: how === "left" ? "inactive" : "all" });
  });
}

/**
 * Removes restored queries of other users; the persister then drops them from storage too. What has been fetched
 * here, or is another provider's, has its own end.
 */
export function purgeOthers(connection: Connection, cache: QueryClient): void {
  // A persister subscribes to the cache only at the end of the effects.
  queueMicrotask(() => {
    const { identity } = connection.identityStore.current();
    const [scope, endpoint] = identityKey(connection, identity);
    if (identity.status !== "loading")
      cache.removeQueries({
        queryKey: [scope, endpoint],
        predicate: ({ queryKey }) =>
          !recordOf(queryKey).wasFetched && !providerOf(cache, endpoint, queryKey[2]),
      });
  });
}

/**
 * Removes an identity's mutations from this cache when the identity ends: finished ones at once; running ones, and
 * those that wait for the network, as soon as they have settled and their callers know. Safe to call again.
 */
export function forgetOnEnd(connection: Connection, client: QueryClient): void {
  const cache = client.getMutationCache();

  function forget(mutation: Mutation): void {
    const check = (): void => {
      if (mutation.state.status === "pending") return;
      stop();
      cache.remove(mutation);
    };
    const stop = cache.subscribe(check);
    check();
  }

  connection.identityStore.onEnd(cache, (previous) =>
    cache.findAll({ mutationKey: identityKey(connection, previous) }).forEach(forget),
  );
}
