import { classHash, flagHash, sequenceHash, textHash } from "./murmur";
import { bucketOrderOf, mapOrder, SMALL } from "./hash-order";

/** A term of an index: `body` is the text of the computed field that it reads, if it does. */
export interface TermShape {
  readonly path: readonly string[];
  readonly mva: boolean;
  readonly body?: string | undefined;
}
export interface IndexShape {
  readonly terms: readonly TermShape[];
  readonly values: readonly (TermShape & { readonly desc: boolean })[];
}

function fieldHash({ path, body }: TermShape): number {
  const names = sequenceHash(path.map((name) => classHash("Right", [textHash(name)])));
  return body === undefined
    ? classHash("Fixed", [names])
    : classHash("Computed", [names, textHash(body)]);
}

function hashOf({ terms, values }: IndexShape): number {
  const ofTerms = terms.map((term) =>
    classHash("TermShape", [fieldHash(term), flagHash(term.mva)]),
  );
  const ofValues = values.map((value) =>
    classHash("ValueShape", [fieldHash(value), flagHash(!value.desc), flagHash(value.mva)]),
  );
  return classHash("IndexShape", [sequenceHash(ofTerms), sequenceHash(ofValues)]);
}

/**
 * The order in which the server builds the indexes and unique constraints of a collection, which it keeps in a map by
 * their shapes. Documents are checked in that order.
 */
export function buildOrder<T extends IndexShape>(indexes: readonly T[]): T[] {
  const hashed = indexes.map((index) => ({ index, hash: hashOf(index) }));
  const inMap =
    hashed.length > SMALL ? mapOrder(hashed) : bucketOrderOf(hashed, BUCKETS_OF_A_NEW_MAP);
  return inMap.map(({ index }) => index);
}

const BUCKETS_OF_A_NEW_MAP = 16;
