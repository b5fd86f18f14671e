import type { Alt, AltGroup } from "./alternatives";

// The server goes through some maps in the order of its hashes, which shows in its messages.

function rotated(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

/** The steps of MurmurHash3: what becomes of a number, and of a hash with it. */
function scrambled(data: number): number {
  return Math.imul(rotated(Math.imul(data, 0xcc9e2d51), 15), 0x1b873593);
}
function mixed(hash: number, data: number): number {
  return (Math.imul(rotated(hash ^ scrambled(data), 13), 5) + 0xe6546b64) | 0;
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
const SET = textHash("Set");

function altHash({ index, group }: Alt): number {
  return finished(mixed(mixed(ALT, index), group.id) ^ 2);
}

function setHash(alts: ReadonlySet<Alt>): number {
  let [sum, either, product] = [0, 0, 1];
  for (const alt of alts) {
    const hash = altHash(alt);
    sum = (sum + hash) | 0;
    either ^= hash;
    product = Math.imul(product, hash | 1);
  }
  return finished(mixed(mixed(SET, sum), either) ^ scrambled(product) ^ alts.size);
}

/** The entries of a mutable hash map or set of up to twelve, in its order. */
function inHashOrder<T>(all: Iterable<T>, hash: (each: T) => number): T[] {
  const hashed = [...all].map((each) => {
    const own = hash(each);
    return { each, hash: own ^ (own >>> 16) };
  });
  hashed.sort((a, b) => (a.hash & 15) - (b.hash & 15) || a.hash - b.hash);
  return hashed.map(({ each }) => each);
}

export function altsInServerOrder(alts: Iterable<Alt>): Alt[] {
  return inHashOrder(alts, altHash);
}
export function groupsInServerOrder(groups: Iterable<AltGroup>): AltGroup[] {
  return inHashOrder(groups, ({ id }) => id);
}
export function setsInServerOrder<T extends ReadonlySet<Alt>>(sets: Iterable<T>): T[] {
  return inHashOrder(sets, setHash);
}

/** What Scala makes of a hash before it goes into a trie. */
function improved(hash: number): number {
  let h = (hash + ~(hash << 9)) | 0;
  h ^= h >>> 14;
  h = (h + (h << 4)) | 0;
  return h ^ (h >>> 10);
}

/** The entries of an immutable hash map or set, in the order of its trie. */
function inTrieOrder<T>(all: Iterable<T>, hash: (each: T) => number): T[] {
  const hashed = [...all].map((each) => ({ each, hash: improved(hash(each)) }));
  return ofTrie(hashed, 0).map(({ each }) => each);
}

/** The lone entries by their slots, then those that share one. */
function ofTrie<T extends { readonly hash: number }>(entries: readonly T[], shift: number): T[] {
  const slots = new Map<number, T[]>();
  for (const entry of entries) {
    const slot = (entry.hash >>> shift) & 31;
    slots.set(slot, [...(slots.get(slot) ?? []), entry]);
  }
  const all = [...slots].sort(([a], [b]) => a - b).map(([, each]) => each);
  const shared = all.filter((each) => each.length > 1);
  return [
    ...all.filter((each) => each.length === 1).flat(),
    ...shared.flatMap((each) => (shift > 30 ? each : ofTrie(each, shift + 5))),
  ];
}

/** Returns the fields of a collection: up to four as they are, more in the order of the server's hash trie. */
export function fieldsInServerOrder<T>(
  entries: readonly (readonly [string, T])[],
): (readonly [string, T])[] {
  return entries.length <= 4 ? [...entries] : inTrieOrder(entries, ([name]) => textHash(name));
}

/** Alternatives as keys of an immutable map that came of a grouping. */
export function groupedInServerOrder(alts: Iterable<Alt>): Alt[] {
  return inTrieOrder(alts, altHash);
}
