import { useMemo } from "react";

import { createFaunaCache, type FaunaCache } from "../cache/fauna-cache";
import { useFaunaContext } from "./fauna-context";

/**
 * Reads and changes the cached data of the user who is signed in, addressed by query. Returns the same object until
 * the identity changes.
 *
 * @throws ConfigurationError without a `FaunaProvider` above.
 *
 * @example
 * ```tsx
 * const { setFaunaData, invalidateFauna } = useFaunaCache();
 * setFaunaData(fql<Todo>`Todo.byId(${id})`, (todo) => todo && { ...todo, done: true });
 * await invalidateFauna((fql) => fql.includes("Todo"));
 * ```
 */
export function useFaunaCache(): FaunaCache {
  const context = useFaunaContext();
  return useMemo(() => createFaunaCache(context), [context]);
}
