import {
  InfiniteQueryObserver,
  MutationCache,
  MutationObserver,
  QueryClient,
  type QueryKey,
  QueryObserver,
} from "@tanstack/react-query";
import { fql, type Page } from "fauna";
import {
  createFaunaClient,
  faunaInfiniteQueryOptions,
  faunaMutationOptions,
  type FaunaMutationOptions,
  faunaQueryOptions,
  isMaybeApplied,
  TokenError,
} from "fauna-clerk";
import { faunaV4 } from "fauna-clerk/v4";
import faunadb from "faunadb";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { layersCode, loadLayers } from "../../src/cache/write";
import { v4Expression } from "../support/drivers";
import { eventually } from "../support/eventually";
import { failure, success } from "../support/fake-answers";
import { servePages } from "../support/fake-pages";
import { startFakeFauna } from "../support/fake-fauna";
import { hurry } from "../support/hurry";
import { untilIdle } from "../support/idle";
import { add, isRead, isWrite, list, serveList } from "../support/list-server";
import { makeToken } from "../support/token";

const { query: q } = faunadb;

type Options = FaunaMutationOptions<string, string>;
type MutationConfig = ConstructorParameters<typeof MutationCache>[0];

const optimistic: Options["optimistic"] = (cache, title) =>
  cache.update(list, (titles) => [...titles, title]);

async function start(config: MutationConfig = {}) {
  const fauna = await startFakeFauna();
  const server = serveList(fauna, "a");
  const cache: QueryClient = new QueryClient({
    mutationCache: new MutationCache(config),
    defaultOptions: { queries: { retry: false } },
  });
  const createClient = () =>
    createFaunaClient({
      endpoint: fauna.url,
      getToken: () => Promise.resolve(makeToken({ sub: "ada" })),
      userId: "ada",
      drivers: [faunaV4()],
    });
  const client = createClient();
  const write = (title: string, options: Options = {}): Promise<string> =>
    new MutationObserver(cache, faunaMutationOptions({ client }, add, options)).mutate(title);
  return { fauna, server, cache, client, createClient, write };
}

