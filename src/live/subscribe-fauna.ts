import type { Client, Query, QueryValue } from "fauna";

import { connectionOf, driverFor } from "../drivers/connection";
import type { FaunaEvent } from "./fauna-event";
import type { FaunaLiveQueryOptions } from "./fauna-live-query-options";
import { LiveQuery } from "./live-query";
import type { FaunaLiveState } from "./live-state";
import { MemoryStore } from "./memory-store";
import { safely } from "./safely";

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
  driverFor(connection, query);
  const life = new AbortController();
  const tell = (update: FaunaLiveUpdate<unknown>): void => {
    if (!life.signal.aborted) safely(() => listener(update as FaunaLiveUpdate<T>));
  };
  connection.session.settled().then(
    (identity) => {
      const { signal } = life;
      if (signal.aborted) return;
      const store = new MemoryStore(connection, identity, query, options as never, signal, tell);
      store.query = new LiveQuery(connection, identity, query, options as never, store, signal);
    },
    (error: unknown) => tell({ data: undefined, error: error as Error, live: "off", events: [] }),
  );
  return () => life.abort();
}
