import { textHash } from "./murmur";

interface Hashed {
  readonly hash: number;
}

/** The hash, spread over all bits as Scala's maps that do not change have it. */
function spread(text: number): number {
  let hash = text;
  hash = (hash + ~(hash << 9)) | 0;
  hash ^= hash >>> 14;
  hash = (hash + (hash << 4)) | 0;
  return hash ^ (hash >>> 10);
}

const BITS = 5;
/** Smaller maps keep the order in which they were made. */
export const SMALL = 4;

/** The order in which a larger map that does not change lists its entries. */
export function mapOrder<T extends Hashed>(entries: readonly T[], shift = 0): T[] {
  const slots = new Map<number, T[]>();
  for (const entry of entries) {
    const slot = (spread(entry.hash) >>> shift) & (2 ** BITS - 1);
    slots.set(slot, [...(slots.get(slot) ?? []), entry]);
  }
  const filled = [...slots].sort(([a], [b]) => a - b).map(([, found]) => found);
  const isLast = shift > 32 - BITS;
  return [
    ...filled.filter((found) => found.length === 1).flat(),
    ...filled
      .filter((found) => found.length > 1)
      .flatMap((found) => (isLast ? found : mapOrder(found, shift + BITS))),
  ];
}

/**
 * Entries in the order in which the server lists those of a schema that it keeps in a hash map. It shows in the FSL that
 * it writes, and in the places of errors there.
 */
export function hashOrder<T>(entries: ReadonlyMap<string, T>): [string, T][] {
  if (entries.size <= SMALL) return [...entries];
  const hashed = [...entries].map((entry) => ({ entry, hash: textHash(entry[0]) }));
  return mapOrder(hashed).map(({ entry }) => entry);
}

/** How many buckets a map that changes has for so many entries. */
function bucketsFor(size: number): number {
  const capacity = Math.floor((size + 1) / 0.75);
  return 2 ** (Math.floor(Math.log2(Math.max(capacity - 1, 4))) + 1);
}

/** The order in which a map that changes lists its entries: by their buckets, and in those by hash. */
export function bucketOrderOf<T extends Hashed>(entries: readonly T[], buckets: number): T[] {
  const mixed = entries.map((entry) => ({ entry, hash: entry.hash ^ (entry.hash >>> 16) }));
  const bucketOf = (hash: number): number => hash & (buckets - 1);
  mixed.sort((a, b) => bucketOf(a.hash) - bucketOf(b.hash) || a.hash - b.hash);
  return mixed.map(({ entry }) => entry);
}

/** Names in the order in which the server lists those of a map that changes. */
export function bucketOrder(names: readonly string[]): string[] {
  const hashed = names.map((name) => ({ name, hash: textHash(name) }));
  return bucketOrderOf(hashed, bucketsFor(names.length)).map(({ name }) => name);
}
