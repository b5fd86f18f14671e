// What the library relies on beyond TanStack's documentation. Also runs on the floor of the peer range, and every week on
// the newest version: see CONTRIBUTING.md.
import {
  dehydrate,
  InfiniteQueryObserver,
  MutationObserver,
  onlineManager,
  type Query,
  QueryClient,
  type QueryKey,
  QueryObserver,
} from "@tanstack/react-query";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import {
  buildQuery,
  fetchedSide,
  fetchQuery,
  findQuery,
  hasListeners,
  isCached,
  isRefetchingList,
  isRestored,
  isSuspending,
  type MutationEvent,
  onData,
  onMutationEvent,
  onQueryEvent,
  optionOf,
  pageBeingFetched,
  removeMutation,
  removeQueries,
  resumeMutation,
  resumeWhenPossible,
  runningFetch,
  setFailed,
  setManualData,
  setRecovered,
  setUpdatedData,
  setUpdateTime,
  showOnly,
} from "../../src/cache/tanstack";
import { pausedMutation } from "../support/paused-mutation";

const queryKey = ["fauna", { fql: ["1"] }];
let cache: QueryClient;

beforeEach(() => {
  cache = new QueryClient({ defaultOptions: { queries: { retry: false, gcTime: Infinity } } });
});

/** A query function whose answers a test gives one after the other. */
function answers() {
  const waiting: ((value: unknown) => void)[] = [];
  const queryFn = vi.fn(
    ({ signal }: { signal: AbortSignal }) =>
      new Promise((resolve, reject) => {
        waiting.push(resolve);
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      }),
  );
  return { queryFn, answer: (value: unknown) => waiting.shift()?.(value) };
}

/** The results that an observer of the query is told. */
function observe(options: object = {}) {
  const results: { data: unknown; error: unknown }[] = [];
  const observer = new QueryObserver(cache, { queryKey, enabled: false, ...options });
  onTestFinished(observer.subscribe(({ data, error }) => void results.push({ data, error })));
  return results;
}

describe("isSuspending", () => {
  const optimistic = { _optimisticResults: "optimistic", suspense: true };

  test("is known when a Suspense hook asks for the stale time, before it fetches", () => {
    const seen: unknown[] = [];
    const { queryFn } = answers();
    const staleTime = vi.fn((query: Query) => {
      seen.push(isSuspending(query), query.state.fetchStatus);
      return 0;
    });
    const options = { queryKey, queryFn, staleTime, ...optimistic } as object;
    const defaulted = cache.defaultQueryOptions(options as { queryKey: QueryKey });
    const observer = new QueryObserver(cache, defaulted);
    expect(staleTime).toHaveBeenCalled();
    observer.getOptimisticResult(defaulted as never);
    expect(new Set(seen)).toEqual(new Set([true, "idle"]));
    expect(queryFn).not.toHaveBeenCalled();
  });

  test("is not of a query that is fetched without such a hook", async () => {
    const seen: boolean[] = [];
    const staleTime = (query: Query): number => seen.push(isSuspending(query));
    await cache.fetchQuery({ queryKey, queryFn: (): unknown => 1, staleTime });
    expect(seen).toEqual([false]);
  });
});

describe("findQuery", () => {
  test("finds a query by an equal key", () => {
    const query = buildQuery(cache, { queryKey });
    expect(findQuery(cache, structuredClone(queryKey))).toBe(query);
    expect(findQuery(cache, ["fauna", { fql: ["2"] }])).toBeUndefined();
  });

  test("finds it even if the app hashes keys in its own way", () => {
    const queryKeyHashFn = (key: QueryKey): string => `own ${JSON.stringify(key)}`;
    cache.setDefaultOptions({ queries: { queryKeyHashFn } });
    const query = buildQuery(cache, cache.defaultQueryOptions({ queryKey }));
    expect(findQuery(cache, queryKey)).toBe(query);
  });
});

test("defaultQueryOptions adds the defaults of the app and of the key, and the hash by which the cache knows the key", () => {
  cache.setQueryDefaults(queryKey, { staleTime: 1 });
  const options = cache.defaultQueryOptions({ queryKey });
  expect(options).toMatchObject({ retry: false, staleTime: 1, queryKey });
  expect(buildQuery(cache, { queryKey }).queryHash).toBe(options.queryHash);
});

test("defaultQueryOptions takes what it has returned as it is, and so does an observer", () => {
  const options = cache.defaultQueryOptions({ queryKey });
  expect(cache.defaultQueryOptions(options)).toBe(options);
  expect(new QueryObserver(cache, options).options).toBe(options);
});

