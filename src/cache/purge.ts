import type { Mutation, QueryClient } from "@tanstack/react-query";

import type { Connection } from "../client/connection";
import { identityKey } from "./keys";

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
 * Removes restored queries of other users; the persister then drops them from storage too. Active queries stay:
 * they belong to another provider.
 */
export function purgeOthers(connection: Connection, cache: QueryClient): void {
  // A persister subscribes to the cache only at the end of the effects.
  queueMicrotask(() => {
    const { identity } = connection.identityStore.current();
    const [scope, endpoint, own] = identityKey(connection, identity);
    if (identity.status !== "loading")
      cache.removeQueries({
        queryKey: [scope, endpoint],
        type: "inactive",
        predicate: ({ queryKey }) => queryKey[2] !== own,
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
