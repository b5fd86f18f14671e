import type { QueryClient, QueryKey } from "@tanstack/react-query";

import { addTo, getOrAdd } from "../auth/collections";
import { loadLater } from "../auth/load-later";
import type { Connection } from "../client/connection";
import { isTokenError } from "../errors";
import { isKeyOf } from "./keys";

/**
 * The connections of the providers that are mounted over a cache. Those of one endpoint and identity share their
 * queries, so what is the identity's ends with the last of them.
 */
const connectionsOver = new WeakMap<QueryClient, Set<Connection>>();

/** Notes that a provider is mounted over a cache, which keeps its identity alive, until the returned function is called. */
export function addProvider(cache: QueryClient, connection: Connection): () => void {
  const connections = getOrAdd(connectionsOver, cache, () => new Set());
  const remove = addTo(connections, connection);
  const release = connection.identityStore.retain();
  void loadLater(
    () => import("./provider-settings"),
    ({ compareSettings }) => compareSettings(connections),
    () => connections.size > 1,
  );
  return () => {
    remove();
    release();
  };
}

/** Returns the connection of a mounted provider that shows what is cached under a key. */
export const providerOf = (cache: QueryClient, key: QueryKey = []): Connection | undefined =>
  [...(connectionsOver.get(cache) ?? [])].find((connection) =>
    isKeyOf(connection, connection.identityStore.current().identity, key),
  );

/**
 * Returns the connection that reads instead of one whose read has failed, if that is because its provider has left: another
 * provider's that shows the same identity. Its components wait for the same data.
 *
 * @throws the error, if nobody does.
 */
export function nextReader(
  cache: QueryClient,
  left: Connection,
  queryKey: QueryKey,
  error: unknown,
): Connection {
  const other = providerOf(cache, queryKey);
  const hasLeft = isTokenError(error) && error.code === "identity_changed";
  if (hasLeft && other && other !== left) return other;
  throw error;
}
