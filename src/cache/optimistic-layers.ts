import type { Query as CachedQuery, QueryCache } from "@tanstack/react-query";

/** Makes what is shown out of the data before. Called again whenever those change, so it has to be pure. */
export type Updater = (data: unknown) => unknown;

/** Ends a change: it was applied, or it was not. */
export type SettleUpdate = (applied: boolean) => void;

interface Layer {
  readonly updater: Updater;
  /** A settled one is part of what the server has. */
  settled?: boolean;
}

const aheads = new WeakMap<CachedQuery, (updater: Updater) => SettleUpdate>();

/** Whether what a query shows is ahead of the server. */
export const hasOptimisticUpdates = (query: CachedQuery): boolean => aheads.has(query);

/** Shows a change of a query's data from now on. Throws what `updater` throws, and then nothing has changed. */
export function addOptimisticUpdate(
  query: CachedQuery,
  cache: QueryCache,
  updater: Updater,
): SettleUpdate {
  if (query.state.data !== undefined) updater(query.state.data);
  const add = aheads.get(query) ?? createAhead(query, cache);
  aheads.set(query, add);
  return add(updater);
}

/**
 * A query's data while writes are under way: what the server last said, and above it, in the order of their start,
 * what each write will make of it. So each can be taken back by itself, whatever the others come to.
 */
function createAhead(query: CachedQuery, cache: QueryCache): (updater: Updater) => SettleUpdate {
  let base: unknown = query.state.data;
  let layers: readonly Layer[] = [];
  let showing = false;

  // What others put into the cache meanwhile.
  const unsubscribe = cache.subscribe(({ query: { queryHash, state }, ...event }) => {
    const { action } = event as { action?: { type: string; manual?: boolean } };
    if (showing || queryHash !== query.queryHash || action?.type !== "success") return;
    const data = state.data as unknown;
    if (action.manual && base !== undefined) {
      layers = [...layers, { updater: () => data, settled: true }];
      return;
    }
    // Fetches are cancelled whenever a write settles, so this one has seen all that are settled.
    base = data;
    layers = layers.filter(({ settled }) => !settled);
    show();
  });

  const drop = (layer: Layer): void => {
    layers = layers.filter((other) => other !== layer);
  };

  function apply(data: unknown, layer: Layer): unknown {
    if (data === undefined) return data;
    try {
      return layer.updater(data);
    } catch (error) {
      // Its updater cannot cope with these data. That must not fail another write, so it is reported by itself.
      queueMicrotask(() => {
        throw error;
      });
      drop(layer);
      return data;
    }
  }

  function show(): void {
    // A fetch under way would bring what the server had before. A first one is better than nothing.
    if (base === undefined) return;
    void query.cancel({ revert: true });
    const data = layers.reduce(apply, base);
    showing = true;
    query.setData(data, { manual: true, updatedAt: query.state.dataUpdatedAt });
    showing = false;
  }

  return (updater) => {
    const layer: Layer = { updater };
    layers = [...layers, layer];
    show();
    return (applied) => {
      if (applied) layer.settled = true;
      else drop(layer);
      // Only from the bottom: a write that started later shows above one that is still under way.
      for (const lowest of layers) {
        if (!lowest.settled) break;
        base = apply(base, lowest);
        drop(lowest);
      }
      show();
      if (layers.length) return;
      unsubscribe();
      aheads.delete(query);
    };
  };
}
