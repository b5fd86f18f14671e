import type { Query, QueryFunctionContext, QueryKey } from "@tanstack/react-query";

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

/** TanStack's `persister` option, which `FaunaProvider` tells whose entries to remove. */
export interface FaunaPersister extends Persist {
  /** Removes the entries whose query key `isOver` selects, and those that nobody can read. */
  readonly removeStored: (isOver: (queryKey: QueryKey) => boolean) => Promise<void>;
}

/** What is known of a stored query before its data has been read. It is the first line of its text. */
interface Head {
  readonly queryKey: QueryKey;
  readonly buster: string;
  readonly dataUpdatedAt: number;
}

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

  /** Uses the storage when all uses before have ended. */
  function inTurn<T>(
    use: (opened: FaunaPersisterStorage) => Promise<T> | undefined,
  ): Promise<T | undefined> {
    const turn = last.then(() => storage && use(storage));
    return (last = turn.catch(onError)) as Promise<T | undefined>;
  }

  const keyOf = (queryHash: string): string => `${prefix}-${queryHash}`;

  /** Returns what `pick` takes of an entry. Removes an entry that is too old, or of which it takes nothing. */
  async function read<T>(
    opened: FaunaPersisterStorage,
    key: string,
    pick: (head: Head, data: string) => T | undefined,
  ): Promise<T | undefined> {
    const text = await opened.getItem(key);
    if (text == null) return undefined;
    try {
      const [first = "", second = ""] = text.split("\n");
      const head = faunaSerializer.deserialize<Head>(first);
      const isTooOld = Date.now() - head.dataUpdatedAt > maxAge;
      const picked = head.buster === buster && !isTooOld ? pick(head, second) : undefined;
      if (picked !== undefined) return picked;
    } catch (error) {
      onError(error);
    }
    await opened.removeItem(key);
    return undefined;
  }

  async function write(opened: FaunaPersisterStorage, query: Query): Promise<void> {
    const { queryKey, state } = query;
    const head: Head = { queryKey, buster, dataUpdatedAt: state.dataUpdatedAt };
    const lines = [head, state.data].map(faunaSerializer.serialize);
    await opened.setItem(keyOf(query.queryHash), lines.join("\n"));
  }

  const persist: Persist = async (queryFn, context, query) => {
    const { client } = context;
    const stored =
      query.state.data === undefined
        ? await inTurn((opened) =>
            read(opened, keyOf(query.queryHash), ({ dataUpdatedAt }, text) => {
              const data = faunaSerializer.deserialize(text);
              return { data, dataUpdatedAt };
            }),
          )
        : undefined;
    if (stored) {
      const { data, dataUpdatedAt } = stored;
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
          await read(opened, key, ({ queryKey }) => !isOver(queryKey) || undefined);
    });
  };

  return Object.assign(persist, { removeStored });
}

const keysOf = (storage: FaunaPersisterStorage): MaybePromise<readonly string[]> =>
  "getAllKeys" in storage
    ? storage.getAllKeys()
    : Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
