const CHUNK = 256;

/** A sorted sequence in small chunks: insertion, removal and range starts cost about √n. */
export class SortedList<T> {
  readonly #chunks: T[][] = [];
  readonly #compare: (a: T, b: T) => number;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  insert(item: T): void {
    const at = this.#chunkFor((other) => this.#compare(other, item) < 0);
    const chunk = this.#chunks[at] ?? this.#chunks[at - 1];
    if (!chunk) {
      this.#chunks.push([item]);
      return;
    }
    const index = this.#chunks.indexOf(chunk);
    chunk.splice(
      firstNot(chunk, (other) => this.#compare(other, item) < 0),
      0,
      item,
    );
    if (chunk.length > 2 * CHUNK) this.#chunks.splice(index + 1, 0, chunk.splice(CHUNK));
  }

  /** Removes exactly this object. */
  remove(item: T): void {
    let at = this.#chunkFor((other) => this.#compare(other, item) < 0);
    for (; at < this.#chunks.length; at++) {
      const chunk = this.#chunks[at]!;
      const index = chunk.indexOf(item);
      if (index < 0) continue;
      chunk.splice(index, 1);
      if (!chunk.length) this.#chunks.splice(at, 1);
      return;
    }
  }

  /** From the first item for which `before` is false, upwards. The list may change between steps. */
  *from(before: (item: T) => boolean): Generator<T> {
    let at = this.#chunkFor(before);
    let chunk = this.#chunks[at];
    let index = chunk ? firstNot(chunk, before) : 0;
    while (chunk) {
      if (index >= chunk.length) {
        at = this.#chunks.indexOf(chunk) + 1 || at + 1;
        chunk = this.#chunks[at];
        index = 0;
      } else {
        const item = chunk[index]!;
        yield item;
        // Something may have come or gone in front of it meanwhile.
        index = (chunk[index] === item ? index : chunk.indexOf(item)) + 1;
      }
    }
  }

  /** From the last item for which `before` is true, downwards. */
  *downFrom(before: (item: T) => boolean): Generator<T> {
    let at = Math.min(this.#chunkFor(before), this.#chunks.length - 1);
    let index = at >= 0 ? firstNot(this.#chunks[at]!, before) - 1 : -1;
    while (at >= 0) {
      if (index >= 0) yield this.#chunks[at]![index--]!;
      else if (--at >= 0) index = this.#chunks[at]!.length - 1;
    }
  }

  /** The first chunk whose last item is not `before`. */
  #chunkFor(before: (item: T) => boolean): number {
    return firstNot(this.#chunks, (chunk) => before(chunk[chunk.length - 1]!));
  }
}

function firstNot<T>(items: readonly T[], before: (item: T) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(items[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
