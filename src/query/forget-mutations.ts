import type { Mutation, QueryClient } from "@tanstack/react-query";

import type { Connection } from "../drivers/connection";
import { isKeyOf } from "./key";

/**
 * From now on, when an identity of the connection ends, its mutations leave this cache: those that are over at once,
 * those under way and those that wait for the network as soon as their callers have been told. Safe to call again.
 */
export function forgetOnEnd({ session, endpoint }: Connection, cache: QueryClient): void {
  const mutations = cache.getMutationCache();
  session.onEnd(mutations, (previous) => {
    const isTheirs = ({ options }: Mutation): boolean =>
      isKeyOf(options.mutationKey ?? [], endpoint, previous);
    const leaving = new Set<unknown>(mutations.findAll({ predicate: isTheirs }));
    const unsubscribe = mutations.subscribe(({ mutation }) => forget(mutation));

    function forget(mutation: Mutation | undefined): void {
      if (mutation?.state.status !== "pending" && leaving.delete(mutation)) {
        mutations.remove(mutation as Mutation);
      }
      if (leaving.size === 0) unsubscribe();
    }
    forget(undefined);
    for (const mutation of leaving) forget(mutation as Mutation);
  });
}
