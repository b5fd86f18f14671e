import { QueryClient, QueryObserver } from "@tanstack/react-query";
import {
  createFaunaPersister,
  type FaunaPersisterOptions,
  type FaunaPersisterStorage,
  faunaSerializer,
} from "fauna-clerk/serializer";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { originOf } from "../../src/cache/origins";
import { recordOf } from "../../src/cache/query-record";
import { createStorage } from "../support/persisted";

const ada = ["fauna", "https://fauna.test/", "ada"];
const bob = ["fauna", "https://fauna.test/", "bob"];
const keyOf = (owner: string[], name = "all"): string[] => [...owner, "v10", name];
const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = 1_800_000_000_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"], now: NOW });
  onTestFinished(() => void vi.useRealTimers());
});

/** Lets what is under way in a storage end, and what waits for a timer. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1);

/** One visit: everything is new but the storage. */
function visit(
  storage: FaunaPersisterStorage | undefined,
  more: Partial<FaunaPersisterOptions> = {},
) {
  const onError = vi.fn();
  const persister = createFaunaPersister({ storage, onError, ...more });
  const cache = new QueryClient({ defaultOptions: { queries: { persister, retry: false } } });
  const read = (queryKey: string[], data: unknown, txn?: number): Promise<unknown> =>
    cache.fetchQuery({
      queryKey,
      queryFn: () => {
        recordOf(cache.getQueryCache().find({ queryKey })!.queryKey).fetched = { txn, writes: 0 };
        return data;
      },
      staleTime: Infinity,
    });
  const queryOf = (queryKey: string[]) => cache.getQueryCache().find({ queryKey })!;
  return { persister, cache, read, queryOf, onError };
}

/** A storage in which a visit has left data. */
async function leftBehind(more?: Partial<FaunaPersisterOptions>, txn = 5) {
  const storage = createStorage();
  await visit(storage, more).read(keyOf(ada), "old", txn);
  await settle();
  return storage;
}

const keysIn = (storage: Storage): string[] =>
  Array.from({ length: storage.length }, (_, index) => storage.key(index)!);

