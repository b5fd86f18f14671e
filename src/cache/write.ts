import type { MutationFunctionContext, QueryClient } from "@tanstack/react-query";
import type { Page, Query, QueryValue } from "fauna";

import { getOrAdd } from "../auth/collections";
import { afterTimeout } from "../auth/fetch-with-token";
import type { Identity } from "../auth/identity";
import type { Connection } from "../client/connection";
import type { FaunaV4Expression } from "../client/driver";
import { TokenError } from "../errors";
import { type AnyFaunaQuery, type FaunaQueries, keyIn, matcher, PAGES, type Scope } from "./keys";
import type * as layers from "./optimistic-layers";
import type { Updater, WriteState } from "./optimistic-layers";
import type { FaunaPage, FaunaPages, PagedQuery } from "./pages";
import { keepMutationsOwn } from "./own-mutations";
import { refetchAfterWrite } from "./refetch";
import { settledWrite } from "./seen-writes";
import { findQuery } from "./tanstack";

/** What an `optimistic` function can change. */
export interface OptimisticCache {
  /**
   * Shows a query's data as it will be once the write is applied. If the query has no data yet, the update shows as
   * soon as it has. A query that is not in the cache is left alone.
   *
   * @param updater - returns the new data, without changing the previous data. It is called again whenever the data
   * below it changes. If the write fails, its change is rolled back.
   */
  update<T extends QueryValue>(query: Query<T>, updater: (data: T) => T): void;
  update<T = unknown>(expression: FaunaV4Expression, updater: (data: T) => T): void;
  /** The same for the pages of `useFaunaInfiniteQuery`. `updater` is called for each page; the first index is 0. */
  updatePages<T extends QueryValue, D extends QueryValue = Page<T>>(
    query: PagedQuery<T, D>,
    updater: PageUpdater<T>,
  ): void;
  updatePages<T = unknown>(expression: FaunaV4Expression, updater: PageUpdater<T>): void;
}

/** Returns the new version of a page. */
export type PageUpdater<T> = (page: FaunaPage<T>, index: number) => FaunaPage<T>;

type Layers = typeof layers;

/** What shows optimistic updates. In an object, so that tests can let it fail. */
export const layersCode = {
  load: (): Promise<Layers> => import("./optimistic-layers"),
  /** Once for all, because each render asks for it. Missing again if it could not be loaded. */
  loading: undefined as Promise<Layers | undefined> | undefined,
};

const warn = (reason: unknown): void =>
  console.warn("fauna-clerk: optimistic updates could not be loaded, and do not show.", reason);

/**
 * Loads what shows optimistic updates, which most writes do without. Called as soon as there may be some: then it is here
 * when they are made, even if the device is offline by then. If it cannot be loaded, says so and resolves with undefined,
 * because the write has to be sent all the same.
 */
export const loadLayers = (): Promise<Layers | undefined> =>
  (layersCode.loading ??= layersCode.load().catch((error: unknown) => {
    warn(error);
    return (layersCode.loading = undefined);
  }));

/** A write that may have optimistic updates is sent after this time even if they cannot be shown by then. */
const LAYERS_TIMEOUT_MS = 2000;

/** Like {@link loadLayers}, but resolves with undefined if that takes too long: a request for code may hang. */
const layersInTime = (): Promise<Layers | undefined> =>
  new Promise((resolve) => {
    const timer = afterTimeout(LAYERS_TIMEOUT_MS, () => {
      warn(new Error("It took too long."));
      resolve(undefined);
    });
    void loadLayers()
      .then(resolve)
      .finally(() => clearTimeout(timer));
  });

/** Tells which queries a write changes, apart from those that it updates. */
type Invalidates = () => FaunaQueries | false | undefined;

