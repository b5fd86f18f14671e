import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { channelName } from "../../src/auth/channels";
import { identityKey, type Scope } from "../../src/cache/keys";
import { keepOrigins } from "../../src/cache/origins";
import { recordOf, type SettledWrite } from "../../src/cache/query-record";
import { refetchAfterPages, refetchAfterWrite } from "../../src/cache/refetch";
import { settledWrite } from "../../src/cache/seen-writes";
import { connect, signedIn } from "../support/signed-in";
import { watchChannels } from "../support/watch-channels";

const [ada, bob] = [signedIn("ada"), signedIn("bob")];
const everything = (): boolean => true;
const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** A query whose answers the test gives, and how often it was asked. */
function setUp() {
  const connection = connect(ada);
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const scope: Scope = { connection, identity: ada.identity, cache };
  connection.tellTabs = () => true;
  keepOrigins(cache);

  function add(name: string, isShown = true, owner = ada) {
    const queryKey = [...identityKey(connection, owner.identity), "v10", name];
    const answers: { give: (data: unknown, txn?: number) => void; fail: () => void }[] = [];
    const queryFn = () =>
      new Promise((resolve, reject) =>
        answers.push({
          give(data, txn) {
            recordOf(query.queryKey).fetched = { txn, writes: 0 };
            resolve(data);
          },
          fail: () => reject(new Error("No.")),
        }),
      );
    cache.setQueryData(queryKey, "old");
    const query = cache.getQueryCache().find({ queryKey })!;
    query.setOptions({ queryKey, queryFn });
    if (isShown) {
      const observer = new QueryObserver(cache, { queryKey, queryFn, staleTime: Infinity });
      onTestFinished(observer.subscribe(() => {}));
    }
    const fetch = (meta?: object) =>
      query.fetch({ queryKey, queryFn } as never, meta && ({ meta } as never)).catch(() => {});
    return { query, answers, fetch, state: () => query.state, record: recordOf(query.queryKey) };
  }
  const write = (
    settled: SettledWrite | undefined,
    isMeant: Parameters<typeof refetchAfterWrite>[1] = everything,
  ) => refetchAfterWrite(scope, isMeant, settled);
  return { scope, cache, connection, add, write };
}

describe("after a write", () => {
  test("what is on the screen is asked for, and all else of the user is stale", () => {
    const { add, write } = setUp();
    const [shown, hidden, bobs] = [add("shown"), add("hidden", false), add("bobs", true, bob)];
    write(settledWrite(5));
    expect([shown, hidden, bobs].map(({ state }) => state().isInvalidated)).toEqual([
      true,
      true,
      false,
    ]);
    expect([shown, hidden, bobs].map(({ answers }) => answers.length)).toEqual([1, 0, 0]);
    expect([shown, hidden, bobs].map(({ record }) => record.floor?.txn)).toEqual([5, 5, undefined]);
  });

  test("only what is meant is", () => {
    const { add, write } = setUp();
    const [one, other] = [add("one"), add("other")];
    write(settledWrite(5), ({ queryKey }) => queryKey.includes("one"));
    expect([one.answers.length, other.answers.length]).toEqual([1, 0]);
    expect([one.record.floor?.txn, other.record.floor]).toEqual([5, undefined]);
  });

  test("a query that comes into the cache later has to include it", () => {
    const { add, write } = setUp();
    write(settledWrite(5));
    expect(add("later").record.floor?.txn).toBe(5);
  });

  test("what was refetched for the write's event already is left alone", () => {
    const { add, write } = setUp();
    const [before, same, after] = [add("before"), add("same"), add("after")];
    before.record.refetchedFor = 4;
    same.record.refetchedFor = 5;
    after.record.refetchedFor = 6;
    write(settledWrite(5));
    expect([before, same, after].map(({ answers }) => answers.length)).toEqual([1, 0, 0]);
    // If the write's time is not known, nobody can tell.
    write(settledWrite(undefined));
    expect([same, after].map(({ answers }) => answers.length)).toEqual([1, 1]);
  });

  test("to which another one is pending is refetched when the last has settled", () => {
    const { add, write } = setUp();
    const { record, answers, state } = add("list");
    record.layers = { hasPending: () => true } as never;
    write(settledWrite(5));
    expect([answers.length, state().isInvalidated]).toEqual([0, false]);
    record.layers = { hasPending: () => false } as never;
    write(settledWrite(6));
    expect(answers).toHaveLength(1);
  });

  test("that certainly changed nothing what it had updated is asked for, unless a fetch is under way", async () => {
    const { add, write } = setUp();
    const [idle, fetching] = [add("idle"), add("fetching")];
    void fetching.fetch();
    await tick();
    write(undefined);
    expect([idle.answers.length, fetching.answers.length]).toEqual([1, 1]);
    expect(idle.record.floor).toBeUndefined();
    expect(fetching.state().isInvalidated).toBe(false);
  });
});

