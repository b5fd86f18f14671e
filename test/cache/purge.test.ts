import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { identityKey } from "../../src/cache/keys";
import { addProvider } from "../../src/cache/providers";
import { outdateStored, purgeOnEnd, purgeOthers } from "../../src/cache/purge";
import { recordOf } from "../../src/cache/query-record";
import type { Connection } from "../../src/client/connection";
import { pausedMutation } from "../support/paused-mutation";
import { connect, nobodyYet, signedIn } from "../support/signed-in";

const [ada, bob] = [signedIn("ada"), signedIn("bob")];
const connection = connect(ada);
const elsewhere = connect(ada, { endpoint: "https://other.test" });
const adas = [...identityKey(connection, ada.identity), "v10", "all"];
const bobs = [...identityKey(connection, bob.identity), "v10", "all"];
const others = [...identityKey(elsewhere, bob.identity), "v10", "all"];
const apps = ["app"];
const KEYS = { adas, bobs, others, apps };

function setUp(own: Connection = connect(ada)) {
  const persister = Object.assign(vi.fn(), {
    removeStored: vi.fn(async (_isOver: (key: readonly unknown[]) => boolean) => {}),
    noteWrite: vi.fn(async () => {}),
  });
  const cache = new QueryClient({ defaultOptions: { queries: { persister } } });
  for (const queryKey of Object.values(KEYS)) cache.setQueryData(queryKey, "data");
  const left = (): string[] =>
    Object.entries(KEYS).flatMap(([name, key]) => (cache.getQueryState(key) ? name : []));
  /** Whose entries are removed from the storage. */
  const removed = (): string[] =>
    persister.removeStored.mock.calls.flatMap(([isOver]) =>
      Object.entries(KEYS).flatMap(([name, key]) => (isOver(key) ? name : [])),
    );
  return { cache, own, persister, left, removed };
}

/** Shows a query until the test ends. */
const show = (cache: QueryClient, queryKey: readonly unknown[]): void =>
  onTestFinished(new QueryObserver(cache, { queryKey, enabled: false }).subscribe(() => {}));

describe("when an identity ends", () => {
  test("what is cached and stored of it goes, and nothing else", () => {
    const { cache, own, left, removed } = setUp();
    show(cache, adas);
    purgeOnEnd(own, cache);
    own.identityStore.update(bob);
    expect(left()).toEqual(["bobs", "others", "apps"]);
    expect(removed()).toEqual(["adas"]);
  });

  test("because the last provider has left, what is still shown stays", async () => {
    const { cache, own, left } = setUp();
    cache.setQueryData([...adas, "hidden"], "data");
    show(cache, adas);
    purgeOnEnd(own, cache);
    own.identityStore.retain()();
    await Promise.resolve();
    expect(left()).toContain("adas");
    expect(cache.getQueryState([...adas, "hidden"])).toBeUndefined();
  });

  test("nothing goes while another provider shows it", () => {
    const { cache, own, left, persister } = setUp();
    addProvider(cache, connect(ada));
    purgeOnEnd(own, cache);
    own.identityStore.update(bob);
    expect(left()).toContain("adas");
    expect(persister.removeStored).not.toHaveBeenCalled();
  });

  test("a cache without a persister of ours is purged, too", () => {
    const { own } = setUp();
    for (const queries of [{}, { persister: vi.fn() as never }]) {
      const cache = new QueryClient({ defaultOptions: { queries } });
      cache.setQueryData(adas, "data");
      purgeOnEnd(own, cache);
      own.identityStore.update(bob);
      expect(cache.getQueryState(adas)).toBeUndefined();
      own.identityStore.update(ada);
    }
  });
});

describe("as soon as it is known who is signed in", () => {
  async function purge(own: Connection, cache: QueryClient) {
    purgeOthers(own, cache);
    await Promise.resolve();
  }

  test("what a persister has brought back of others goes, and nothing else", async () => {
    const { cache, own, left, removed } = setUp();
    addProvider(cache, own);
    await purge(own, cache);
    expect(left()).toEqual(["adas", "others", "apps"]);
    expect(removed()).toEqual(["bobs"]);
  });

  test("what was fetched here stays: it has its own end", async () => {
    const { cache, own, left } = setUp();
    addProvider(cache, own);
    recordOf(cache.getQueryCache().find({ queryKey: bobs })!.queryKey).wasFetched = true;
    await purge(own, cache);
    expect(left()).toContain("bobs");
  });

  test("what another provider shows stays", async () => {
    const { cache, own, left, removed } = setUp();
    addProvider(cache, own);
    addProvider(cache, connect(bob));
    await purge(own, cache);
    expect(left()).toContain("bobs");
    expect(removed()).toEqual([]);
  });

  test("and not before", async () => {
    const { cache, own, left, persister } = setUp(connect(nobodyYet));
    addProvider(cache, own);
    await purge(own, cache);
    expect(left()).toEqual(Object.keys(KEYS));
    expect(persister.removeStored).not.toHaveBeenCalled();
  });

  test("nor before a persister listens, which is at the end of the effects", () => {
    const { cache, own, left } = setUp();
    addProvider(cache, own);
    purgeOthers(own, cache);
    expect(left()).toContain("bobs");
  });

  test("writes of others for which there is no code go, and nothing else", async () => {
    const { cache, own } = setUp();
    addProvider(cache, own);
    own.keepMutationsOwn = vi.fn();
    const mutations = cache.getMutationCache();
    const build = (options: object) => mutations.build(cache, options, pausedMutation);
    const kept = [
      build({ mutationKey: identityKey(own, ada.identity) }),
      build({ mutationKey: identityKey(elsewhere, bob.identity) }),
      build({ mutationKey: apps }),
      build({}),
      build({ mutationKey: identityKey(own, bob.identity), connection: own }),
    ];
    build({ mutationKey: identityKey(own, bob.identity) });
    build({ mutationKey: apps, meta: { fauna: identityKey(own, bob.identity) } });
    await purge(own, cache);
    expect(mutations.getAll()).toEqual(kept);
    expect(own.keepMutationsOwn).toHaveBeenCalledExactlyOnceWith(cache, true);
  });
});

test("writes of others go also where nothing is stored, in an app that writes nothing", async () => {
  const own = connect(ada);
  for (const queries of [{}, { persister: vi.fn() as never }]) {
    const cache = new QueryClient({ defaultOptions: { queries } });
    addProvider(cache, own);
    const mutationKey = identityKey(own, bob.identity);
    cache.getMutationCache().build(cache, { mutationKey }, pausedMutation);
    purgeOthers(own, cache);
    await Promise.resolve();
    expect(cache.getMutationCache().getAll()).toEqual([]);
  }
});

describe("what is stored becomes stale by a write", () => {
  const key = identityKey(connection, ada.identity);

  test("of an identity that a provider shows", () => {
    const { cache, own, persister } = setUp();
    addProvider(cache, own);
    outdateStored(cache, key, { txn: 5, number: 1 });
    expect(persister.noteWrite).toHaveBeenCalledExactlyOnceWith(key, 5);
  });

  test("and not after its end", () => {
    const { cache, persister } = setUp();
    outdateStored(cache, key, { txn: 5, number: 1 });
    expect(persister.noteWrite).not.toHaveBeenCalled();
  });

  test("if there is a persister that knows of writes", () => {
    const own = connect(ada);
    for (const cache of [
      new QueryClient(),
      new QueryClient({ defaultOptions: { queries: { persister: vi.fn() as never } } }),
    ]) {
      addProvider(cache, own);
      expect(() => outdateStored(cache, key, { txn: 5, number: 1 })).not.toThrow();
    }
  });
});