describe("buildQuery", () => {
  test("adds a query without fetching it", () => {
    const { queryFn } = answers();
    const query = buildQuery(cache, { queryKey, queryFn });
    expect(query.state).toMatchObject({ status: "pending", fetchStatus: "idle" });
    expect(queryFn).not.toHaveBeenCalled();
  });

  test("returns the query that is there, with its key object", () => {
    const query = buildQuery(cache, { queryKey });
    expect(buildQuery(cache, { queryKey: structuredClone(queryKey) })).toBe(query);
    expect(query.queryKey).toBe(queryKey);
  });
});

describe("fetchQuery", () => {
  test("fetches a query that nobody observes, and hands its own key object to the query function", async () => {
    const { queryFn, answer } = answers();
    const query = buildQuery(cache, { queryKey });
    const fetched = fetchQuery(query, { queryKey: structuredClone(queryKey), queryFn });
    await vi.waitFor(() => expect(queryFn).toHaveBeenCalled());
    answer("data");
    await expect(fetched).resolves.toBe("data");
    expect(queryFn.mock.calls[0]?.[0]).toHaveProperty("queryKey", queryKey);
    expect((queryFn.mock.calls[0]?.[0] as { queryKey?: unknown }).queryKey).toBe(query.queryKey);
  });

  test("joins a fetch that is under way", async () => {
    const { queryFn, answer } = answers();
    const query = buildQuery(cache, { queryKey });
    const both = [
      fetchQuery(query, { queryKey, queryFn }),
      fetchQuery(query, { queryKey, queryFn }),
    ];
    await vi.waitFor(() => expect(queryFn).toHaveBeenCalled());
    answer("data");
    await expect(Promise.all(both)).resolves.toEqual(["data", "data"]);
    expect(queryFn).toHaveBeenCalledOnce();
  });
});

test("runningFetch is the promise of a fetch, which resolves when the state has the data", async () => {
  const { queryFn, answer } = answers();
  const query = buildQuery(cache, { queryKey });
  expect(runningFetch(query)).toBeUndefined();
  fetchQuery(query, { queryKey, queryFn }).catch(() => {});
  await vi.waitFor(() => expect(queryFn).toHaveBeenCalled());
  const fetch = runningFetch(query);
  answer("data");
  await fetch?.then(() => undefined);
  expect(query.state).toMatchObject({ data: "data", fetchStatus: "idle" });
  expect(runningFetch(query)).toBeUndefined();
});

test("runningFetch rejects when the fetch is cancelled", async () => {
  const { queryFn } = answers();
  const query = buildQuery(cache, { queryKey });
  fetchQuery(query, { queryKey, queryFn }).catch(() => {});
  await vi.waitFor(() => expect(queryFn).toHaveBeenCalled());
  const fetch = runningFetch(query);
  await cache.cancelQueries();
  await expect(fetch).rejects.toThrow();
});

test("data that is set manually during a fetch stays when the fetch is cancelled", async () => {
  const { queryFn } = answers();
  cache.setQueryData(queryKey, "before");
  const query = buildQuery(cache, { queryKey });
  fetchQuery(query, { queryKey, queryFn }).catch(() => {});
  await vi.waitFor(() => expect(queryFn).toHaveBeenCalled());
  setManualData(query, "now");
  expect(query.state.fetchStatus).toBe("fetching");
  await cache.cancelQueries();
  expect(query.state).toMatchObject({ data: "now", fetchStatus: "idle" });
});

test("isCached is false for a query that was removed, even if another has its key", () => {
  const query = buildQuery(cache, { queryKey });
  expect(isCached(cache, query)).toBe(true);
  cache.removeQueries({ queryKey });
  buildQuery(cache, { queryKey });
  expect(isCached(cache, query)).toBe(false);
});

