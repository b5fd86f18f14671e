import type { Alt } from "./alternatives";

// The server goes through some maps in the order of its hashes, which shows in its messages.

function rotated(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

/** A step of MurmurHash3. */
function mixed(hash: number, data: number): number {
  const k = Math.imul(rotated(Math.imul(data, 0xcc9e2d51), 15), 0x1b873593);
  return (Math.imul(rotated(hash ^ k, 13), 5) + 0xe6546b64) | 0;
}

function finished(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Java's hash of a text. */
function textHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0;
  return hash;
}

const ALT = mixed(0xcafebabe | 0, textHash("Alt"));

function altHash({ index, group }: Alt): number {
  const hash = finished(mixed(mixed(ALT, index), group.id) ^ 2);
  return hash ^ (hash >>> 16);
}

/** Alternatives of a mutable hash map of up to twelve entries, in its order. */
export function altsInServerOrder(alts: Iterable<Alt>): Alt[] {
  const hashed = [...alts].map((alt) => ({ alt, hash: altHash(alt) }));
  hashed.sort((a, b) => (a.hash & 15) - (b.hash & 15) || a.hash - b.hash);
  return hashed.map(({ alt }) => alt);
}

/** The hash that orders the fields of larger objects. */
function fieldHash(name: string): number {
  let h = textHash(name);
  h = (h + ~(h << 9)) | 0;
  h ^= h >>> 14;
  h = (h + (h << 4)) | 0;
  return h ^ (h >>> 10);
}

type Entry<T> = readonly [string, T];

/** Returns the fields of a collection: up to four as they are, more in the order of the server's hash trie. */
export function fieldsInServerOrder<T>(entries: readonly Entry<T>[]): Entry<T>[] {
  return entries.length <= 4 ? [...entries] : ofTrie(entries, 0);
}

/** The lone entries by their slots, then those that share one. */
function ofTrie<T>(entries: readonly Entry<T>[], shift: number): Entry<T>[] {
  const slots = new Map<number, Entry<T>[]>();
  for (const entry of entries) {
    const slot = (fieldHash(entry[0]) >>> shift) & 31;
    slots.set(slot, [...(slots.get(slot) ?? []), entry]);
  }
  const all = [...slots].sort(([a], [b]) => a - b).map(([, each]) => each);
  const shared = all.filter((each) => each.length > 1);
  return [
    ...all.filter((each) => each.length === 1).flat(),
    ...shared.flatMap((each) => (shift > 30 ? each : ofTrie(each, shift + 5))),
  ];
}
