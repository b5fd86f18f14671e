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
