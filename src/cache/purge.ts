import type { Mutation, QueryClient } from "@tanstack/react-query";

import type { Connection } from "../client/connection";
import { identityKey } from "./keys";
import { optionOf } from "./tanstack";

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
 * Removes restored queries and writes of other users; the persister then drops them from storage too. Active queries
 * stay: they belong to another provider.
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
    const mutations = cache.getMutationCache();
    for (const mutation of mutations.getAll())
      if (isForeign(mutation, connection)) mutations.remove(mutation);
    connection.keepMutationsOwn?.(cache, true);
  });
}

/** The connection that a mutation's options were made for; undefined for those of others, and without options. */
export const connectionOf = (mutation: Mutation): Connection | undefined =>
  optionOf(mutation, "connection") as Connection | undefined;

/**
 * Whether a mutation was made for a user who is not signed in: then a persister has brought it back.
 *
 * @param fallback - whose mutation it may be if its own options are not known.
 */
export function isForeign(mutation: Mutation, fallback: Connection): boolean {
  const connection = connectionOf(mutation) ?? fallback;
  const { identity } = connection.identityStore.current();
  const [scope, endpoint, own] = identityKey(connection, identity);
  const [first, second, owner] = mutation.options.mutationKey ?? [];
  return identity.status !== "loading" && first === scope && second === endpoint && owner !== own;
}
