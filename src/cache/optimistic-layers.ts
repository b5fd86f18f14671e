import type { Query as CachedQuery, QueryClient } from "@tanstack/react-query";

import { recordOf, type SettleUpdate, type Updater } from "./query-record";
import { cancelFetch, onData, setManualData } from "./tanstack";

interface Layer {
  readonly updater: Updater;
  /** Its write was applied, so the server's data contains it. */
  isSettled?: boolean;
}

/** Whether a query shows optimistic updates. */
export const hasOptimisticUpdates = ({ queryKey }: CachedQuery): boolean =>
  recordOf(queryKey).addOptimisticUpdate !== undefined;

/** Shows an optimistic update of a query's data. If `updater` throws, so does this, and nothing has changed. */
export function addOptimisticUpdate(
  query: CachedQuery,
  cache: QueryClient,
  updater: Updater,
): SettleUpdate {
  if (query.state.data !== undefined) updater(query.state.data);
  const record = recordOf(query.queryKey);
  return (record.addOptimisticUpdate ??= createLayers(query, cache))(updater);
}

/**
 * Computes a query's data while writes are pending: the server's last response, and on top of it a layer for each
 * write, in the order in which they started. So each layer can be removed on its own.
 */
function createLayers(query: CachedQuery, cache: QueryClient): (updater: Updater) => SettleUpdate {
  let base: unknown = query.state.data;
  let layers: readonly Layer[] = [];
  let isShowing = false;

  const unsubscribe = onData(cache, query, (isManual) => {
    if (isShowing) return;
    const { data } = query.state;
    // A setQueryData call by the app is a layer, too.
    if (isManual && base !== undefined) {
      layers = [...layers, { updater: () => data, isSettled: true }];
      return;
    }
    // A fetch is cancelled whenever a write settles, so this one has seen every settled write.
    base = data;
    layers = layers.filter(({ isSettled }) => !isSettled);
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
      // The updater cannot handle this data. Report that without failing another write.
      queueMicrotask(() => {
        throw error;
      });
      drop(layer);
      return data;
    }
  }

  function show(): void {
    if (base === undefined) return;
    // A running fetch would bring data from before the write. Only a first fetch goes on, for lack of other data.
    cancelFetch(query);
    const data = layers.reduce(apply, base);
    isShowing = true;
    setManualData(query, data);
    isShowing = false;
  }

  return (updater) => {
    const layer: Layer = { updater };
    layers = [...layers, layer];
    show();
    return (applied) => {
      if (applied) layer.isSettled = true;
      else drop(layer);
      // Settled layers join the base from the bottom up, so that a pending write stays below those that came later.
      for (const lowest of layers) {
        if (!lowest.isSettled) break;
        base = apply(base, lowest);
        drop(lowest);
      }
      show();
      if (layers.length) return;
      unsubscribe();
      recordOf(query.queryKey).addOptimisticUpdate = undefined;
    };
  };
}
