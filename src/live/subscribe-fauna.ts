import type { Client, Query, QueryInfo, QueryValue } from "fauna";

import type { Identity } from "../auth/identity";
import { connectionOf, driverFor } from "../drivers/connection";
import { share } from "../query/share";
import type { FaunaEvent } from "./fauna-event";
import type { FaunaLiveQueryOptions } from "./fauna-live-query-options";
import { keepLive, type LiveData, type Store } from "./keep-live";
import type { FaunaLiveState } from "./fauna-live-state";
import { safely } from "./safely";
import { snapshotOf, snapshotQuery } from "./snapshot";

/** What a listener of {@link subscribeFauna} is told. */
export interface FaunaLiveUpdate<T> {
  /** The data as of now; undefined until the first answer. What has not changed keeps its identity. */
  readonly data: T | undefined;
  /** Why the query, or following it, failed for good. */
  readonly error: Error | null;
  readonly live: FaunaLiveState;
  /** The events that made these data out of those before; empty when it is something else that changed. */
  readonly events: readonly FaunaEvent[];
}

/** Told whenever data, error or state of a subscription change. */
export type FaunaLiveListener<T> = (update: FaunaLiveUpdate<T>) => void;

/** Options of {@link subscribeFauna}. */
export type SubscribeFaunaOptions<T> = Pick<FaunaLiveQueryOptions<T>, "on" | "order" | "request">;

/**
 * Follows a query without React: reads it, tells the listener, and tells it again with every change in the database. It
 * ends when the identity does, or when the returned function is called.
 *
 * @param client - from `useFaunaClient()` or `createFaunaClient()`.
 * @param query - as for `useFaunaLiveQuery`.
 * @throws ConfigurationError for anything that is not an FQL v10 query, and for another client.
 *
 * @example
 * ```ts
 * const stop = subscribeFauna(client, fql<Page<Todo>>`Todo.all()`, ({ data, live }) => {
 *   console.log(live, data?.data.length);
 * });
 * ```
 */
export function subscribeFauna<T extends QueryValue>(
  client: Client,
  query: Query<T>,
  listener: FaunaLiveListener<T>,
  options: SubscribeFaunaOptions<T> = {},
): () => void {
  const connection = connectionOf(client);
  const driver = driverFor(connection, query);
  const asked = snapshotQuery(query, options.on);
  const life = new AbortController();
  const { signal } = life;
  let told: FaunaLiveUpdate<T> = { data: undefined, error: null, live: "connecting", events: [] };
  let fetching: Promise<void> | undefined;
  let live: LiveData | undefined;

  function tell(update: Partial<FaunaLiveUpdate<T>>): void {
    told = { ...told, events: [], ...update };
    if (!signal.aborted) safely(() => listener(told));
  }

  async function fetch(identity: Identity): Promise<void> {
    try {
      let since = 0;
      const onInfo = ({ txn_ts = 0 }: QueryInfo): void => void (since = txn_ts);
      const { request } = options;
      const { data, source } = await snapshotOf(
        driver.run(asked, { identity, signal, request, onInfo }),
      );
      live?.arrived(since, source.token);
      tell({ data: share<T>(told.data, data as T, driver.classes), error: null });
    } finally {
      fetching = undefined;
    }
  }

  connection.session.settled().then(
    (identity) => {
      if (signal.aborted) return;
      const store: Store = {
        isBusy: () => fetching !== undefined,
        fetch: () => (fetching ??= fetch(identity)),
        write(apply, events) {
          const { data, isOpen } = apply(told.data);
          if (data !== told.data) tell({ data: data as never, events });
          return isOpen;
        },
        show: (live, error) => tell(error ? { live, error } : { live }),
      };
      live = keepLive(connection, identity, query, options, store, signal);
    },
    (error: unknown) => tell({ error: error as Error, live: "off" }),
  );
  return () => life.abort();
}
