import type { QueryClient } from "@tanstack/react-query";

import type { Connection } from "../drivers/connection";
import { isKeyOf } from "./key";

/**
 * From now on, when an identity of the connection ends, its queries leave this cache, cancelled and unanswered.
 * Safe to call again. When a provider leaves the screen, what others still show of the same identity stays.
 */
export function purgeOnEnd({ session, endpoint }: Connection, cache: QueryClient): void {
  session.onEnd(cache, (previous, how) => {
    cache.removeQueries({
      ...(how === "left" && { type: "inactive" }),
      predicate: ({ queryKey }) => isKeyOf(queryKey, endpoint, previous),
    });
  });
}

/**
 * What a persister has brought back of somebody else, who was signed in when it was kept, leaves the cache, and so the
 * storage. Not what is on the screen: that belongs to another provider.
 */
export function purgeOthers({ session, endpoint }: Connection, cache: QueryClient): void {
  // A persister listens to the cache only from the end of the effects.
  queueMicrotask(() => {
    const { identity } = session.current();
    if (identity.status === "loading") return;
    cache.removeQueries({
      type: "inactive",
      predicate: ({ queryKey: [scope, url, key] }) =>
        scope === "fauna" && url === endpoint.href && key !== identity.key,
    });
  });
}
