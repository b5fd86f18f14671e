import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { TimeStub } from "fauna";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { createIdentity } from "../../src/auth/identity";
import { hydrate, hydratedIdentity } from "../../src/cache/hydration";
import {
  type FaunaHydrationState,
  type HydratedAnswer,
  type HydratedQuery,
  readHere,
} from "../../src/cache/hydration-state";
import { identityKey, type Scope } from "../../src/cache/keys";
import { originOf } from "../../src/cache/origins";
import { type Origin, recordOf } from "../../src/cache/query-record";
import type { Connection } from "../../src/client/connection";
import { encodeValues } from "../../src/server/encode-values";
import { untilIdle } from "../support/idle";
import { connect, nobodyYet, signedIn } from "../support/signed-in";

const ada = signedIn("ada");
const named = { userId: "ada", sessionId: null, orgId: null };
const NOW = 1_800_000_000_000;
const SOURCE = { tokens: ["token"], of: "all" };

const answered = ({
  data = "served",
  ...more
}: Partial<Origin> & Pick<Partial<HydratedAnswer>, "data"> = {}): string =>
  encodeValues({ data, at: NOW, origin: { txn: 5, writes: 0, ...more } });

/** What a state says of somebody else, or of somewhere else, than {@link setUp}. */
function ofOther({
  template = "fauna",
  endpoint = "https://fauna.test/",
  ...ids
}: Partial<Record<"userId" | "sessionId" | "template" | "endpoint", string | null>>): Pick<
  FaunaHydrationState,
  "owner" | "identity"
> {
  const identity = { ...named, ...ids };
  const status = identity.userId === null ? "signed-out" : "signed-in";
  const { key } = createIdentity(status, template!, identity);
  return { owner: ["fauna", endpoint!, key], identity };
}

function setUp(state = ada) {
  const connection = connect(state);
  const cache = new QueryClient();
  const scope: Scope = { connection, cache, identity: state.identity };
  const queryKey = [...identityKey(connection, ada.identity), "v10", "all"];
  const served = (
    answer: HydratedQuery["answer"],
    more: Partial<FaunaHydrationState> = {},
  ): FaunaHydrationState => ({
    owner: identityKey(connection, ada.identity),
    identity: named,
    txn: 7,
    queries: [{ key: '["v10","all"]', answer }],
    ...more,
  });
  const query = () => cache.getQueryCache().find({ queryKey });
  return { connection, cache, scope, queryKey, served, query };
}