describe("a fetch that is under way when a write settles is not cancelled, and", () => {
  async function during(settled: SettledWrite, meta?: object) {
    const { add, write, cache } = setUp();
    const list = add("list");
    const fetched = list.fetch(meta);
    await tick();
    expect(list.answers).toHaveLength(1);
    write(settled);
    await tick();
    expect(list.answers).toHaveLength(1);
    return { ...list, fetched, cache };
  }

  test("no other one follows if it has seen the write", async () => {
    const { answers, fetched, state } = await during(settledWrite(5));
    answers[0]!.give("new", 5);
    await fetched;
    await tick();
    expect(answers).toHaveLength(1);
    expect(state()).toMatchObject({ data: "new", isInvalidated: false });
  });

  test("another one follows if it has not", async () => {
    const { answers, fetched } = await during(settledWrite(5));
    answers[0]!.give("older", 4);
    await fetched;
    await tick();
    expect(answers).toHaveLength(2);
  });

  test("nothing is asked if it fails, but its data is stale: somebody else asks", async () => {
    const { answers, fetched, state } = await during(settledWrite(5));
    answers[0]!.fail();
    await fetched;
    await tick();
    expect(answers).toHaveLength(1);
    expect(state()).toMatchObject({ isInvalidated: true, data: "old" });
  });

  test("if it is for a further page, the list is asked for after it, as a page is of an earlier moment", async () => {
    const { answers, fetched } = await during(settledWrite(5), {
      fetchMore: { direction: "forward" },
    });
    answers[0]!.give("page", 9);
    await fetched;
    await tick();
    expect(answers).toHaveLength(2);
  });

  test("if its query has left the cache, nothing follows", async () => {
    const { answers, fetched, cache, query } = await during(settledWrite(5));
    cache.getQueryCache().remove(query);
    answers[0]!.give("older", 4);
    await fetched;
    await tick();
    expect(answers).toHaveLength(1);
  });

  test("if a further fetch takes its place, that is waited for, too", async () => {
    const { answers, fetched, fetch } = await during(settledWrite(5));
    answers[0]!.give("older", 4);
    const further = fetched.then(() => fetch());
    await tick();
    const asked = answers.length;
    answers.at(-1)!.give("new", 6);
    await further;
    await tick();
    expect(answers).toHaveLength(asked);
  });
});

describe("what the app makes stale", () => {
  test("is asked for, also when it is being fetched, and then it resolves", async () => {
    const { add, cache } = setUp();
    const list = add("list");
    void list.fetch();
    await tick();
    const done = refetchAfterPages(cache, {});
    await tick();
    expect(list.answers).toHaveLength(2);
    list.answers[1]!.give("new", 5);
    await done;
    expect(list.state().data).toBe("new");
  });

  test("is asked for after a page that is being fetched", async () => {
    const { add, cache } = setUp();
    const list = add("list");
    const page = list.fetch({ fetchMore: { direction: "forward" } });
    await tick();
    const done = refetchAfterPages(cache, {});
    await tick();
    expect(list.answers).toHaveLength(1);
    list.answers[0]!.give("page");
    await page;
    await tick();
    expect(list.answers).toHaveLength(2);
    list.answers[1]!.give("new");
    await done;
  });

  test("is asked for after a page that has failed, too, and even with a pending write", async () => {
    const { add, cache } = setUp();
    const list = add("list");
    list.record.layers = { hasPending: () => true } as never;
    const page = list.fetch({ fetchMore: { direction: "forward" } });
    await tick();
    void refetchAfterPages(cache, {});
    list.answers[0]!.fail();
    await page;
    await tick();
    expect(list.answers).toHaveLength(2);
  });
});

describe("the user's other tabs", () => {
  beforeEach(() => {
    // Channels are between pages.
    vi.stubGlobal("document", {});
    onTestFinished(() => void vi.unstubAllGlobals());
    return vi.dynamicImportSettled();
  });

  test("are told of a write by the channel that is open", async () => {
    const channels = watchChannels();
    const { connection, write } = setUp();
    const tell = vi.fn(() => true);
    connection.tellTabs = tell;
    write(settledWrite(5));
    await vi.dynamicImportSettled();
    expect(tell).toHaveBeenCalledExactlyOnceWith(ada.identity);
    expect(channels.opened).toEqual([]);
  });

  test.each([[() => false], [undefined]])(
    "are told by one that is opened for it if there is none",
    async (tellTabs) => {
      const channels = watchChannels();
      const { connection, write } = setUp();
      connection.tellTabs = tellTabs;
      write(settledWrite(5));
      await vi.waitFor(() => expect(channels.said).toEqual([{ type: "changed" }]));
      expect(channels.opened.map(({ name }) => name)).toEqual([
        await channelName("relay", ["https://fauna.test/", ada.identity.key]),
      ]);
      expect(channels.open.size).toBe(0);
    },
  );

  test("are told nothing of what changed nothing", async () => {
    const channels = watchChannels();
    const { connection, write } = setUp();
    const tell = vi.fn(() => false);
    connection.tellTabs = tell;
    write(undefined);
    await vi.dynamicImportSettled();
    await tick();
    expect([tell.mock.calls, channels.said]).toEqual([[], []]);
  });

  test("ask for themselves where there are no channels", async () => {
    vi.stubGlobal("BroadcastChannel", undefined);
    onTestFinished(() => void vi.unstubAllGlobals());
    const { connection, write } = setUp();
    connection.tellTabs = undefined;
    write(settledWrite(5));
    await vi.dynamicImportSettled();
    await tick();
  });
});
