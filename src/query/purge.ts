import type { QueryClient } from "@tanstack/react-query";

import type { Connection } from "../drivers/connection";

/** Removes the queries of those identities that `isGone` tells by their keys, cancelled and unanswered. */
function purge(
  { endpoint }: Connection,
  cache: QueryClient,
  type: "all" | "inactive",
  isGone: (identity: unknown) => boolean,
): void {
  cache.removeQueries({
    type,
    predicate: ({ queryKey: [scope, url, identity] }) =>
      scope === "fauna" && url === endpoint.href && isGone(identity),
  });
}

/**
 * From now on, when an identity of the connection ends, its queries leave this cache, cancelled and unanswered.
 * Safe to call again. When a provider leaves the screen, what others still show of the same identity stays.
 */
export function purgeOnEnd(connection: Connection, cache: QueryClient): void {
  connection.session.onEnd(cache, ({ key }, how) =>
    purge(connection, cache, how === "left" ? "inactive" : "all", (identity) => identity === key),
  );
}

/**
 * What a persister has brought back of somebody else, who was signed in when it was kept, leaves the cache, and so the
 * storage. Not what is on the screen: that belongs to another provider.
 */
export function purgeOthers(connection: Connection, cache: QueryClient): void {
  // A persister listens to the cache only from the end of the effects.
  queueMicrotask(() => {
    const { key, status } = connection.session.current().identity;
    if (status !== "loading") purge(connection, cache, "inactive", (identity) => identity !== key);
  });
}
