/**
 * TanStack's result with `loading` beside it. TanStack tracks which properties a component reads and re-renders it
 * for those alone; a copy would read them all, so this is a view of the same object. It can be spread.
 */
export function withLoading<R extends object>(
  result: R,
  isLoading: (result: R) => boolean,
): R & { readonly loading: boolean } {
  return new Proxy(result, {
    get: (target, key) => (key === "loading" ? isLoading(target) : Reflect.get(target, key)),
    has: (target, key) => key === "loading" || key in target,
    ownKeys: (target) => [...Reflect.ownKeys(target), "loading"],
    getOwnPropertyDescriptor: (target, key) =>
      key === "loading"
        ? { value: isLoading(target), enumerable: true, configurable: true }
        : Reflect.getOwnPropertyDescriptor(target, key),
  }) as R & { readonly loading: boolean };
}
