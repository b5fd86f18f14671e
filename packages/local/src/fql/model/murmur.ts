// Hashes as Scala 2.13 computes them for its collections and case classes: MurmurHash3.

function rotated(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

function mix(hash: number, data: number): number {
  const mixed = hash ^ Math.imul(rotated(Math.imul(data, 0xcc9e2d51), 15), 0x1b873593);
  return (Math.imul(rotated(mixed, 13), 5) + 0xe6546b64) | 0;
}

function avalanche(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** A text's hash in Java. */
export function textHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0;
  return hash;
}

export function flagHash(flag: boolean): number {
  return flag ? 1231 : 1237;
}

/** The hash of a case class, of its name and its fields' hashes. */
export function classHash(name: string, fields: readonly number[]): number {
  const hash = [textHash(name), ...fields].reduce(mix, 0xcafebabe | 0);
  return avalanche(hash ^ fields.length);
}

/** The hash of a sequence. One whose hashes have equal steps has that of a range, which is a sequence, too. */
export function sequenceHash(hashes: readonly number[]): number {
  const seed = textHash("Seq");
  const [first = 0, second = 0] = hashes;
  const step = (second - first) | 0;
  const isRange =
    hashes.length > 1 &&
    hashes.every((hash, i) => i === 0 || ((hash - hashes[i - 1]!) | 0) === step) &&
    (step !== 0 || hashes.length === 2);
  if (isRange) return avalanche([first, step, hashes.at(-1)!].reduce(mix, seed));
  return avalanche(hashes.reduce(mix, seed) ^ hashes.length);
}
