import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";

import type { Connection } from "../client/connection";
import { identityKey, isKeyOf, isKeyOfEndpoint, ownerOf } from "./keys";
import type { FaunaPersister } from "./persister";
import { providerOf } from "./providers";
import { recordOf, type SettledWrite } from "./query-record";
import { optionOf, removeMutation, removeQueries } from "./tanstack";

/**
 * Removes an identity's queries from this cache when the identity ends, and silently cancels their fetches, unless
 * another provider shows the same identity. If a provider has left, queries that are still shown stay. Safe to call
 * again.
 */
export function purgeOnEnd(connection: Connection, cache: QueryClient): void {
  connection.identityStore.onEnd(cache, (identity, how) => {
    const queryKey = identityKey(connection, identity);
    if (providerOf(cache, queryKey)) return;
    // TanStack calls a query inactive that is shown, but not enabled.
    const predicate = (query: Query): boolean => how !== "left" || !query.getObserversCount();
    removeQueries(cache, { queryKey, predicate });
    void persisterOf(cache)?.removeStored?.((key) => isKeyOf(connection, identity, key));
  });
}

/**
 * Removes restored queries and writes of other users; the persister then drops them from storage too. What has been
 * fetched here, or is another provider's, has its own end.
 */
export function purgeOthers(connection: Connection, cache: QueryClient): void {
  // A persister subscribes to the cache only at the end of the effects.
  queueMicrotask(() => {
    const { identity } = connection.identityStore.current();
    if (identity.status === "loading") return;
    const isForeign = (key: QueryKey): boolean =>
      isKeyOfEndpoint(connection, key) && !providerOf(cache, key);
    removeQueries(cache, {
      predicate: ({ queryKey }) => !recordOf(queryKey).wasFetched && isForeign(queryKey),
    });
    void persisterOf(cache)?.removeStored?.(isForeign);
    connection.keepMutationsOwn?.(cache, true);
    // What is left are those for which the page has no code yet.
    const mutations = cache.getMutationCache();
    for (const mutation of mutations.getAll()) {
      const owner = ownerOf(mutation.options);
      if (owner && isForeign(owner) && !optionOf(mutation, "connection"))
        removeMutation(mutations, mutation);
    }
  });
}

/** Makes stale what is stored of an identity that has written. After its end nothing is stored any more. */
export const outdateStored = (
  cache: QueryClient,
  identityKey: QueryKey,
  { txn }: SettledWrite,
): void =>
  void (providerOf(cache, identityKey) && persisterOf(cache)?.noteWrite?.(identityKey, txn));

/** The default persister of a cache: perhaps {@link createFaunaPersister}'s. */
const persisterOf = (cache: QueryClient): Partial<FaunaPersister> | undefined =>
  cache.getDefaultOptions().queries?.persister as Partial<FaunaPersister> | undefined;
