import type { Query as CachedQuery, QueryClient } from "@tanstack/react-query";
import type { Query } from "fauna";

import type { Identity } from "../auth/identity";
import { type Connection, driverFor } from "../drivers/connection";
import type { FaunaV4Expression } from "../drivers/driver";
import { type FaunaQueryKey, faunaQueryKey } from "./key";
import { queryText } from "./query-text";

/** A query as it was given to a hook. */
export type AnyFaunaQuery = Query | FaunaV4Expression;

/**
 * Which cached queries are meant: one, several, or those whose FQL text the function picks (of FQL v4, the expression's
 * JSON). Queries that only differ in `request` are different ones.
 */
export type FaunaQueries = AnyFaunaQuery | readonly AnyFaunaQuery[] | ((fql: string) => boolean);

/** Whose queries, and in which cache. */
export interface Scope {
  readonly connection: Connection;
  readonly identity: Identity;
  readonly cache: QueryClient;
}

/** The key under which the hooks keep a query. */
export const keyIn = (
  { connection, identity }: Scope,
  query: unknown,
  request?: object,
): FaunaQueryKey =>
  faunaQueryKey(connection, identity, driverFor(connection, query), query, request);

/** The hash of that key, as the app may have it made. */
export const hashIn = (scope: Scope, query: unknown, request?: object): string =>
  scope.cache.defaultQueryOptions({ queryKey: keyIn(scope, query, request) }).queryHash;

/** Whether a cached query of the identity is among `queries`; all are unless those are given, and for `false` none. */
export function matcher(
  scope: Scope,
  queries?: FaunaQueries | false,
): (query: CachedQuery) => boolean {
  if (!queries) return () => queries !== false;
  if (typeof queries === "function")
    return ({ queryKey }) => queries(queryText(queryKey as FaunaQueryKey));
  // Of every kind: what marks a kind, such as pages, comes after the query in its key.
  const hashes = [queries].flat().map((query) => hashIn(scope, query).slice(0, -1));
  return ({ queryHash }) =>
    hashes.some((hash) => queryHash === `${hash}]` || queryHash.startsWith(`${hash},`));
}
