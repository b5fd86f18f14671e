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
 * re-renders it only for those; a copy would read them all. The view can be spread.
 */
export function withMore<R extends object, M extends object>(result: R, more: M): R & M {
  const view = Object.defineProperties({}, Object.getOwnPropertyDescriptors(more));
  for (const key of Object.keys(result))
    if (!(key in more))
      Object.defineProperty(view, key, {
        enumerable: true,
        get: () => Reflect.get(result, key) as unknown,
      });
  return view as R & M;
}
