import { type Query as CachedQuery, replaceEqualDeep } from "@tanstack/react-query";

import { faunaQueryKey, type Scope } from "../cache/keys";
import {
  type AnyReadOptions,
  buildQueryOptions,
  driverOf,
  type FaunaQueryOptionsResult,
  withDefaults,
} from "../cache/query-options";
import { recordOf } from "../cache/query-record";
import { buildQuery, isCached } from "../cache/tanstack";

/** The options of a read, as TanStack takes them, and as the app has them, with its defaults. */
export interface BuiltOptions {
  readonly built: FaunaQueryOptionsResult<unknown> & { readonly queryHash: string };
  readonly merged: AnyReadOptions;
}

interface Last extends BuiltOptions {
  readonly scope: Scope;
  readonly cached: CachedQuery;
}

/**
 * Returns what builds the options of a component's read in each render: the same object as before if it is made of the
 * same. Then there is no key to hash, and nothing of which TanStack's observer has to be told in an effect.
 */
export function createStableBuild(): (
  scope: Scope,
  query: unknown,
  options: AnyReadOptions,
) => BuiltOptions {
  let last: Last | undefined;
  return (scope, query, options) => {
    const { connection, identity, cache } = scope;
    // The observer of a removed query takes its place in the cache when it is told of options.
    if (last?.scope === scope && isCached(cache, last.cached)) {
      const { queryKey } = last.built;
      const key = faunaQueryKey(connection, identity, driverOf(connection, query), query, options);
      const merged = withDefaults(cache, options, queryKey);
      const isSame = isEqual(queryKey, key) && isEqual(last.merged, merged);
      // Then such a function is asked, too.
      if (isSame && typeof merged.refetchInterval !== "function") return last;
    }
    const made = buildQueryOptions(connection, identity, query, options) as never;
    const built = cache.defaultQueryOptions(made) as unknown as BuiltOptions["built"];
    const cached = buildQuery(cache, built);
    recordOf(cached.queryKey).hash = built.queryHash;
    return (last = { scope, built, merged: withDefaults(cache, options, built.queryKey), cached });
  };
}

/** Compares arrays and plain objects by what is in them, and all else by identity. */
const isEqual = (previous: object, next: object): boolean =>
  replaceEqualDeep(previous, next) === previous;
