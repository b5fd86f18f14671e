/** Adds a member to a set, until the returned function is called. */
export function addTo<T>(set: Set<T>, member: T): () => void {
  set.add(member);
  return () => void set.delete(member);
}

/** A `Map` or a `WeakMap`. */
interface AnyMap<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

/** Returns what a map has under a key. What is missing is made and added. */
export function getOrAdd<K, V extends object>(map: AnyMap<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (!value) map.set(key, (value = make()));
  return value;
}