describe("an answer of the server", () => {
  test("is cached as if the browser had asked itself", () => {
    const { scope, served, query } = setUp();
    hydrate(scope, served(answered({ source: SOURCE })))();
    expect(query()?.state).toMatchObject({ data: "served", dataUpdatedAt: NOW, status: "success" });
    expect(originOf(query()!)).toMatchObject({ txn: 5, writes: 0, source: SOURCE });
    expect(recordOf(query()!.queryKey).info).toEqual({ txn_ts: 5 });
  });

  test("is what the browser's next request must see", () => {
    vi.stubGlobal("window", {});
    onTestFinished(() => void vi.unstubAllGlobals());
    const { connection, scope, served } = setUp();
    hydrate(scope, served(answered()))();
    expect(connection.getClient().lastTxnTs).toBe(7);
  });

  test("makes no client on the server, where a provider sends nothing", () => {
    const { connection, scope, served } = setUp();
    const getClient = vi.spyOn(connection, "getClient");
    hydrate(scope, served(answered()))();
    expect(getClient).not.toHaveBeenCalled();
  });

  test("has Fauna's own values", () => {
    const { scope, served, query } = setUp();
    const data = { time: TimeStub.from("2026-01-01T00:00:00Z"), big: 9_007_199_254_740_993n };
    hydrate(scope, served(answered({ data })));
    expect(query()?.state.data).toEqual(data);
  });

  test("that was read in this process is not decoded", () => {
    const { scope, served, query } = setUp();
    const data = {};
    const state = served("no answer");
    readHere.set(state.queries[0]!, { data, at: NOW, origin: { txn: 5, writes: 0 } });
    hydrate(scope, state);
    expect(query()?.state.data).toBe(data);
  });

  test.each([
    ["of another user", ofOther({ userId: "bob" })],
    ["of another session", ofOther({ sessionId: "sess_1" })],
    ["of another template", ofOther({ template: "other" })],
    ["of another endpoint", ofOther({ endpoint: "https://other.test/" })],
    ["of nobody", ofOther({ userId: null })],
  ])("%s is left out, and so is the time of its transaction", (_, more) => {
    vi.stubGlobal("window", {});
    onTestFinished(() => void vi.unstubAllGlobals());
    const { connection, scope, served, cache } = setUp();
    hydrate(scope, served(answered(), more))();
    expect(cache.getQueryCache().getAll()).toEqual([]);
    expect(connection.getClient().lastTxnTs).toBeUndefined();
  });

  test("of a query that is there already comes after the render, in an effect", () => {
    const { scope, served, query, cache, queryKey } = setUp();
    cache.setQueryData(queryKey, "old");
    const update = hydrate(scope, served(answered()));
    expect(query()?.state.data).toBe("old");
    update();
    expect(query()?.state.data).toBe("served");
  });

  test("is cached also if it does not tell the time of its transaction, as of FQL v4", () => {
    const { scope, served, query } = setUp();
    hydrate(scope, served(answered({ txn: undefined })));
    expect(query()?.state.data).toBe("served");
  });

  test("without a time of its transaction does not set one", () => {
    vi.stubGlobal("window", {});
    onTestFinished(() => void vi.unstubAllGlobals());
    const { connection, scope, served } = setUp();
    const { txn: _, ...state } = served(answered());
    hydrate(scope, state);
    expect(connection.getClient().lastTxnTs).toBeUndefined();
  });
});

describe("an answer takes the place of what is there", () => {
  test.each<[string, Partial<Origin> | undefined, Partial<Origin>, boolean]>([
    ["of an unknown origin", undefined, {}, true],
    ["if it is newer", { txn: 4 }, {}, true],
    ["unless it is as new", { txn: 5 }, {}, false],
    ["unless it is older", { txn: 6 }, {}, false],
    ["unless events have made that newer", { txn: 4, until: 6 }, {}, false],
    [
      "if it is as new and has an event source, and that has none",
      { txn: 5 },
      { source: SOURCE },
      true,
    ],
    ["unless both have one", { txn: 5, source: SOURCE }, { source: SOURCE }, false],
    ["unless it is older, even with an event source", { txn: 6 }, { source: SOURCE }, false],
  ])("%s", (_, origin, more, isTaken) => {
    const { scope, served, query, cache, queryKey } = setUp();
    cache.setQueryData(queryKey, "old");
    if (origin) recordOf(query()!.queryKey).origin = { txn: undefined, writes: 0, ...origin };
    hydrate(scope, served(answered(more)))();
    expect(query()?.state.data).toBe(isTaken ? "served" : "old");
  });

  test("and leaves alone what a fetch under way has read", async () => {
    const { scope, served, query, cache, queryKey } = setUp();
    cache.setQueryData(queryKey, "old");
    let answer!: (data: string) => void;
    const fetching = cache.fetchQuery({
      queryKey,
      queryFn: () => new Promise<string>((resolve) => (answer = resolve)),
    });
    await Promise.resolve();
    recordOf(query()!.queryKey).fetched = { txn: 9, writes: 0 };
    hydrate(scope, served(answered()))();
    expect(query()?.state.data).toBe("served");
    expect(recordOf(query()!.queryKey)).toMatchObject({ origin: { txn: 5 }, fetched: { txn: 9 } });
    answer("fetched");
    await fetching;
    expect(originOf(query()!)).toMatchObject({ txn: 9 });
  });
});

