import type { QueryClient } from "@tanstack/react-query";

import type { Connection } from "../drivers/connection";
import { isKeyOf } from "./key";

const watched = new WeakMap<Connection, WeakSet<QueryClient>>();

/**
 * From now on, when an identity of the connection ends, its queries leave this cache, cancelled and unanswered.
 * Safe to call again. When a provider leaves the screen, what others still show of the same identity stays.
 */
export function purgeOnEnd(connection: Connection, cache: QueryClient): void {
  let caches = watched.get(connection);
  if (!caches) watched.set(connection, (caches = new WeakSet()));
  if (caches.has(cache)) return;
  caches.add(cache);
  connection.session.onEnd((previous, how) => {
    cache.removeQueries({
      ...(how === "left" && { type: "inactive" }),
      predicate: ({ queryKey }) => isKeyOf(queryKey, connection.endpoint, previous),
    });
  });
}