describe("a query that is stored", () => {
  test("is read on the next visit in the place of a request, with its age and origin", async () => {
    const storage = await leftBehind();
    await vi.advanceTimersByTimeAsync(1000);
    const { read, queryOf } = visit(storage);
    expect(await read(keyOf(ada), "new")).toBe("old");
    await settle();
    const query = queryOf(keyOf(ada));
    expect(query.state).toMatchObject({ data: "old", dataUpdatedAt: NOW, fetchStatus: "idle" });
    expect(originOf(query)).toEqual({ txn: 5, writes: 0 });
  });

  test("is fetched then if it is stale, once its data is shown", async () => {
    const storage = await leftBehind();
    await vi.advanceTimersByTimeAsync(1000);
    const { cache } = visit(storage);
    const shown: unknown[] = [];
    const observer = new QueryObserver(cache, {
      queryKey: keyOf(ada),
      queryFn: () => "new",
      staleTime: 1000,
    });
    onTestFinished(observer.subscribe(({ data }) => void shown.push(data)));
    await settle();
    expect([...new Set(shown)]).toEqual([undefined, "old", "new"]);
  });

  test("may fail to be fetched: the query tells", async () => {
    const storage = await leftBehind();
    const { cache, queryOf, onError } = visit(storage);
    const queryFn = (): never => {
      throw new Error("No.");
    };
    const observer = new QueryObserver(cache, { queryKey: keyOf(ada), queryFn });
    onTestFinished(observer.subscribe(() => {}));
    await settle();
    expect(queryOf(keyOf(ada)).state).toMatchObject({ status: "error", data: "old" });
    expect(onError).not.toHaveBeenCalled();
  });

  test("is not read again once there is data", async () => {
    const storage = await leftBehind();
    const { cache } = visit(storage);
    cache.setQueryData(keyOf(ada), "there");
    const getItem = vi.spyOn(storage, "getItem");
    const queryFn = vi.fn(() => "new");
    expect(await cache.fetchQuery({ queryKey: keyOf(ada), queryFn, staleTime: 0 })).toBe("new");
    expect(getItem).not.toHaveBeenCalled();
  });

  test("is told from other apps' by the prefix of its key", async () => {
    const storage = await leftBehind({ prefix: "mine" });
    expect(keysIn(storage)).toEqual([`mine:query:${JSON.stringify(keyOf(ada))}`]);
    expect(await visit(storage).read(keyOf(ada), "new")).toBe("new");
    await settle();
    expect(keysIn(storage)[1]).toMatch(/^fauna-clerk:query:\[/);
  });

  test("is of use for a day", async () => {
    const storage = await leftBehind();
    await vi.advanceTimersByTimeAsync(DAY_MS - 2);
    expect(await visit(storage).read(keyOf(ada), "new")).toBe("old");
    await vi.advanceTimersByTimeAsync(2);
    expect(await visit(storage).read(keyOf(ada), "new")).toBe("new");
  });

  test("is of use as long as the app says, to the millisecond", async () => {
    const storage = await leftBehind();
    await vi.advanceTimersByTimeAsync(999);
    expect(await visit(storage, { maxAge: 1000 }).read(keyOf(ada), "new")).toBe("old");
    vi.setSystemTime(NOW + 1001);
    expect(await visit(storage, { maxAge: 1000 }).read(keyOf(ada), "new")).toBe("new");
  });

  test("is discarded if another version of the app has stored it", async () => {
    const storage = await leftBehind({ buster: "1" });
    const { read, onError } = visit(storage, { buster: "2" });
    expect(await read(keyOf(ada), "new")).toBe("new");
    expect(onError).not.toHaveBeenCalled();
    const unnamed = await leftBehind();
    expect(await visit(unnamed, { buster: "" }).read(keyOf(ada), "new")).toBe("old");
  });

  test("is discarded if it cannot be read, and that is told", async () => {
    const storage = await leftBehind();
    const key = storage.key(0)!;
    storage.setItem(key, "broken");
    const { read, onError } = visit(storage);
    expect(await read(keyOf(ada), "new")).toBe("new");
    expect(onError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: "not_serialized" }),
    );
    await settle();
    expect(storage.getItem(key)).toContain("new");
  });

  test("without its data is discarded", async () => {
    const storage = await leftBehind();
    const key = storage.key(0)!;
    storage.setItem(key, storage.getItem(key)!.split("\n")[0]!);
    expect(await visit(storage).read(keyOf(ada), "new")).toBe("new");
  });
});

describe("what is stored", () => {
  test("is a head, then the data", async () => {
    const storage = await leftBehind({ buster: "1" });
    const [head, data] = storage.getItem(storage.key(0)!)!.split("\n");
    expect(faunaSerializer.deserialize(head!)).toEqual({
      queryKey: keyOf(ada),
      buster: "1",
      dataUpdatedAt: NOW,
      txn: 5,
    });
    expect(faunaSerializer.deserialize(data!)).toBe("old");
  });

  test("is the server's data, and not what a write only shows", async () => {
    const storage = createStorage();
    const { read, queryOf } = visit(storage);
    const reading = read(keyOf(ada), "shown");
    recordOf(queryOf(keyOf(ada)).queryKey).layers = { base: "answered" } as never;
    await reading;
    await settle();
    expect(storage.getItem(storage.key(0)!)).toContain("answered");
  });

  test("may be a query of the app's own", async () => {
    const storage = createStorage();
    const { cache, onError } = visit(storage);
    await cache.fetchQuery({ queryKey: ["app"], queryFn: () => "data" });
    await settle();
    expect(storage.length).toBe(1);
    expect(onError).not.toHaveBeenCalled();
  });

  test("is nothing of a query that has left the cache meanwhile", async () => {
    const storage = createStorage();
    const { cache, read } = visit(storage);
    await read(keyOf(ada), "data");
    cache.clear();
    await settle();
    expect(storage.length).toBe(0);
  });

  test("is nothing of a query that has failed", async () => {
    const storage = createStorage();
    const { cache } = visit(storage);
    const failed = cache.fetchQuery({
      queryKey: keyOf(ada),
      queryFn: () => Promise.reject(new Error("No.")),
    });
    await expect(failed).rejects.toThrow("No.");
    await settle();
    expect(storage.length).toBe(0);
  });

  test("is nothing where there is no storage", async () => {
    const { persister, read, onError } = visit(undefined);
    expect(await read(keyOf(ada), "data")).toBe("data");
    await persister.removeStored(() => true);
    await persister.noteWrite(ada, 5);
    await settle();
    expect(onError).not.toHaveBeenCalled();
  });
});