describe("what a server has just read", () => {
  test("is fresh for those who show it first, whatever their stale time, and then no more", async () => {
    const { scope, served, query, cache, queryKey } = setUp();
    hydrate(scope, served(answered()));
    const { fresh } = recordOf(query()!.queryKey);
    // Nobody shows it yet.
    expect(fresh?.isFresh()).toBe(true);
    await new Promise((resolve) => setTimeout(resolve));
    expect(fresh?.isFresh()).toBe(true);
    onTestFinished(new QueryObserver(cache, { queryKey, enabled: false }).subscribe(() => {}));
    expect([fresh?.isFresh(), fresh?.isFresh()]).toEqual([true, true]);
    await vi.waitFor(() => expect(fresh?.isFresh()).toBe(false));
  });

  test("is fresh again for those who come later, once nobody shows it any more", () => {
    const { scope, served, query } = setUp();
    hydrate(scope, served(answered()))();
    const record = recordOf(query()!.queryKey);
    record.fresh = { isFresh: () => false };
    hydrate(scope, served(answered({ txn: 6 })))();
    expect(record.fresh.isFresh()).toBe(true);
  });

  test("is fresh also for those who show what the browser has asked for before", () => {
    const { scope, served, query, cache, queryKey } = setUp();
    cache.setQueryData(queryKey, "old");
    onTestFinished(new QueryObserver(cache, { queryKey, enabled: false }).subscribe(() => {}));
    hydrate(scope, served(answered()))();
    expect(recordOf(query()!.queryKey).fresh?.isFresh()).toBe(true);
  });

  test("does not make a live query's data fresh again that is shown", () => {
    const { scope, served, query, cache, queryKey } = setUp();
    cache.setQueryData(queryKey, "old");
    onTestFinished(new QueryObserver(cache, { queryKey, enabled: false }).subscribe(() => {}));
    const fresh = { isFresh: () => false };
    recordOf(query()!.queryKey).fresh = fresh;
    hydrate(scope, served(answered()))();
    expect(query()?.state.data).toBe("served");
    expect(recordOf(query()!.queryKey).fresh).toBe(fresh);
  });
});

describe("an answer that is on its way", () => {
  test("is waited for as for a fetch", async () => {
    const { connection, scope, served, query } = setUp();
    let send!: (text: string) => void;
    hydrate(scope, served(new Promise((resolve) => (send = resolve))));
    expect(query()?.state.fetchStatus).toBe("fetching");
    send(answered());
    await vi.waitFor(() => expect(query()?.state.data).toBe("served"));
    expect(originOf(query()!)).toMatchObject({ txn: 5 });
    expect(connection.getClient().lastTxnTs).toBe(5);
  });

  test("may be a framework's promise, which has nothing but then", async () => {
    const { scope, served, query } = setUp();
    const then = (resolve: (text: string) => void): void => resolve(answered());
    hydrate(scope, served({ then } as never));
    await vi.waitFor(() => expect(query()?.state.data).toBe("served"));
  });

  test.each<[string, Partial<FaunaHydrationState>]>([
    ["nobody waits for", {}],
    ["is of somebody else", ofOther({ userId: "bob" })],
  ])("and fails is no error of the page if it %s", async (_, more) => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    onTestFinished(() => void process.off("unhandledRejection", unhandled));
    const { scope, served, cache, queryKey } = setUp();
    cache.setQueryData(queryKey, "there");
    hydrate(scope, served(Promise.reject(new Error("No.")), more));
    await untilIdle();
    expect(unhandled).not.toHaveBeenCalled();
  });

  test("and fails leaves alone what the browser fetches itself", async () => {
    const { scope, served, query, cache, queryKey } = setUp();
    let answer!: (data: string) => void;
    const queryFn = vi.fn(() => new Promise<string>((resolve) => (answer = resolve)));
    const fetched = cache.fetchQuery({ queryKey, queryFn });
    await vi.waitFor(() => expect(queryFn).toHaveBeenCalled());
    hydrate(scope, served(Promise.reject(new Error("No."))));
    await untilIdle();
    expect(query()?.state.fetchStatus).toBe("fetching");
    answer("asked");
    await expect(fetched).resolves.toBe("asked");
    expect(queryFn).toHaveBeenCalledTimes(1);
  });

  test.each([
    ["has data", true],
    ["is being fetched", false],
  ])("is not waited for if the query %s", async (_, hasData) => {
    const { scope, served, query, cache, queryKey } = setUp();
    if (hasData) cache.setQueryData(queryKey, "there");
    else void cache.prefetchQuery({ queryKey, queryFn: async () => "there" });
    hydrate(scope, served(Promise.resolve(answered())));
    await vi.waitFor(() =>
      expect(query()?.state).toMatchObject({ data: "there", fetchStatus: "idle" }),
    );
  });

  test("and fails leaves it to the browser: who shows it asks", async () => {
    const { scope, served, query, cache, queryKey } = setUp();
    let fail!: (error: Error) => void;
    hydrate(scope, served(new Promise((_, reject) => (fail = reject))));
    const queryFn = vi.fn(async () => "asked");
    onTestFinished(new QueryObserver(cache, { queryKey, queryFn }).subscribe(() => {}));
    fail(new Error("No."));
    await vi.waitFor(() => expect(query()?.state.data).toBe("asked"));
    expect(queryFn).toHaveBeenCalledTimes(1);
  });

  test("and fails leaves nothing behind if nobody shows it", async () => {
    const { scope, served, query } = setUp();
    hydrate(scope, served(Promise.reject(new Error("No."))));
    await vi.waitFor(() => expect(query()?.state.fetchStatus).toBe("idle"));
    expect(query()?.state).toMatchObject({ status: "pending", error: null });
  });
});

