import type { Identity } from "../auth/identity";

/** `loading` of a result: from the first render until the first data or error, also while Clerk is loading. */
export function isLoading(
  result: { readonly isPending: boolean; readonly isLoading: boolean },
  { status }: Identity,
  query: unknown,
  enabled: unknown = true,
): boolean {
  if (!query || !enabled || status === "signed-out") return false;
  return typeof enabled === "function" && status !== "loading"
    ? result.isLoading
    : result.isPending;
}

/**
 * TanStack's result and `more` beside it. TanStack tracks which properties a component reads and re-renders it for
 * those alone; a copy would read them all, so this is a view of the same object. It can be spread.
 */
export function withMore<R extends object, M extends object>(result: R, more: M): R & M {
  const of = (target: R, key: PropertyKey): R | M => (key in more ? more : target);
  return new Proxy(result, {
    get: (target, key) => Reflect.get(of(target, key), key) as unknown,
    has: (target, key) => key in of(target, key),
    ownKeys: (target) => [...new Set([...Reflect.ownKeys(target), ...Reflect.ownKeys(more)])],
    getOwnPropertyDescriptor: (target, key) =>
      Reflect.getOwnPropertyDescriptor(of(target, key), key),
  }) as R & M;
}
