import type { Query as CachedQuery } from "@tanstack/react-query";

import type { FaunaQueryOptionsResult } from "../query/fauna-query-options";
import { infos } from "../query/info";
import type { Scope } from "../query/match";
import { isAhead } from "../query/optimistic-data";
import type { Applied } from "./apply-events";
import type { FaunaLiveState } from "./live-state";
import type { LiveQuery, Store } from "./live-query";
import { sources } from "./sources";

/** A query in TanStack's cache, whoever else reads, fetches or changes it there. */
export class CachedStore implements Store {
  readonly query: CachedQuery;
  readonly #options: FaunaQueryOptionsResult<unknown>;
  readonly show: (state: FaunaLiveState) => void;

  constructor(
    { cache }: Scope,
    options: FaunaQueryOptionsResult<unknown>,
    show: (state: FaunaLiveState) => void,
  ) {
    const built = cache.defaultQueryOptions(options as never);
    this.query = cache.getQueryCache().build<unknown, Error, unknown>(cache, built);
    this.#options = built as never;
    this.show = show;
  }

  /** Tells a live query what happens to its data, until the returned function is called. */
  connect({ cache }: Scope, live: LiveQuery): () => void {
    const { query } = this;
    // What follows the database is not stale, whatever it is that asks.
    query.isStaleByTime = () =>
      query.state.data === undefined || query.state.isInvalidated || live.state === "off";
    this.#arrive(live);
    const stop = cache.getQueryCache().subscribe((event) => {
      if (event.query !== query || event.type !== "updated") return;
      if (event.action.type === "success" && !event.action.manual) this.#arrive(live);
      // A write that has settled is about to have the query fetched: only then it is known whether events have to wait.
      queueMicrotask(live.flush);
    });
    return () => {
      stop();
      delete (query as Partial<CachedQuery>).isStaleByTime;
    };
  }

  #arrive(live: LiveQuery): void {
    const { queryKey, state } = this.query;
    const since = infos.get(queryKey)?.txn_ts;
    if (since === undefined || state.data === undefined) return;
    const source = sources.get(queryKey);
    live.arrived(since, source && source.ts <= since ? source.token : undefined);
  }

  isBusy(): boolean {
    return this.query.state.fetchStatus !== "idle" || isAhead(this.query);
  }

  fetch(): Promise<unknown> {
    return this.query.fetch(this.#options as never);
  }

  write(apply: (data: unknown) => Applied): boolean {
    const { data: before, dataUpdateCount } = this.query.state;
    if (before === undefined) return false;
    const { data, isOpen } = apply(before);
    // Not setData, which would compare every row with the one before.
    if (data !== before)
      this.query.setState({
        data,
        dataUpdatedAt: Date.now(),
        dataUpdateCount: dataUpdateCount + 1,
      });
    return isOpen;
  }

  fail(error: Error): void {
    const { query } = this;
    if (query.state.error !== error)
      query.setState({ error, status: "error", errorUpdatedAt: Date.now() });
  }
}
