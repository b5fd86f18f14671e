import type { Query, QueryClient, QueryFunctionContext, QueryKey } from "@tanstack/react-query";

import { keepOrigins, mustSee, originOf, ownerHash } from "./origins";
import { recordOf } from "./query-record";
import { settledWrite } from "./seen-writes";
import { faunaSerializer } from "./serializer";
import { fetchQuery, isCached, setUpdateTime } from "./tanstack";

/** A value, or a promise of it. */
type MaybePromise<T> = T | Promise<T>;

/** Reads and writes texts. Both `localStorage` and React Native's `AsyncStorage` are such a storage. */
export type FaunaPersisterStorage = {
  readonly getItem: (key: string) => MaybePromise<string | null | undefined>;
  readonly setItem: (key: string, text: string) => MaybePromise<unknown>;
  readonly removeItem: (key: string) => MaybePromise<unknown>;
} & (
  | { readonly getAllKeys: () => MaybePromise<readonly string[]> }
  | { readonly length: number; readonly key: (index: number) => string | null }
);

/** Options of {@link createFaunaPersister}. */
export interface FaunaPersisterOptions {
  /** Where the queries are stored. Undefined, as on a server, stores nothing. */
  storage: FaunaPersisterStorage | undefined;
  /**
   * The beginning of the storage's keys.
   * @default "fauna-clerk"
   */
  prefix?: string | undefined;
  /**
   * How long stored data is of use, in ms.
   * @default 24 hours
   */
  maxAge?: number | undefined;
  /**
   * Change this text when the shape of your data changes: it discards what is stored.
   * @default ""
   */
  buster?: string | undefined;
  /**
   * Called when the storage or the serializer throws, for example because the storage is full. The query goes on
   * without it.
   * @default console.error
   */
  onError?: ((error: unknown) => void) | undefined;
}

/** TanStack's `persister` option. */
type Persist = <T, K extends QueryKey>(
  queryFn: (context: QueryFunctionContext<K>) => T | Promise<T>,
  context: QueryFunctionContext<K>,
  query: Query,
) => Promise<T>;

/** TanStack's `persister` option, which `FaunaProvider` tells whose entries to remove, and who has written. */
export interface FaunaPersister extends Persist {
  /** Removes the entries whose query key `isOver` selects, and those that nobody can read. */
  readonly removeStored: (isOver: (queryKey: QueryKey) => boolean) => Promise<void>;
  /**
   * Makes what is stored of an identity stale: it has written.
   *
   * @param txn - the time of the transaction, if it is known. What was read after that stays fresh.
   */
  readonly noteWrite: (identityKey: QueryKey, txn: number | undefined) => Promise<void>;
}

/** What is known of a stored query before its data has been read. It is the first line of its text. */
interface Head {
  readonly queryKey: QueryKey;
  readonly buster: string;
  readonly dataUpdatedAt: number;
  /** The time of the transaction that read it. */
  readonly txn?: number | undefined;
}

/** What an identity has written. It is an entry without data, whose key is the identity's. */
interface Written extends Head {
  /** When the last write was settled whose time is not known. */
  readonly untimedAt?: number;
}

/** What has been read for a query. */
interface Restored {
  readonly head: Head;
  readonly data: unknown;
  readonly written: Partial<Written> | undefined;
}