/** One call of `mutate`: its identity, its optimistic updates, and what has become of it. */
export class Write {
  readonly scope: Scope;
  /** The identity store's generation when the write was made. */
  readonly #generation: number;
  failureCount = 0;
  #layers: Layers | undefined;
  readonly #state: WriteState = {};
  /** The queries that it updates. Whatever happens to the write, they have to be refetched. */
  readonly #changed: AnyFaunaQuery[] = [];
  readonly #onSettled: (() => void)[] = [];
  readonly #invalidates: Invalidates;
  #endAttempt: (() => void) | undefined;

  constructor(
    connection: Connection,
    asked: Identity,
    cache: QueryClient,
    invalidates: Invalidates,
  ) {
    this.#invalidates = invalidates;
    const { identityStore } = connection;
    const isKnown = asked.status !== "loading";
    this.#generation = identityStore.generation();
    this.scope = {
      connection,
      cache,
      // A write made while Clerk was loading belongs to the user who turns out to be signed in.
      get identity() {
        return isKnown ? asked : identityStore.current().identity;
      },
    };
  }

  /** A write may have waited for the network. It is sent only for the identity that made it. */
  throwIfEnded(): void {
    if (this.#generation !== this.scope.connection.identityStore.generation())
      throw new TokenError("identity_changed");
  }

  get isApplied(): boolean {
    return typeof this.#state.outcome === "object";
  }

  /** What its `optimistic` function is given. */
  readonly #updates: OptimisticCache = {
    update: (query: AnyFaunaQuery, updater: unknown) => this.#update(query, [], updater),
    updatePages: (query: AnyFaunaQuery, updater: PageUpdater<never>) =>
      this.#update(query, PAGES, ({ pages, ...rest }: FaunaPages<never>) => ({
        ...rest,
        pages: pages.map(updater),
      })),
  };

  /** Calls an `optimistic` function. If its updates cannot be shown, the queries are still known. */
  async showUpdates(optimistic: (cache: OptimisticCache) => void): Promise<void> {
    this.#layers = await layersInTime();
    this.throwIfEnded();
    optimistic(this.#updates);
  }

  #update(query: AnyFaunaQuery, keyEnd: readonly string[], updater: unknown): void {
    const { cache } = this.scope;
    this.#changed.push(query);
    const cached = findQuery(cache, [...keyIn(this.scope, query), ...keyEnd]);
    const settle =
      cached && this.#layers?.addOptimisticUpdate(cached, cache, updater as Updater, this.#state);
    if (settle) this.#onSettled.push(settle);
  }

  /** From now on answers may contain the write, until the attempt ends. */
  beginAttempt(): void {
    this.#state.attempt ??= new Promise<void>((resolve) => (this.#endAttempt = resolve));
  }

  endAttempt(): void {
    this.#state.attempt = undefined;
    this.#endAttempt?.();
  }

  /**
   * Decides, once, whether its updates stay. Then invalidates the queries that it may have changed.
   *
   * @param txn - the time of its transaction, if its answer told it.
   */
  settle(outcome: "applied" | "unknown" | "failed", txn?: number): void {
    if (this.#state.outcome) return;
    const write = outcome === "failed" ? undefined : settledWrite(txn);
    this.#state.outcome = outcome === "applied" && write ? write : "failed";
    this.endAttempt();
    for (const settle of this.#onSettled) settle();
    const { scope } = this;
    const isChanged = matcher(scope, this.#changed);
    const isMeant = matcher(scope, outcome !== "failed" && this.#invalidates());
    refetchAfterWrite(scope, (query) => isMeant(query) || isChanged(query), write);
  }
}

// TanStack passes the same context to all callbacks of one call. They share nothing else.
const writes = new WeakMap<MutationFunctionContext, Write>();

/** Returns the write of a context. The first call starts it. */
export const writeOf = (
  connection: Connection,
  identity: Identity,
  context: MutationFunctionContext,
  invalidates: Invalidates,
): Write =>
  getOrAdd(writes, context, () => {
    const { client } = context;
    keepMutationsOwn(connection, client);
    return new Write(connection, identity, client, invalidates);
  });
