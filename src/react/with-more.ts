/**
 * TanStack's result and `more` beside it. TanStack tracks which properties a component reads and re-renders it for
 * those alone; a copy would read them all, so this is a view of the same object. It can be spread.
 */
export function withMore<R extends object, M extends object>(result: R, more: M): R & M {
  for (const key in result)
    if (!(key in more))
      Object.defineProperty(more, key, { get: () => result[key], enumerable: true });
  return more as R & M;
}