describe("a storage that fails", () => {
  const full = new Error("Full.");
  const broken = (): never => {
    throw full;
  };

  test("is told of, and the query goes on without it", async () => {
    const storage = { ...createStorage(), length: 0, getItem: broken, setItem: broken };
    const { read, onError, persister } = visit(storage);
    expect(await read(keyOf(ada), "data")).toBe("data");
    await settle();
    expect(onError.mock.calls).toEqual([[full], [full]]);
    await persister.noteWrite(ada, 5);
    expect(onError).toHaveBeenCalledTimes(3);
  });

  test("is of no other effect, whatever the app's function returns or throws", async () => {
    const reports: (() => void)[] = [];
    const { read } = visit(
      { ...createStorage(), getItem: broken, setItem: broken },
      {
        onError: () => {
          if (reports.length > 1) throw new Error("No.");
          return "an id, as that of a report";
        },
      },
    );
    vi.stubGlobal("queueMicrotask", (report: () => void) => void reports.push(report));
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(await read(keyOf(ada), "data")).toBe("data");
    expect(reports[0]).not.toThrow();
    await settle();
    expect(reports[1]).toThrow("No.");
    expect(await read(keyOf(bob), "other data")).toBe("other data");
  });

  test("is told of on the console if the app does not want to know", async () => {
    const log = vi.spyOn(console, "error").mockReturnValue();
    onTestFinished(() => log.mockRestore());
    const persister = createFaunaPersister({
      storage: { ...createStorage(), length: 1, key: broken },
    });
    await persister.removeStored(() => true);
    expect(log).toHaveBeenCalledExactlyOnceWith(full);
  });

  test("does not hinder what comes next", async () => {
    const storage = createStorage();
    vi.spyOn(storage, "getItem").mockImplementationOnce(broken);
    const { read } = visit(storage);
    await read(keyOf(ada), "data");
    await settle();
    expect(storage.length).toBe(1);
  });
});

