import type { Query } from "fauna";

import type { Identity } from "../auth/identity";
import { type Connection, driverFor } from "../drivers/connection";
import { share } from "../query/share";
import type { Applied } from "./apply-events";
import type { FaunaEvent } from "./fauna-event";
import type { LiveQuery, Store } from "./live-query";
import type { FaunaLiveState } from "./live-state";
import { snapshotOf, snapshotQuery } from "./snapshot";
import type { FaunaLiveUpdate, SubscribeFaunaOptions } from "./subscribe-fauna";

/** The data of one subscription. */
export class MemoryStore implements Store {
  readonly #fetch: () => Promise<void>;
  readonly #tell: (update: FaunaLiveUpdate<unknown>) => void;
  #fetching: Promise<void> | undefined;
  #data: unknown;
  #error: Error | null = null;
  #live: FaunaLiveState = "connecting";
  /** The query whose data these are. */
  query: LiveQuery | undefined;

  constructor(
    connection: Connection,
    identity: Identity,
    query: Query,
    { on, request }: SubscribeFaunaOptions<unknown>,
    signal: AbortSignal,
    tell: (update: FaunaLiveUpdate<unknown>) => void,
  ) {
    const driver = driverFor(connection, query);
    const asked = snapshotQuery(query, on);
    this.#tell = tell;
    this.#fetch = async () => {
      let since = 0;
      const onInfo = (info: { readonly txn_ts?: number }): void => void (since = info.txn_ts ?? 0);
      const answer = driver.run(asked, { identity, signal, request, onInfo });
      const { data, source } = await snapshotOf(answer);
      this.#data = share(this.#data, data, driver.classes);
      this.#error = null;
      this.query?.arrived(since, source.token);
      this.#show();
    };
  }

  readonly isBusy = (): boolean => this.#fetching !== undefined;

  readonly fetch = (): Promise<void> =>
    (this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
      queueMicrotask(() => this.query?.flush());
    }));

  write(apply: (data: unknown) => Applied, events: readonly FaunaEvent[]): boolean {
    const { data, isOpen } = apply(this.#data);
    if (data !== this.#data) {
      this.#data = data;
      this.#show(events);
    }
    return isOpen;
  }

  fail(error: Error): void {
    this.#error = error;
  }

  show(live: FaunaLiveState): void {
    this.#live = live;
    this.#show();
  }

  #show(events: readonly FaunaEvent[] = []): void {
    this.#tell({ data: this.#data, error: this.#error, live: this.#live, events });
  }
}
