import type { Query as CachedQuery, QueryClient } from "@tanstack/react-query";

import { keepOrigins } from "./origins";
import { addPage, type FaunaPages } from "./pages";
import { type QueryLayers, recordOf, type SettledWrite } from "./query-record";
import { hasSeen } from "./seen-writes";
import { fetchedSide, onData, pageBeingFetched, setManualData } from "./tanstack";

type AnyPages = FaunaPages<unknown>;

/** Computes the displayed data from the data below it. Called again whenever that changes, so it must be pure. */
export type Updater = (data: unknown) => unknown;

/** What is known of a write. */
export interface WriteState {
  /** Resolves when the attempt that has been sent is over; undefined while nothing is under way. */
  attempt?: Promise<unknown> | undefined;
  /** How it ended: with what was applied, or with nothing. */
  outcome?: SettledWrite | "failed";
}

interface Layer {
  /** Missing for data that the app has set. */
  readonly write?: WriteState;
  readonly updater: Updater;
}

/**
 * Shows an optimistic update of a query's data. If `updater` throws, so does this, and nothing has changed.
 *
 * @returns A function to call when the write has ended.
 */
export function addOptimisticUpdate(
  query: CachedQuery,
  cache: QueryClient,
  updater: Updater,
  write: WriteState,
): () => void {
  if (query.state.data !== undefined) updater(query.state.data);
  const record = recordOf(query.queryKey);
  const { layers: existing } = record;
  const layers =
    existing instanceof OptimisticLayers ? existing : new OptimisticLayers(query, cache);
  record.layers = layers;
  layers.add({ updater, write });
  return () => layers.onSettled();
}

/**
 * A query's data while writes are pending: what the server answered last, and on top of it a layer for each write, in
 * the order in which they started. A layer goes when its write fails, or with the first answer that has seen it.
 */
class OptimisticLayers implements QueryLayers {
  base: unknown;
  readonly #query: CachedQuery;
  readonly #unsubscribe: () => void;
  #layers: readonly Layer[] = [];
  #isShowing = false;

  constructor(query: CachedQuery, cache: QueryClient) {
    this.#query = query;
    this.base = query.state.data;
    keepOrigins(cache);
    this.#unsubscribe = onData(cache, query, (isManual) => {
      if (!this.#isShowing) this.#onData(isManual);
    });
  }

  add(layer: Layer): void {
    this.#layers = [...this.#layers, layer];
    this.#show();
  }

  onSettled(): void {
    this.#layers = this.#layers.filter(({ write }) => write?.outcome !== "failed");
    this.#show();
  }

  hasPending(): boolean {
    return this.#layers.some(({ write }) => write && !write.outcome);
  }

  whenDecided(): Promise<unknown> | undefined {
    const undecided = this.#undecided();
    if (!undecided.length) return undefined;
    return Promise.all(undecided.map(({ write }) => Promise.resolve(write?.attempt)));
  }

  withUndecided(): unknown {
    return this.#over(this.#undecided());
  }

  #undecided(): readonly Layer[] {
    return this.#layers.filter(({ write }) => write?.attempt !== undefined);
  }

  rebase(data: unknown, includes: (txn: number) => boolean): void {
    this.base = data;
    this.#dropSeen(({ txn }) => txn !== undefined && includes(txn));
    this.#show();
  }

  #onData(isManual: boolean): void {
    const { data } = this.#query.state;
    // A setQueryData call by the app is a layer, too.
    if (isManual && this.base !== undefined) {
      this.#layers = [...this.#layers, { updater: () => data }];
      return;
    }
    // TanStack has added a further page to what was shown when its fetch began.
    const side = this.base === undefined ? undefined : fetchedSide(this.#query);
    const add = (to: unknown): unknown => side && addPage(to as AnyPages, data as AnyPages, side);
    const more = add(this.base);
    if (more) {
      this.base = more;
      this.#layers = this.#layers.map((layer) =>
        layer.write ? layer : { updater: (below) => add(layer.updater(below)) },
      );
    } else {
      this.base = data;
      this.#layers = this.#layers.filter(({ write }) => write);
      const { origin } = recordOf(this.#query.queryKey);
      this.#dropSeen((write) => hasSeen(origin, write));
    }
    this.#show();
  }

  #dropSeen(isSeen: (write: SettledWrite) => boolean): void {
    this.#layers = this.#layers.filter(({ write }) => {
      const outcome = write?.outcome;
      return typeof outcome !== "object" || !isSeen(outcome);
    });
  }

  #over(layers: readonly Layer[]): unknown {
    // Nothing has been fetched, or it has been reset.
    if (this.base === undefined) return undefined;
    return layers.reduce<unknown>((data, layer) => this.#apply(data, layer), this.base);
  }

  #apply(data: unknown, layer: Layer): unknown {
    try {
      return layer.updater(data);
    } catch (error) {
      // The updater cannot handle this data. Report that without failing another write.
      queueMicrotask(() => {
        throw error;
      });
      this.#layers = this.#layers.filter((other) => other !== layer);
      return data;
    }
  }

  #show(): void {
    // After `resetQueries` there is nothing to show.
    if (this.#query.state.data === undefined) this.base = undefined;
    const data = this.#over(this.#layers);
    if (data !== this.#query.state.data) {
      this.#isShowing = true;
      setManualData(this.#query, data);
      this.#isShowing = false;
    }
    // A page that is being fetched will be added to what was shown before.
    if (this.#layers.length || pageBeingFetched(this.#query)) return;
    this.#unsubscribe();
    recordOf(this.#query.queryKey).layers = undefined;
  }
}