/** The same with a list on the screen, and each list that was shown. */
async function startShowing(config?: MutationConfig) {
  const set = await start(config);
  const shown: string[] = [];
  const observer = new QueryObserver(set.cache, faunaQueryOptions({ client: set.client }, list));
  const record = ({ data }: { data?: string[] | undefined }): void => {
    const text = data?.join(", ");
    if (text !== undefined && text !== shown.at(-1)) shown.push(text);
  };
  onTestFinished(observer.subscribe(record));
  await eventually(() => expect(shown).toEqual(["a"]));
  return { ...set, shown };
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

const broken = (): never => {
  throw new Error("The app's own.");
};

/** TanStack calls `onSettled` again when it has thrown, and reports the second error itself. */
function brokenOnce(): () => void {
  let isBroken = false;
  return () => {
    if (isBroken) return;
    isBroken = true;
    broken();
  };
}

test("is sent, and says so, if what shows its updates does not come in time", async () => {
  const { shown, write } = await startShowing();
  const before = layersCode.loading;
  layersCode.loading = new Promise(() => {});
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  onTestFinished(() => {
    layersCode.loading = before;
    warn.mockRestore();
  });
  hurry();
  await write("b", { optimistic });
  await eventually(() => expect(shown).toEqual(["a", "a, b"]));
  const reason = expect.objectContaining({ message: "It took too long." });
  expect(warn).toHaveBeenCalledWith(expect.stringContaining("optimistic"), reason);
});

test("is sent, and says so, if what shows its updates cannot be loaded", async () => {
  const { shown, write } = await startShowing();
  const failure = new Error("No such file.");
  const before = layersCode.loading;
  layersCode.loading = undefined;
  const load = vi.spyOn(layersCode, "load").mockRejectedValue(failure);
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  onTestFinished(() => {
    layersCode.loading = before;
    load.mockRestore();
    warn.mockRestore();
  });
  await write("b", { optimistic });
  await eventually(() => expect(shown).toEqual(["a", "a, b"]));
  expect(warn).toHaveBeenCalledWith(expect.stringContaining("optimistic"), failure);
  load.mockRestore();
  expect(await loadLayers()).toHaveProperty("addOptimisticUpdate");
});

describe("a write that was applied", () => {
  test.each<{ what: string; options?: () => Options; config?: () => MutationConfig }>([
    { what: "onSuccess throws", options: () => ({ onSuccess: broken }) },
    { what: "onSuccess rejects", options: () => ({ onSuccess: async () => broken() }) },
    { what: "onSettled throws", options: () => ({ onSettled: brokenOnce() }) },
    { what: "invalidates throws", options: () => ({ invalidates: broken }) },
    { what: "the cache's onSuccess throws", config: () => ({ onSuccess: broken }) },
    { what: "the cache's onSettled throws", config: () => ({ onSettled: brokenOnce() }) },
    {
      what: "onSuccess throws what is no error",
      options: () => ({
        onSuccess: () => {
          throw "text";
        },
      }),
    },
  ])("is shown, and its error is marked, if $what", async ({ options, config }) => {
    const { fauna, shown, write } = await startShowing(config?.());
    const error = await failureOf(write("b", { optimistic, ...options?.() }));
    expect(error).toBeInstanceOf(Error);
    expect(isMaybeApplied(error)).toBe(true);
    await untilIdle();
    expect(shown).toEqual(["a", "a, b"]);
    expect(fauna.requests.filter(isWrite)).toHaveLength(1);
  });

  test("marks a copy of an error that other requests may share", async () => {
    const { write } = await start();
    const shared = new TokenError("identity_changed");
    const error = await failureOf(
      write("b", {
        onSuccess: () => {
          throw shared;
        },
      }),
    );
    expect(error).toMatchObject({ code: "identity_changed", message: shared.message });
    expect(error).toBeInstanceOf(TokenError);
    expect(isMaybeApplied(error)).toBe(true);
    expect(isMaybeApplied(shared)).toBe(false);
  });

  test("is refetched although onSuccess never ends", async () => {
    const { fauna, shown, write } = await startShowing();
    void write("b", { optimistic, onSuccess: () => new Promise(() => {}) });
    await eventually(() => expect(fauna.requests.filter(isRead)).toHaveLength(2));
    await untilIdle();
    expect(shown).toEqual(["a", "a, b"]);
  });

  test("does not bring older data back when onSuccess fails late", async () => {
    const { cache, server, shown, write } = await startShowing();
    let fail!: (error: Error) => void;
    const onSuccess = () => new Promise((_, reject) => (fail = reject));
    const failed = failureOf(write("b", { optimistic, onSuccess }));
    await untilIdle();
    server.titles.push("c");
    await cache.refetchQueries();
    fail(new Error("Late."));
    expect(isMaybeApplied(await failed)).toBe(true);
    expect(shown).toEqual(["a", "a, b", "a, b, c"]);
  });

  test.each(["onSuccess", "onSettled"] as const)(
    "shows no row twice if the cache's %s invalidates all queries",
    async (callback) => {
      const caches: QueryClient[] = [];
      const all = () => caches[0]?.invalidateQueries();
      const { cache, shown, write } = await startShowing({ [callback]: all });
      caches.push(cache);
      await write("b", { optimistic });
      await untilIdle();
      expect(shown).toEqual(["a", "a, b"]);
    },
  );
});

describe("a write that failed", () => {
  test.each<{ what: string; options?: Options; config?: MutationConfig }>([
    { what: "onError never ends", options: { onError: () => new Promise(() => {}) } },
    {
      what: "the cache's onError never ends",
      config: { onError: () => new Promise(() => {}) },
    },
  ])("is rolled back although $what", async ({ options, config }) => {
    const { server, shown, write } = await startShowing(config);
    server.fault = (request) => failure(request, 400, "constraint_failure");
    void write("b", { optimistic, ...options });
    await untilIdle();
    expect(shown).toEqual(["a", "a, b", "a"]);
  });

  test("is rolled back at once if onMutate fails", async () => {
    const { fauna, shown, write } = await startShowing({ onError: () => new Promise(() => {}) });
    void write("b", { optimistic, onMutate: async () => broken() });
    await untilIdle();
    expect(shown.at(-1)).toBe("a");
    expect(fauna.requests.filter(isWrite)).toEqual([]);
  });

  test("asks the app's retry once for each failure, and stays on the screen while it is sent again", async () => {
    const { server, shown, write } = await startShowing();
    server.fault = (request) => failure(request, 429, "limit_exceeded");
    const retry = vi.fn((count: number) => count < 2);
    await expect(write("b", { optimistic, retry, retryDelay: 0 })).rejects.toBeInstanceOf(Error);
    expect(retry.mock.calls.map(([count]) => count)).toEqual([0, 1, 2]);
    await untilIdle();
    expect(shown).toEqual(["a", "a, b", "a"]);
  });
});

const drivers = [
  { driver: "v10", query: list as never },
  { driver: "v4", query: v4Expression(q.Call("list(")) },
];

describe.each(drivers)("a $driver query", ({ query }) => {
  test("that loads for the first time while a write is applied sees it", async () => {
    const { fauna, cache, client, write } = await start();
    const hold = fauna.hold(isRead);
    const shown: unknown[] = [];
    const observer = new QueryObserver(cache, faunaQueryOptions({ client }, query));
    onTestFinished(observer.subscribe(({ data }) => void (data && shown.push(data))));
    await hold.reached();
    await write("b");
    hold.release();
    await eventually(() => expect(shown.at(-1)).toEqual(["a", "b"]));
    await untilIdle();
    expect(shown).not.toContainEqual(["a"]);
    expect(fauna.requests.filter(isRead)).toHaveLength(2);
  });

  test("that is prefetched meanwhile does, too", async () => {
    const { fauna, cache, client, write } = await start();
    const hold = fauna.hold(isRead);
    const fetched = cache.fetchQuery(faunaQueryOptions({ client }, query));
    await hold.reached();
    await write("b");
    hold.release();
    await expect(fetched).resolves.toEqual(["a", "b"]);
  });
});

test("a query that loads while a write fails without an answer is asked for again", async () => {
  const { fauna, server, cache, client, write } = await start();
  server.fault = (_request, title) => {
    server.titles.push(title);
    return { drop: true };
  };
  const hold = fauna.hold(isRead);
  const fetched = cache.fetchQuery(faunaQueryOptions({ client }, list));
  await hold.reached();
  expect(isMaybeApplied(await failureOf(write("b")))).toBe(true);
  hold.release();
  await expect(fetched).resolves.toEqual(["a", "b"]);
});

test("an answer that saw the write is not asked for again", async () => {
  const { fauna, server, cache, client, write } = await start();
  let answer!: () => void;
  server.fault = (request, title) => {
    server.titles.push(title);
    return new Promise((resolve) => (answer = () => resolve(success(request, title, 100))));
  };
  const written = write("b");
  await fauna.received(1);
  const hold = fauna.hold(isRead);
  const fetched = cache.fetchQuery(faunaQueryOptions({ client }, list));
  await hold.reached();
  answer();
  await written;
  hold.release();
  await expect(fetched).resolves.toEqual(["a", "b"]);
  expect(fauna.requests.filter(isRead)).toHaveLength(1);
});

test("a server that never gets to the write's time is asked twice, not for ever", async () => {
  const { fauna, cache, client, write } = await start();
  const { respond } = fauna;
  fauna.respond = (request, index) =>
    isRead(request) ? success(request, ["a"], 1) : respond(request, index);
  const hold = fauna.hold(isRead);
  const fetched = cache.fetchQuery(faunaQueryOptions({ client }, list));
  await hold.reached();
  await write("b");
  hold.release();
  await expect(fetched).resolves.toEqual(["a"]);
  await untilIdle();
  expect(fauna.requests.filter(isRead)).toHaveLength(2);
});

test("a query of another client in the same cache asks for data as of the write", async () => {
  const { fauna, cache, createClient, write } = await start();
  const observer = new QueryObserver(cache, faunaQueryOptions({ client: createClient() }, list));
  onTestFinished(observer.subscribe(() => {}));
  await fauna.received(1);
  await untilIdle();
  await write("b");
  await fauna.received(3);
  expect(fauna.requests[2]?.headers["x-last-txn-ts"]).toBe("200");
});

describe("a list", () => {
  const all = fql<Page<string>>`all()`;
  async function startList() {
    const set = await start();
    const { fauna, cache, client } = set;
    const pages = [["a"], ["b"], ["c"]];
    const serve = servePages(pages);
    const { respond } = fauna;
    fauna.respond = async (request, index) => {
      if (isWrite(request)) return respond(request, index);
      const { body } = (await serve(request, index)) as { body: object };
      return { body: { ...body, txn_ts: (index + 1) * 100 } };
    };
    const observer = new InfiniteQueryObserver(cache, faunaInfiniteQueryOptions({ client }, all));
    onTestFinished(observer.subscribe(() => {}));
    const rows = () => observer.getCurrentResult().data?.pages.flatMap(({ data }) => data);
    await eventually(() => expect(rows()).toEqual(["a"]));
    return { ...set, pages, observer, rows };
  }

  test.each<{ kind: string; options: Options }>([
    { kind: "plain", options: {} },
    {
      kind: "optimistic",
      options: { optimistic: (cache) => cache.updatePages(all, (page) => page) },
    },
  ])(
    "gets the page that is being fetched during a $kind write, and then sees the write",
    async ({ options }) => {
      const { fauna, pages, observer, rows, write } = await startList();
      const hold = fauna.hold((request) => !isWrite(request));
      const page = observer.fetchNextPage();
      await hold.reached();
      await write("x", options);
      pages[0] = ["a", "x"];
      hold.release();
      await page;
      await eventually(() => expect(rows()).toEqual(["a", "x", "b"]));
      await untilIdle();
      expect(fauna.requests.filter(({ aborted }) => aborted)).toEqual([]);
      expect(fauna.requests.filter((request) => !isWrite(request))).toHaveLength(4);
    },
  );

  test("that is refetched while a write is applied is refetched again", async () => {
    const { fauna, pages, observer, rows, write } = await startList();
    await observer.fetchNextPage();
    const hold = fauna.hold(({ body }) => body.includes("Set.paginate"));
    const refetched = observer.refetch();
    // Its first page is of before the write.
    await hold.reached();
    await write("x");
    pages[0] = ["a", "x"];
    hold.release();
    await refetched;
    await eventually(() => expect(rows()).toEqual(["a", "x", "b"]));
  });
});

test("a query that left the cache during its fetch is left alone", async () => {
  const { fauna, cache, client, write } = await start();
  const hold = fauna.hold(isRead);
  const { queryKey } = faunaQueryOptions({ client }, list);
  void failureOf(cache.fetchQuery(faunaQueryOptions({ client }, list)));
  await hold.reached();
  await write("b");
  cache.removeQueries({ queryKey: queryKey as QueryKey });
  hold.release();
  await untilIdle();
  expect(cache.getQueryCache().getAll()).toEqual([]);
  expect(fauna.requests.filter(isRead)).toHaveLength(1);
});
