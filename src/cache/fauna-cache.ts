import type { QueryFilters } from "@tanstack/react-query";
import type { Query, QueryValue } from "fauna";

import type { FaunaV4Expression } from "../client/driver";
import { TokenError } from "../errors";
import { type FaunaQueries, identityKey, keyIn, matcher, type Scope } from "./keys";

type Data<T> = T | undefined | ((data: T | undefined) => T | undefined);

/**
 * The cached data of the user who is signed in, addressed by query. As `useFaunaQuery(query)` without `request`; a
 * query with `request` is another one.
 */
export interface FaunaCache {
  /** What the cache has for a query; undefined for nothing. */
  getFaunaData<T extends QueryValue>(query: Query<T>): T | undefined;
  getFaunaData<T = unknown>(expression: FaunaV4Expression): T | undefined;
  /**
   * Puts data into the cache, or what a function makes of those before, which it must not change. Undefined leaves
   * things as they are.
   *
   * @throws TokenError (`signed_out`, `identity_changed`) when they are nobody's, or of a user who has gone.
   */
  setFaunaData<T extends QueryValue>(query: Query<T>, data: Data<T>): T | undefined;
  setFaunaData<T = unknown>(expression: FaunaV4Expression, data: Data<T>): T | undefined;
  /** Makes queries stale and fetches again those on the screen; without `queries` all. Resolves when that is done. */
  invalidateFauna(queries?: FaunaQueries): Promise<void>;
  /** Ends fetches under way; the data stay as they are. Without `queries` all. */
  cancelFauna(queries?: FaunaQueries): Promise<void>;
}

/** The functions of `useFaunaCache`, for the identity and the cache of a scope. */
export function createFaunaCache(scope: Scope): FaunaCache {
  const { cache, identity, connection } = scope;
  const filters = (queries?: FaunaQueries): QueryFilters => ({
    queryKey: identityKey(connection, identity),
    predicate: matcher(scope, queries),
  });
  return {
    getFaunaData: (query: unknown) => cache.getQueryData<never>(keyIn(scope, query)),
    setFaunaData(query: unknown, data: Data<unknown>) {
      if (identity.status !== "signed-in") throw new TokenError("signed_out");
      connection.identityStore.requestSignal(identity).throwIfAborted();
      return cache.setQueryData(keyIn(scope, query), data) as never;
    },
    invalidateFauna: (queries) => cache.invalidateQueries(filters(queries)),
    cancelFauna: (queries) => cache.cancelQueries(filters(queries)),
  };
}
