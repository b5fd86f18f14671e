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

/** Properties that are computed when they are read. */
export type Computed<M> = { readonly [K in keyof M]: () => M[K] };

/**
 * Returns a view of TanStack's result with `more` added. TanStack tracks which properties a component reads and
 * re-renders it only for those; a copy would read them all. The view can be spread. It is made in each render: to define
 * a getter for each property would take thirty times as long.
 */
export function withMore<R extends object, M extends object>(result: R, more: Computed<M>): R & M {
  const computed = (key: PropertyKey): (() => unknown) | undefined =>
    Object.hasOwn(more, key) ? more[key as keyof M] : undefined;
  return new Proxy(result, {
    get(_, key) {
      const get = computed(key);
      return get ? get() : (Reflect.get(result, key) as unknown);
    },
    has: (_, key) => key in result || !!computed(key),
    ownKeys: () => [...new Set([result, more].flatMap((part) => Reflect.ownKeys(part)))],
    getOwnPropertyDescriptor(_, key) {
      const get = computed(key);
      return get
        ? { get, enumerable: true, configurable: true }
        : Reflect.getOwnPropertyDescriptor(result, key);
    },
  }) as R & M;
}
