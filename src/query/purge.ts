import type { QueryClient } from "@tanstack/react-query";

import type { Connection } from "../drivers/connection";
import { identityKey } from "./key";

/**
 * From now on, when an identity of the connection ends, its queries leave this cache, cancelled and unanswered.
 * Safe to call again. When a provider leaves the screen, what others still show of the same identity stays.
 */
export function purgeOnEnd(connection: Connection, cache: QueryClient): void {
  connection.session.onEnd(cache, (identity, how) =>
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
    const { identity } = connection.session.current();
    const [scope, endpoint, own] = identityKey(connection, identity);
    if (identity.status !== "loading")
      cache.removeQueries({
        queryKey: [scope, endpoint],
        type: "inactive",
        predicate: ({ queryKey }) => queryKey[2] !== own,
      });
  });
}
