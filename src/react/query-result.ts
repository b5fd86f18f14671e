import type { Identity } from "../auth/identity";

/**
 * Whether a result is `loading`: until the first data or error, also while Clerk is loading.
 *
 * @param options - the app's, with its defaults.
 */
export function isLoading(
  result: { readonly isPending: boolean; readonly isLoading: boolean },
  { status }: Identity,
  query: unknown,
  { enabled = true }: { readonly enabled?: unknown },
): boolean {
  if (!query || !enabled || status === "signed-out") return false;
  return typeof enabled === "function" && status !== "loading"
    ? result.isLoading
    : result.isPending;
}

/**
 * Returns a view of TanStack's result with `more` added. TanStack tracks which properties a component reads and
 * re-renders it only for those; a copy would read them all. The view can be spread. It is made in each render: to define
 * a getter for each property would take thirty times as long.
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
