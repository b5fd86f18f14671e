import { type Query as CachedQuery, QueryClient, type QueryState } from "@tanstack/react-query";
import type { Client, Query, QueryValue } from "fauna";

import { afterTokenTimeout } from "../auth/fetch-with-token";
import type { Identity } from "../auth/identity";
import { ONCE } from "../auth/signals";
import type { FaunaReadOptions } from "../cache/read-options";
import { connectionOf, driverFor } from "../client/connection";
import type { FaunaEvent } from "./event-types";
import type { FaunaLiveInfo } from "./live-info";
import { followQuery, liveStatusOf, PLAIN } from "./live-query";
import { type FaunaLiveQueryOptions, snapshotQuery, sourceKey } from "./live-query-options";
import { type LiveStatusNow, nextStatus } from "./next-status";
import type { FaunaLiveState } from "./phase";
import { safely } from "./safely";

/** The update that a listener of {@link subscribeFauna} gets. */
export interface FaunaLiveUpdate<T> {
  /** The current data; undefined until the first response. What has not changed keeps its identity. */
  readonly data: T | undefined;
  /** Why there is no data, or why a refetch has failed. `liveInfo.error` says why the data does not follow the database. */
  readonly error: Error | null;
  readonly live: FaunaLiveState;
  /** Why it is not live, and when it tries again. */
  readonly liveInfo: FaunaLiveInfo;
  /** The events that changed the data; empty if something else changed. */
  readonly events: readonly FaunaEvent[];
}

/** Called whenever data, error or state of a subscription change. */
export type FaunaLiveListener<T> = (update: FaunaLiveUpdate<T>) => void;

/** Options of {@link subscribeFauna}. */
export type SubscribeFaunaOptions<T> = FaunaReadOptions &
  Pick<FaunaLiveQueryOptions<T>, "on" | "order">;

/**
 * Follows a query without React: fetches its data and calls the listener, then again after every change in the
 * database. It ends when the identity does, or when the returned function is called. It follows one page.
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
  // Called here to throw synchronously. Later nothing could catch the error.
  driverFor(connection, query).key(query, options.request);
  snapshotQuery(query, options.on);
  const alone = { ...ALONE, ...options } as FaunaLiveQueryOptions<unknown>;
  const source = sourceKey(options.on);
  const starting = nextStatus(undefined, { live: "connecting", reason: "loading" });
  const subscription = new AbortController();
  const { signal } = subscription;

  function tell(update: FaunaLiveUpdate<T>): void {
    if (!signal.aborted) safely(() => listener(update));
  }

  function tellFailure(now: LiveStatusNow & { error: Error }): void {
    const { live, info } = nextStatus(starting, now);
    tell({ data: undefined, error: now.error, live, liveInfo: info, events: [] });
  }

  function follow(identity: Identity): void {
    if (signal.aborted) return;
    const cache = new QueryClient();
    const scope = { connection, identity, cache };
    let known: readonly unknown[] = [];
    function listen(cached: CachedQuery, events: readonly FaunaEvent[] = []): void {
      const { data, error } = cached.state as QueryState<T>;
      const status = liveStatusOf(cached, source) ?? starting;
      const now = [data, error, status];
      if (now.every((value, index) => value === known[index])) return;
      known = now;
      tell({ data, error, live: status.live, liveInfo: status.info, events });
    }
    const leave = followQuery({
      kind: PLAIN,
      scope,
      query,
      options: alone,
      listener: listen,
      latest: () => alone,
    });
    const onEnd = (): void => {
      leave();
      void cache.cancelQueries();
    };
    signal.addEventListener("abort", onEnd, ONCE);
  }

  const timer = afterTokenTimeout(connection.options.tokenTimeout, (error) =>
    tellFailure({ live: "connecting", reason: "auth", error }),
  );
  const cancel = (): void => clearTimeout(timer);
  signal.addEventListener("abort", cancel, ONCE);
  void connection.tokens.identify();
  void connection.identityStore
    .signedInIdentity()
    .finally(cancel)
    .then(follow, (cause: unknown) =>
      tellFailure({ live: "off", reason: "signed_out", error: cause as Error }),
    );
  return () => subscription.abort();
}

/** The query has a cache of its own: it must stay there without an observer, and the event stream retries it. */
const ALONE = { gcTime: Infinity, networkMode: "always", retry: false } as const;
