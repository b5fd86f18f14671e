import type { Query as CachedQuery } from "@tanstack/react-query";

import type { FaunaQueryKey, Scope } from "./keys";
import {
  type AnyReadOptions,
  buildQueryOptions,
  driverOf,
  type FaunaQueryOptionsResult,
  withDefaults,
} from "./query-options";
import { readKey } from "./read-options";
import { buildQuery, isCached } from "./tanstack";

/** The options of a read, as TanStack takes them, and as the app has them, with its defaults. */
export interface BuiltOptions {
  readonly built: FaunaQueryOptionsResult<unknown> & { readonly queryHash: string };
  readonly merged: AnyReadOptions;
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
  let last: BuiltOptions | undefined;
  let lastParts: readonly unknown[] = [];
  let cached: CachedQuery | undefined;
  return (scope, query, options) => {
    const { connection, identity, cache } = scope;
    const driver = driverOf(connection, query);
    const text = driver && JSON.stringify(readKey(driver, query, options));
    const mergedFor = (key: FaunaQueryKey): AnyReadOptions => withDefaults(cache, options, key);
    const partsOf = (merged: AnyReadOptions): readonly unknown[] => [
      ...[scope, driver, text],
      ...(Object.entries(merged).flat() as unknown[]),
    ];
    // The observer of a removed query takes its place in the cache when it is told of options.
    if (last && isCached(cache, cached as CachedQuery)) {
      const merged = mergedFor(last.built.queryKey);
      const parts = partsOf(merged);
      const isSame =
        parts.length === lastParts.length &&
        parts.every((part, index) => Object.is(part, lastParts[index]));
      // Then such a function is asked, too.
      if (isSame && typeof merged.refetchInterval !== "function") return last;
    }
    const made = buildQueryOptions(connection, identity, query, options) as never;
    const built = cache.defaultQueryOptions(made) as unknown as BuiltOptions["built"];
    last = { built, merged: mergedFor(built.queryKey) };
    lastParts = partsOf(last.merged);
    cached = buildQuery(cache, built);
    return last;
  };
}
