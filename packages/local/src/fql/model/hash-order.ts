/** A text's hash in Java. */
function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0;
  return hash;
}

/** The hash, spread over all bits as Scala's maps that do not change have it. */
function spread(text: string): number {
  let hash = hashOf(text);
  hash = (hash + ~(hash << 9)) | 0;
  hash ^= hash >>> 14;
  hash = (hash + (hash << 4)) | 0;
  return hash ^ (hash >>> 10);
}

const BITS = 5;
/** Smaller maps keep the order in which they were made. */
const SMALL = 4;

function ordered<T>(entries: readonly (readonly [string, T])[], shift: number): [string, T][] {
  const slots = new Map<number, (readonly [string, T])[]>();
  for (const entry of entries) {
    const slot = (spread(entry[0]) >>> shift) & (2 ** BITS - 1);
    slots.set(slot, [...(slots.get(slot) ?? []), entry]);
  }
  const filled = [...slots].sort(([a], [b]) => a - b).map(([, found]) => found);
  const isLast = shift > 32 - BITS;
  return [
    ...filled.filter((found) => found.length === 1).flat(),
    ...filled
      .filter((found) => found.length > 1)
      .flatMap((found) => (isLast ? found : ordered(found, shift + BITS))),
  ].map(([name, value]) => [name, value]);
}

/**
 * Entries in the order in which the server lists those of a schema that it keeps in a hash map. It shows in the FSL that
 * it writes, and in the places of errors there.
 */
export function hashOrder<T>(entries: ReadonlyMap<string, T>): [string, T][] {
  return entries.size > SMALL ? ordered([...entries], 0) : [...entries];
}

/** How many buckets a map that changes has for so many entries. */
function bucketsFor(size: number): number {
  const capacity = Math.floor((size + 1) / 0.75);
  return 2 ** (Math.floor(Math.log2(Math.max(capacity - 1, 4))) + 1);
}

/** Names in the order in which the server lists those of a map that changes: by their buckets, and in those by hash. */
export function bucketOrder(names: readonly string[]): string[] {
  const buckets = bucketsFor(names.length);
  const hashed = names.map((name) => {
    const hash = hashOf(name);
    return { name, hash: hash ^ (hash >>> 16) };
  });
  const bucketOf = (hash: number): number => hash & (buckets - 1);
  hashed.sort((a, b) => bucketOf(a.hash) - bucketOf(b.hash) || a.hash - b.hash);
  return hashed.map(({ name }) => name);
}
