/** What one pushes and another awaits, in order; it ends when the signal is aborted. */
export class Queue<T> implements AsyncIterable<T> {
  #items: T[] = [];
  #wake: (() => void) | undefined;

  constructor(readonly signal: AbortSignal) {
    signal.addEventListener("abort", () => this.#wake?.(), { once: true });
  }

  push(item: T): void {
    this.#items.push(item);
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const items = this.#items;
      this.#items = [];
      yield* items;
      // What came while those were on their way, before the end.
      if (this.#items.length > 0) continue;
      if (this.signal.aborted) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