describe("what is removed is not held by a timer", () => {
  const gcTime = 300_000;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
  });

  test("a query whose fetch was under way", async () => {
    const { queryFn } = answers();
    const query = buildQuery(cache, { queryKey, queryFn, gcTime });
    const fetched = fetchQuery(query, { queryKey, queryFn, gcTime }).catch(
      (error: unknown) => error,
    );
    removeQueries(cache, { queryKey });
    await fetched;
    // TanStack's own promise is one turn longer.
    await Promise.resolve();
    expect(isCached(cache, query)).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a mutation that nobody shows any more", async () => {
    const observer = new MutationObserver(cache, { mutationFn: async () => "done", gcTime });
    await observer.mutate();
    const mutations = cache.getMutationCache();
    const [mutation] = mutations.getAll();
    observer.reset();
    expect(vi.getTimerCount()).toBe(1);
    removeMutation(mutations, mutation!);
    expect(mutations.getAll()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test("setManualData shows data at once and keeps the time of the data before", () => {
  cache.setQueryData(queryKey, "before", { updatedAt: 1 });
  const results = observe();
  setManualData(buildQuery(cache, { queryKey }), "now");
  expect(cache.getQueryState(queryKey)).toMatchObject({ data: "now", dataUpdatedAt: 1 });
  return vi.waitFor(() => expect(results.at(-1)?.data).toBe("now"));
});

test("setUpdatedData sets the very object, without comparing it with the previous one", async () => {
  cache.setQueryData(queryKey, { rows: [1] });
  const structuralSharing = vi.fn((_: unknown, next: unknown) => next);
  const results = observe({ structuralSharing });
  const query = buildQuery(cache, { queryKey });
  const { dataUpdateCount } = query.state;
  const next = { rows: [1] };
  setUpdatedData(query, next, 5);
  expect(query.state).toMatchObject({ dataUpdatedAt: 5, dataUpdateCount: dataUpdateCount + 1 });
  expect(query.state.data).toBe(next);
  expect(structuralSharing).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(results.at(-1)?.data).toBe(next));
});

test("setUpdateTime keeps the data, whose stale time counts from then", () => {
  cache.setQueryData(queryKey, "data");
  const query = buildQuery(cache, { queryKey });
  setUpdateTime(query, Date.now() - 2000);
  expect(query.state.data).toBe("data");
  expect(query.isStaleByTime(1000)).toBe(true);
  expect(query.isStaleByTime(60_000)).toBe(false);
});

test("setFailed shows an error beside the data", async () => {
  cache.setQueryData(queryKey, "data");
  const results = observe();
  const error = new Error("No.");
  const query = buildQuery(cache, { queryKey });
  setFailed(query, error);
  await vi.waitFor(() => expect(results.at(-1)).toEqual({ data: "data", error }));
  expect(query.state.status).toBe("error");
});

test("setRecovered takes the error back, and the data stay", async () => {
  cache.setQueryData(queryKey, "data");
  const results = observe();
  const query = buildQuery(cache, { queryKey });
  setFailed(query, new Error("No."));
  setRecovered(query);
  await vi.waitFor(() => expect(results.at(-1)).toEqual({ data: "data", error: null }));
  expect(query.state.status).toBe("success");
});

describe("onData", () => {
  const listen = () => {
    const listener = vi.fn();
    const query = buildQuery(cache, { queryKey });
    return { listener, query, stop: onData(cache, query, listener) };
  };

  test("is called for fetched data, and for data that was set", async () => {
    const { listener, query } = listen();
    await fetchQuery(query, { queryKey, queryFn: () => "fetched" });
    cache.setQueryData(queryKey, "set");
    expect(listener.mock.calls).toEqual([[false], [true]]);
  });

  test("is called when the state has the data already", () => {
    const { listener, query } = listen();
    listener.mockImplementation(() => expect(query.state.data).toBe("set"));
    cache.setQueryData(queryKey, "set");
    expect(listener).toHaveBeenCalledOnce();
  });

  test("ends when the query leaves the cache", () => {
    const { listener, query } = listen();
    cache.removeQueries({ queryKey });
    expect(cache.getQueryCache().hasListeners()).toBe(false);
    setManualData(query, "late");
    expect(listener).not.toHaveBeenCalled();
  });

  test("is not called for setUpdatedData or other queries, nor after unsubscribing", () => {
    const { listener, query, stop } = listen();
    setUpdatedData(query, "updated", 1);
    cache.setQueryData(["other"], "set");
    stop();
    cache.setQueryData(queryKey, "set");
    expect(listener).not.toHaveBeenCalled();
  });
});

test("onQueryEvent tells when a query is added, fetched and has data, before an onData that was added later", async () => {
  const told: string[] = [];
  onQueryEvent(cache, ({ state }, event, isManual) => {
    if (["added", "fetch", "success"].includes(event))
      told.push(`${isManual ? "manual " : ""}${event}: ${String(state.data)}`);
  });
  const { queryFn, answer } = answers();
  const query = buildQuery(cache, { queryKey, queryFn });
  onData(cache, query, () => void told.push("onData"));
  const first = fetchQuery(query);
  answer("a");
  await first;
  setManualData(query, "b");
  const cancelled = fetchQuery(query);
  await query.cancel({ revert: true });
  await cancelled;
  expect(told).toEqual([
    ...["added: undefined", "fetch: undefined", "success: a", "onData"],
    ...["manual success: b", "onData", "fetch: b"],
  ]);
});

test("the options of an InfiniteQueryObserver make any fetch of the query one of its pages", async () => {
  const { options } = new InfiniteQueryObserver(cache, {
    queryKey,
    queryFn: ({ pageParam }) => `page ${pageParam}`,
    initialPageParam: 1,
    getNextPageParam: () => 2,
  });
  const query = buildQuery(cache, options);
  await fetchQuery(query, options);
  expect(query.state.data).toEqual({ pages: ["page 1"], pageParams: [1] });
});

test("it is known whether all pages are being fetched, or one more, and on which side", async () => {
  const { queryFn, answer } = answers();
  const observer = new InfiniteQueryObserver(cache, {
    queryKey,
    queryFn,
    initialPageParam: 0,
    getNextPageParam: () => 1,
  });
  onTestFinished(observer.subscribe(() => {}));
  const query = findQuery(cache, queryKey)!;
  /** Whether it was refetching before this answer. */
  const isRefetchingUntil = async (calls: number): Promise<boolean> => {
    await vi.waitFor(() => expect(queryFn).toHaveBeenCalledTimes(calls));
    const isRefetching = isRefetchingList(query);
    answer("page");
    await vi.waitFor(() => expect(query.state.fetchStatus).toBe("idle"));
    return isRefetching;
  };
  expect(await isRefetchingUntil(1), "first page").toBe(false);
  expect(fetchedSide(query)).toBeUndefined();
  void observer.fetchNextPage();
  expect(pageBeingFetched(query)).toBe("forward");
  expect(await isRefetchingUntil(2), "next page").toBe(false);
  expect(isRefetchingList(query), "idle").toBe(false);
  expect([fetchedSide(query), pageBeingFetched(query)]).toEqual(["forward", undefined]);
  void observer.refetch();
  await vi.waitFor(() => expect(queryFn).toHaveBeenCalledTimes(3));
  expect(isRefetchingList(query), "all pages").toBe(true);
  expect(fetchedSide(query)).toBeUndefined();
});

test("all callbacks of one write get the same context object", async () => {
  const seen: unknown[] = [];
  const mutation = new MutationObserver<unknown, Error, number>(cache, {
    mutationFn: async (_, context) => void seen.push(context),
    onMutate: (_, context) => void seen.push(context),
    onSuccess: (...args) => void seen.push(args.at(-1)),
    onSettled: (...args) => void seen.push(args.at(-1)),
  });
  await mutation.mutate(1);
  await mutation.mutate(2);
  const [first, second] = [seen.slice(0, 4), seen.slice(4)];
  expect(seen).toHaveLength(8);
  expect(new Set(first).size).toBe(1);
  expect(new Set(second).size).toBe(1);
  expect(first[0]).not.toBe(second[0]);
});

describe("mutations", () => {
  test("that are hidden are stored, and go on, all the same", async () => {
    const mutations = cache.getMutationCache();
    const hidden = mutations.build(cache, { mutationFn: async () => "done" }, pausedMutation);
    const shown = mutations.build(cache, {}, pausedMutation);
    showOnly(mutations, ({ options }) => !options.mutationFn);
    expect(mutations.findAll()).toEqual([shown]);
    expect(cache.isMutating()).toBe(1);
    expect(mutations.getAll()).toEqual([hidden, shown]);
    expect(dehydrate(cache).mutations).toHaveLength(2);
    await cache.resumePausedMutations();
    expect(hidden.state.data).toBe("done");
  });

  const events = () => {
    const seen: MutationEvent[] = [];
    onTestFinished(onMutationEvent(cache.getMutationCache(), (event) => void seen.push(event)));
    return seen;
  };

  test("onMutationEvent tells which are new, and who shows them", async () => {
    const seen = events();
    const observer = new MutationObserver(cache, { mutationFn: async () => "done" });
    await observer.mutate();
    const [mutation] = cache.getMutationCache().getAll();
    expect(seen.find(({ type }) => type === "added")?.mutation).toBe(mutation);
    expect(seen).toContainEqual(
      expect.objectContaining({ type: "observerAdded", mutation, observer }),
    );
    observer.reset();
    expect(seen.at(-1)).toMatchObject({ type: "observerRemoved", mutation, observer });
    expect(observer.getCurrentResult()).toMatchObject({ status: "idle", data: undefined });
  });

  test("hasListeners tells whether anybody has subscribed to an observer", () => {
    const observer = new MutationObserver(cache, {});
    expect(hasListeners(observer)).toBe(false);
    const unsubscribe = observer.subscribe(() => {});
    expect(hasListeners(observer)).toBe(true);
    unsubscribe();
    expect(hasListeners(observer)).toBe(false);
  });

  test("one that was restored is known when it is added, and its options have what TanStack does not know", () => {
    const seen = events();
    const build = (state?: typeof pausedMutation) =>
      cache.getMutationCache().build(cache, { mine: 1 } as object, state);
    build(pausedMutation);
    build();
    const added = seen.flatMap(({ type, mutation }) => (type === "added" ? mutation! : []));
    expect(added.map(isRestored)).toEqual([true, false]);
    expect(added.map((mutation) => optionOf(mutation, "mine"))).toEqual([1, 1]);
  });

  test("one that has left the cache while it waited goes on once it can, and only then", async () => {
    onTestFinished(() => onlineManager.setOnline(true));
    onlineManager.setOnline(false);
    const mutationFn = vi.fn(async () => "done");
    const result = new MutationObserver(cache, { mutationFn }).mutate();
    const [mutation] = cache.getMutationCache().getAll();
    await vi.waitFor(() => expect(mutation?.state.isPaused).toBe(true));
    cache.getMutationCache().remove(mutation!);
    resumeMutation(mutation!);
    expect(mutationFn).not.toHaveBeenCalled();
    onlineManager.setOnline(true);
    resumeMutation(mutation!);
    await expect(result).resolves.toBe("done");
  });

  test("one that has left the cache while it waited goes on by itself when the device is online", async () => {
    onTestFinished(() => onlineManager.setOnline(true));
    onlineManager.setOnline(false);
    const result = new MutationObserver(cache, { mutationFn: async () => "done" }).mutate();
    const [mutation] = cache.getMutationCache().getAll();
    await vi.waitFor(() => expect(mutation?.state.isPaused).toBe(true));
    cache.getMutationCache().remove(mutation!);
    const mount = vi.spyOn(QueryClient.prototype, "mount");
    const unmount = vi.spyOn(QueryClient.prototype, "unmount");
    onTestFinished(() => [mount, unmount].forEach((spy) => spy.mockRestore()));
    resumeWhenPossible(mutation!, cache);
    expect(mount).toHaveBeenCalledTimes(1);
    // While it waits, nothing that happens to others ends that.
    new MutationObserver(cache, { networkMode: "always" }).mutate().catch(() => {});
    expect(unmount).not.toHaveBeenCalled();
    onlineManager.setOnline(true);
    await expect(result).resolves.toBe("done");
    cache.getMutationCache().build(cache, {});
    expect(unmount).toHaveBeenCalledTimes(1);
    // It has ended: nobody waits for it.
    resumeWhenPossible(mutation!, cache);
    expect(mount).toHaveBeenCalledTimes(1);
  });

  test("retry is asked with the number of failures before, and with what mutationFn has thrown", async () => {
    const error = new Error("No.");
    const retry = vi.fn((count: number, _error: Error) => count < 1);
    const mutationFn = () => Promise.reject(error);
    const mutation = new MutationObserver(cache, { mutationFn, retry, retryDelay: 0 });
    await expect(mutation.mutate()).rejects.toBe(error);
    expect(retry.mock.calls).toEqual([
      [0, error],
      [1, error],
    ]);
  });
});

test("a stale time may be a function, which is called each time", () => {
  let staleTime = 0;
  const options = { queryKey, staleTime: () => staleTime };
  cache.setQueryData(queryKey, "data", { updatedAt: 1 });
  const observer = new QueryObserver(cache, options);
  expect(observer.getCurrentResult().isStale).toBe(true);
  staleTime = Infinity;
  expect(buildQuery(cache, options).isStaleByTime(Infinity)).toBe(false);
  expect(new QueryObserver(cache, options).getCurrentResult().isStale).toBe(false);
});

test("a query that was invalidated is stale whatever its stale time", async () => {
  cache.setQueryData(queryKey, "data");
  await cache.invalidateQueries({ queryKey });
  expect(buildQuery(cache, { queryKey }).isStaleByTime(Infinity)).toBe(true);
});