describe("what is removed", () => {
  async function filled() {
    const storage = createStorage([
      ["fauna-clerk:other", "the app's own"],
      ["fauna-clerk:query:other", "TanStack's own"],
      ["elsewhere", 'fauna-clerk/1 [{"queryKey":['],
    ]);
    const { read, persister, onError } = visit(storage);
    await read(keyOf(ada), "ada's");
    await read(keyOf(bob), "bob's");
    await settle();
    return { storage, persister, onError };
  }
  const isAdas = ([, , owner]: readonly unknown[]): boolean => owner === "ada";

  test("is what is selected by its key, and nothing of others", async () => {
    const { storage, persister, onError } = await filled();
    await persister.removeStored(isAdas);
    const keys = keysIn(storage);
    expect(keys).toHaveLength(4);
    expect(keys.filter((key) => key.includes("ada"))).toEqual([]);
    expect(onError).not.toHaveBeenCalled();
  });

  test("is also what nobody can read any more", async () => {
    const { storage, persister } = await filled();
    storage.setItem("fauna-clerk:query:old", 'fauna-clerk/0 [{"queryKey":["fauna"]}]');
    await vi.advanceTimersByTimeAsync(DAY_MS + 1);
    await persister.removeStored(() => false);
    expect(keysIn(storage)).toEqual(["fauna-clerk:other", "fauna-clerk:query:other", "elsewhere"]);
  });

  test("is also what is being written before", async () => {
    const storage = createStorage();
    const { read, persister } = visit(storage);
    await read(keyOf(ada), "ada's");
    vi.advanceTimersByTime(1);
    await persister.removeStored(isAdas);
    expect(storage.length).toBe(0);
  });

  test("may be in a storage that lists its keys, later", async () => {
    const { storage, persister: _, ...rest } = await filled();
    expect(rest.onError).not.toHaveBeenCalled();
    const asynchronous: FaunaPersisterStorage = {
      getAllKeys: async () => keysIn(storage),
      getItem: async (key) => storage.getItem(key),
      setItem: async (key, text) => storage.setItem(key, text),
      removeItem: async (key) => storage.removeItem(key),
    };
    await visit(asynchronous).persister.removeStored(isAdas);
    expect(keysIn(storage)).toHaveLength(4);
  });

  test("goes with a storage that has lost an entry while it is read", async () => {
    const { storage, persister, onError } = await filled();
    vi.spyOn(storage, "key").mockReturnValue(null);
    await persister.removeStored(() => true);
    expect(onError).not.toHaveBeenCalled();
    expect(storage.length).toBe(5);
  });
});

describe("after a write", () => {
  /** The next visit, and whether the query is stale there. */
  async function isStale(storage: Storage, owner = ada): Promise<boolean> {
    const { cache, queryOf } = visit(storage);
    const query = cache.getQueryCache().build(cache, { queryKey: keyOf(owner) });
    await cache.fetchQuery({ queryKey: keyOf(owner), queryFn: () => "new", staleTime: Infinity });
    expect(queryOf(keyOf(owner))).toBe(query);
    return query.state.isInvalidated;
  }

  test.each<[string, (number | undefined)[], boolean]>([
    ["of a later time", [6], true],
    ["of the same time", [5], false],
    ["of an earlier time", [4], false],
    ["of a later time and one of an earlier", [6, 4], true],
    ["of an unknown time", [undefined], true],
    ["of an unknown time and one of an earlier", [undefined, 4], true],
  ])("%s what was stored before is stale: %s, %o", async (_, txns, expected) => {
    const storage = await leftBehind();
    const { persister } = visit(storage);
    for (const txn of txns) await persister.noteWrite(ada, txn);
    expect(await isStale(storage)).toBe(expected);
  });

  test("of an unknown time what was stored in the same moment is stale", async () => {
    const storage = await leftBehind();
    vi.setSystemTime(NOW);
    await visit(storage).persister.noteWrite(ada, undefined);
    expect(await isStale(storage)).toBe(true);
  });

  test("what was stored after one of an unknown time is fresh", async () => {
    const storage = createStorage();
    await visit(storage).persister.noteWrite(ada, undefined);
    await vi.advanceTimersByTimeAsync(1);
    await visit(storage).read(keyOf(ada), "data", 5);
    await settle();
    expect(await isStale(storage)).toBe(false);
  });

  test("what is stored of others stays fresh", async () => {
    const storage = await leftBehind();
    await visit(storage).read(keyOf(bob), "data", 5);
    await settle();
    await visit(storage).persister.noteWrite(ada, 6);
    expect(await isStale(storage, bob)).toBe(false);
  });

  test("what is noted goes with all else of the identity", async () => {
    const storage = createStorage();
    const { persister } = visit(storage);
    await persister.noteWrite(ada, 6);
    expect(storage.length).toBe(1);
    await persister.removeStored(() => true);
    expect(storage.length).toBe(0);
  });
});