/** How the text of an entry begins, in any version. */
const OWN_HEAD = /^fauna-clerk\/\S+ \[\{"queryKey":/;

/**
 * Stores each query by itself, as TanStack's `experimental_createQueryPersister` does, with Fauna's values as they
 * were. A query reads its entry when it is first asked for, and fetches only if that is stale. Pass it as a default of
 * your `QueryClient`: then `FaunaProvider` removes a user's entries when that user signs out, and those of all others
 * as soon as it is known who is signed in. TanStack's own persister for queries keeps them.
 *
 * With FQL v4, call `faunaV4()` first.
 *
 * @example
 * ```ts
 * const persister = createFaunaPersister({ storage: globalThis.localStorage });
 * const queryClient = new QueryClient({ defaultOptions: { queries: { persister } } });
 * ```
 */
export function createFaunaPersister({
  storage,
  prefix = "fauna-clerk",
  maxAge = 24 * 60 * 60 * 1000,
  buster = "",
  onError = console.error,
}: FaunaPersisterOptions): FaunaPersister {
  /** The last use of the storage. They come one after another, so that a removal also finds what was written before. */
  let last: Promise<unknown> = Promise.resolve();

  /** Tells the app. What its function returns or throws is no answer of the storage, and ends nothing. */
  function report(error: unknown): undefined {
    queueMicrotask(() => onError(error));
  }

  /** Uses the storage when all uses before have ended. */
  function inTurn<T>(
    use: (opened: FaunaPersisterStorage) => Promise<T> | undefined,
  ): Promise<T | undefined> {
    const turn = last.then(() => storage && use(storage));
    const done = turn.catch(report);
    last = done;
    return done;
  }

  const keyOf = (queryHash: string): string => `${prefix}:query:${queryHash}`;

  /**
   * Returns what `pick` takes of an entry. Removes an entry that is too old, or of which it takes nothing.
   *
   * @param isOwn - whether a text may be an entry at all. What is another's stays.
   */
  async function read<T>(
    opened: FaunaPersisterStorage,
    key: string,
    pick: (head: Head, data: string) => T | undefined,
    isOwn = (_text: string): boolean => true,
  ): Promise<T | undefined> {
    const text = await opened.getItem(key);
    if (text == null || !isOwn(text)) return undefined;
    try {
      const [first = "", second = ""] = text.split("\n");
      const head = faunaSerializer.deserialize<Head>(first);
      const isTooOld = Date.now() - head.dataUpdatedAt > maxAge;
      const picked = head.buster === buster && !isTooOld ? pick(head, second) : undefined;
      if (picked !== undefined) return picked;
    } catch (error) {
      report(error);
    }
    await opened.removeItem(key);
    return undefined;
  }

  async function write(opened: FaunaPersisterStorage, query: Query): Promise<void> {
    const { queryKey, state } = query;
    const { layers } = recordOf(queryKey);
    const { dataUpdatedAt } = state;
    const head: Head = { queryKey, buster, dataUpdatedAt, txn: originOf(query)?.txn };
    // What a write only shows may never come true.
    const data = layers ? layers.base : state.data;
    const lines = [head, data].map(faunaSerializer.serialize);
    await opened.setItem(keyOf(query.queryHash), lines.join("\n"));
  }

  /** What the identity of a key has written. */
  const readWritten = (
    opened: FaunaPersisterStorage,
    queryKey: QueryKey,
  ): Promise<Written | undefined> => read(opened, keyOf(ownerHash(queryKey)), (head) => head);

  async function restore(
    opened: FaunaPersisterStorage,
    { queryKey, queryHash }: Query,
  ): Promise<Restored | undefined> {
    const restored = await read(opened, keyOf(queryHash), (head, text) => ({
      head,
      data: faunaSerializer.deserialize(text),
    }));
    return restored && { ...restored, written: await readWritten(opened, queryKey) };
  }

  const persist: Persist = async (queryFn, context, query) => {
    const { client } = context;
    const restored =
      query.state.data === undefined ? await inTurn((opened) => restore(opened, query)) : undefined;
    if (restored) {
      const { data, head } = restored;
      const { dataUpdatedAt } = head;
      noteRestored(client, query, restored);
      // Once TanStack has taken the data, which it believes to be new.
      setTimeout(() => {
        setUpdateTime(query, dataUpdatedAt);
        // The query's state tells of a failure.
        if (query.isStale()) void fetchQuery(query).catch(() => {});
      });
      return data as never;
    }
    const data = await queryFn(context);
    setTimeout(() => {
      // What has left the cache meanwhile is its user's no more.
      void inTurn(async (opened) => isCached(client, query) && write(opened, query));
    });
    return data;
  };

  const removeStored = async (isOver: (queryKey: QueryKey) => boolean): Promise<void> => {
    await inTurn(async (opened) => {
      for (const key of await keysOf(opened))
        if (key.startsWith(keyOf("")))
          await read(
            opened,
            key,
            ({ queryKey }) => !isOver(queryKey) || undefined,
            (text) => OWN_HEAD.test(text),
          );
    });
  };

  const noteWrite: FaunaPersister["noteWrite"] = async (queryKey, txn) => {
    await inTurn(async (opened) => {
      const before = await readWritten(opened, queryKey);
      const now = Date.now();
      const written: Written = {
        ...before,
        ...{ queryKey, buster, dataUpdatedAt: now },
        ...(txn ? { txn: Math.max(txn, before?.txn ?? 0) } : { untimedAt: now }),
      };
      await opened.setItem(keyOf(ownerHash(queryKey)), faunaSerializer.serialize(written));
    });
  };

  return Object.assign(persist, { removeStored, noteWrite });
}

/** Notes where restored data comes from. What its identity has written since makes it stale. */
function noteRestored(
  cache: QueryClient,
  { queryKey }: Query,
  { head: { txn, dataUpdatedAt }, written: { txn: time, untimedAt = 0 } = {} }: Restored,
): void {
  keepOrigins(cache);
  if (time) mustSee(queryKey, settledWrite(time));
  if (untimedAt >= dataUpdatedAt) mustSee(queryKey, settledWrite(undefined));
  recordOf(queryKey).fetched = { txn, writes: 0 };
}

const keysOf = (storage: FaunaPersisterStorage): MaybePromise<readonly string[]> =>
  "getAllKeys" in storage
    ? storage.getAllKeys()
    : Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
