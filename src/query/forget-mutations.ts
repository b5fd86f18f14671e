import type { Mutation, QueryClient } from "@tanstack/react-query";

import type { Connection } from "../drivers/connection";
import { identityKey } from "./key";

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

  connection.session.onEnd(cache, (previous) =>
    cache.findAll({ mutationKey: identityKey(connection, previous) }).forEach(forget),
  );
}
