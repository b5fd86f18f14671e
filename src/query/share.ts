const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/**
 * TanStack's structural sharing for Fauna's values: what has not changed keeps its identity, also inside documents,
 * pages and the driver's other classes, which TanStack's own would replace on every refetch. Never changes either
 * argument; the result always equals `next`.
 *
 * @param classes - the classes whose instances are told apart by their fields alone.
 */
export function share(previous: unknown, next: unknown, classes: ReadonlySet<unknown>): unknown {
  if (Object.is(previous, next)) return previous;
  if (!isObject(previous) || !isObject(next)) return next;
  const prototype = Object.getPrototypeOf(next) as object | null;
  if (prototype !== Object.getPrototypeOf(previous)) return next;
  if (next instanceof Uint8Array) return String(previous) === String(next) ? previous : next;
  const isArray = Array.isArray(next);
  if (!isArray && prototype !== Object.prototype && !classes.has(prototype?.constructor))
    return next;

  let shared = 0;
  const keys = Object.keys(next);
  const entries = keys.map((key): [string, unknown] => {
    if (!Object.hasOwn(previous, key)) return [key, next[key]];
    const value = share(previous[key], next[key], classes);
    if (Object.is(value, previous[key])) shared++;
    return [key, value];
  });
  if (shared === keys.length && keys.length === Object.keys(previous).length) return previous;
  if (isArray) return entries.map(([, value]) => value);
  // Through descriptors, so that a field named __proto__ stays a field.
  return Object.create(
    prototype,
    Object.getOwnPropertyDescriptors(Object.fromEntries(entries)),
  ) as unknown;
}
