import type { QueryFilters } from "@tanstack/react-query";
import type { Query, QueryValue } from "fauna";

import type { FaunaV4Expression } from "../client/driver";
import { TokenError } from "../errors";
import { type FaunaQueries, identityKey, keyIn, matcher, type Scope } from "./keys";
import { refetchAfterPages } from "./refetch";

type Data<T> = T | undefined | ((data: T | undefined) => T | undefined);

/**
 * The cached data of the user who is signed in, addressed by query: these are the entries of
 * `useFaunaQuery(query)`. Most `request` options make no difference, but `arguments`, `format`, `long_type` and
 * `typecheck` of an FQL v10 query do: with one of them it is another query.
 */
export interface FaunaCache {
  /** Returns a query's cached data; undefined if there is none. */
  getFaunaData<T extends QueryValue>(query: Query<T>): T | undefined;
  getFaunaData<T = unknown>(expression: FaunaV4Expression): T | undefined;
  /**
   * Sets a query's cached data. A function gets the previous data, which it must not change. Undefined changes
   * nothing.
   *
   * @throws TokenError (`signed_out`, `identity_changed`) if nobody is signed in, or if the user has changed.
   */
  setFaunaData<T extends QueryValue>(query: Query<T>, data: Data<T>): T | undefined;
  setFaunaData<T = unknown>(expression: FaunaV4Expression, data: Data<T>): T | undefined;
  /**
   * Makes queries stale and refetches those on the screen, then resolves. Without `queries`, it takes all of them.
   * A page that is being fetched comes before its list is refetched.
   */
  invalidateFauna(queries?: FaunaQueries): Promise<void>;
  /** Cancels running fetches and keeps the data. Without `queries`, it takes all of them. */
  cancelFauna(queries?: FaunaQueries): Promise<void>;
}

/** Makes the functions of `useFaunaCache` for a scope's identity and cache. */
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
      if (!connection.identityStore.isCurrent(identity)) throw new TokenError("identity_changed");
      return cache.setQueryData(keyIn(scope, query), data) as never;
    },
    invalidateFauna: (queries) => refetchAfterPages(cache, filters(queries)),
    cancelFauna: (queries) => cache.cancelQueries(filters(queries)),
  };
}
