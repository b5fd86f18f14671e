import type {
  Query as CachedQuery,
  QueryCache,
  QueryCacheNotifyEvent,
} from "@tanstack/react-query";

/** Makes what is shown out of the data before. Called again whenever those change, so it has to be pure. */
export type Updater = (data: unknown) => unknown;

/** One change that is shown. A settled one is part of what the server has. */
export interface Layer {
  readonly updater: Updater;
  settled: boolean;
}

/**
 * A query's data while writes are under way: what the server last said, and above it, in the order of their start,
 * what each write will make of it. So each can be taken back by itself, whatever the others come to.
 */
export class OptimisticData {
  readonly #query: CachedQuery;
  readonly #unsubscribe: () => void;
  #base: unknown;
  #layers: readonly Layer[] = [];
  #showing = false;

  constructor(query: CachedQuery, cache: QueryCache) {
    this.#query = query;
    this.#base = query.state.data;
    this.#unsubscribe = cache.subscribe((event) => this.#follow(event));
  }

  /** Shows a change from now on. Throws what `updater` throws, and then nothing has changed. */
  add(updater: Updater): Layer {
    const shown = this.#shown();
    if (shown !== undefined) updater(shown);
    const layer = { updater, settled: false };
    this.#layers = [...this.#layers, layer];
    this.#show();
    return layer;
  }

  /** Keeps a change that was applied, takes back one that was not. Returns whether no other is under way. */
  settle(layer: Layer, applied: boolean): boolean {
    layer.settled = applied;
    if (!applied) this.#drop(layer);
    // Only from the bottom: a write that started later shows above one that is still under way.
    for (const lowest of this.#layers) {
      if (!lowest.settled) break;
      this.#base = this.#apply(this.#base, lowest);
      this.#drop(lowest);
    }
    this.#show();
    const isLast = this.#layers.length === 0;
    if (isLast) this.#unsubscribe();
    return isLast;
  }

  /** What others put into the cache meanwhile. */
  #follow({ type, query, ...event }: QueryCacheNotifyEvent): void {
    if (this.#showing || query !== this.#query || type !== "updated") return;
    const { action } = event as Extract<QueryCacheNotifyEvent, { type: "updated" }>;
    if (action.type !== "success") return;
    const data = query.state.data as unknown;
    if (action.manual && this.#base !== undefined) {
      this.#layers = [...this.#layers, { updater: () => data, settled: true }];
      return;
    }
    // Fetches are cancelled whenever a write settles, so this one has seen all that are settled.
    this.#base = data;
    this.#layers = this.#layers.filter(({ settled }) => !settled);
    this.#show();
  }

  #shown(): unknown {
    return this.#layers.reduce((data, layer) => this.#apply(data, layer), this.#base);
  }

  #apply(data: unknown, layer: Layer): unknown {
    if (data === undefined) return undefined;
    try {
      return layer.updater(data);
    } catch (error) {
      // Its updater cannot cope with these data. That must not fail another write, so it is reported by itself.
      queueMicrotask(() => {
        throw error;
      });
      this.#drop(layer);
      return data;
    }
  }

  #drop(layer: Layer): void {
    this.#layers = this.#layers.filter((other) => other !== layer);
  }

  #show(): void {
    // A fetch under way would bring what the server had before. A first one is better than nothing.
    if (this.#base === undefined) return;
    void this.#query.cancel({ revert: true });
    const data = this.#shown();
    this.#showing = true;
    this.#query.setData(data, { manual: true, updatedAt: this.#query.state.dataUpdatedAt });
    this.#showing = false;
  }
}
