import type { Mutation, QueryClient } from "@tanstack/react-query";

import type { Connection } from "../client/connection";
import { identityKey } from "./keys";

/**
 * From now on, when an identity of the connection ends, its queries leave this cache, cancelled and unanswered.
 * Safe to call again. When a provider leaves the screen, what others still show of the same identity stays.
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
 * What a persister has brought back of somebody else, who was signed in when it was kept, leaves the cache, and so the
 * storage. Not what is on the screen: that belongs to another provider.
 */
export function purgeOthers(connection: Connection, cache: QueryClient): void {
  // A persister listens to the cache only from the end of the effects.
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
 * From now on, when an identity of the connection ends, its mutations leave this cache: those that are over at once,
 * those under way and those that wait for the network as soon as their callers have been told. Safe to call again.
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