describe("whose a page is while Clerk loads", () => {
  const loading = nobodyYet.identity;
  const state = (more?: Partial<FaunaHydrationState>) => setUp().served(answered(), more);
  const seen = (connection: Connection, identity = loading) => ({
    connection,
    identity,
    auth: connection.identityStore.current(),
  });

  test("the page's server has said", () => {
    const connection = connect(nobodyYet);
    const identity = hydratedIdentity(seen(connection), state(), true);
    expect(identity.key).toBe(ada.identity.key);
    expect(connection.identityStore.current().identity.key).toBe(ada.identity.key);
    expect(connection.identityStore.current().isNamed).toBe(false);
    // The next one is of the same user.
    expect(hydratedIdentity(seen(connection), state(), false).userId).toBe("ada");
  });

  test("a later state does not say, as it is not known when it was made", () => {
    const connection = connect(nobodyYet);
    expect(hydratedIdentity(seen(connection), state(), false)).toBe(loading);
    expect(connection.identityStore.current().identity.status).toBe("loading");
  });

  test.each([
    ["of nobody", ofOther({ userId: null })],
    ["of another endpoint", ofOther({ endpoint: "https://other.test/" })],
    ["of another template", ofOther({ template: "other" })],
  ])("a state %s does not say", (_, more) => {
    expect(hydratedIdentity(seen(connect(nobodyYet)), state(more), true)).toBe(loading);
  });

  test.each([
    ["tokens tell", { ...nobodyYet, isNamedByToken: true }],
    ["it is in doubt", { ...nobodyYet, doubted: ada.identity }],
  ])("no server says where %s", (_, own) => {
    const connection = connect(own);
    expect(hydratedIdentity(seen(connection), state(), true)).toBe(loading);
  });

  test("is what the browser knows, once it does", () => {
    const bob = signedIn("bob");
    const connection = connect(bob);
    expect(hydratedIdentity(seen(connection, bob.identity), state(), true)).toBe(bob.identity);
    // Another render may still be of before.
    expect(hydratedIdentity(seen(connection), state(), true)).toBe(loading);
    // A render may be of the next user while the browser still knows this one.
    expect(hydratedIdentity(seen(connect(ada), bob.identity), state(), true)).toBe(bob.identity);
    const signedOut = createIdentity("signed-out", "fauna");
    expect(hydratedIdentity(seen(connection, signedOut), state(), true)).toBe(signedOut);
  });
});
