import { MutationObserver, QueryClient } from "@tanstack/react-query";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { identityKey } from "../../src/cache/keys";
import { keepMutationsOwn } from "../../src/cache/own-mutations";
import { addProvider } from "../../src/cache/providers";
import type { Connection } from "../../src/client/connection";
import { pausedMutation } from "../support/paused-mutation";
import { connect, nobodyYet, signedIn } from "../support/signed-in";

const [ada, bob] = [signedIn("ada"), signedIn("bob")];

function setUp(state = ada) {
  const [connection, cache] = [connect(state), new QueryClient()];
  const mutations = cache.getMutationCache();
  const restore = (options: object) => mutations.build(cache, options, pausedMutation);
  const keyOf = ({ identity }: typeof ada) => identityKey(connection, identity);
  return { connection, cache, mutations, restore, keyOf };
}

/** An observer whose write has ended, as a hook's. */
async function show(cache: QueryClient, options: object, isWatched = true) {
  const observer = new MutationObserver<unknown, Error, void>(cache, {
    mutationFn: async () => "done",
    ...options,
  });
  const stop = isWatched ? observer.subscribe(() => {}) : () => {};
  onTestFinished(stop);
  await observer.mutate();
  return { observer, stop };
}

describe("a write that a persister brings back", () => {
  test("of another user leaves at once, and of the same stays", () => {
    const { connection, cache, mutations, restore, keyOf } = setUp();
    keepMutationsOwn(connection, cache);
    const own = restore({ mutationKey: keyOf(ada) });
    restore({ mutationKey: keyOf(bob) });
    restore({ mutationKey: ["app"], meta: { fauna: keyOf(bob) } });
    expect(mutations.getAll()).toEqual([own]);
  });

  test("of the app, or of another endpoint, stays", () => {
    const { connection, cache, mutations, restore } = setUp();
    const elsewhere = connect(ada, { endpoint: "https://other.test" });
    keepMutationsOwn(connection, cache);
    const kept = [
      restore({ mutationKey: ["app"] }),
      restore({}),
      restore({ mutationKey: identityKey(elsewhere, bob.identity) }),
    ];
    expect(mutations.getAll()).toEqual(kept);
  });

  test("stays while it is not known who is signed in", () => {
    const { connection, cache, mutations, restore, keyOf } = setUp(nobodyYet);
    keepMutationsOwn(connection, cache);
    restore({ mutationKey: keyOf(bob) });
    expect(mutations.getAll()).toHaveLength(1);
  });

  test("is seen by nobody until it is known who is signed in, and then by its user alone", () => {
    const { connection, cache, mutations, restore, keyOf } = setUp(nobodyYet);
    keepMutationsOwn(connection, cache);
    const app = restore({ mutationKey: ["app"] });
    const own = restore({ mutationKey: keyOf(ada) });
    const others = restore({ mutationKey: ["app"], meta: { fauna: keyOf(bob) } });
    expect(mutations.findAll()).toEqual([app]);
    expect(cache.isMutating({ mutationKey: ["app"] })).toBe(1);
    const toldOf: unknown[] = [];
    onTestFinished(mutations.subscribe(() => toldOf.push(mutations.findAll())));
    connection.identityStore.update(ada);
    expect(mutations.getAll()).toEqual([app, own, others]);
    keepMutationsOwn(connection, cache, true);
    expect(toldOf.at(-1)).toEqual([app, own]);
    expect(mutations.getAll()).toEqual([app, own]);
  });

  test("and has left is told to a persister that listens only now", () => {
    const { connection, cache, mutations, restore, keyOf } = setUp();
    keepMutationsOwn(connection, cache);
    restore({ mutationKey: keyOf(bob) });
    const stored: unknown[] = [];
    onTestFinished(
      mutations.subscribe(({ type }) => {
        if (type === "removed") stored.push([...mutations.getAll()]);
      }),
    );
    keepMutationsOwn(connection, cache);
    expect(stored).toEqual([]);
    keepMutationsOwn(connection, cache, true);
    expect(stored).toEqual([[]]);
  });

  test("before anybody looked leaves as soon as somebody does", () => {
    const { connection, cache, mutations, restore, keyOf } = setUp();
    const own = restore({ mutationKey: keyOf(ada) });
    restore({ mutationKey: keyOf(bob) });
    keepMutationsOwn(connection, cache, true);
    expect(mutations.getAll()).toEqual([own]);
  });

  test("of a user whom another provider shows stays", () => {
    const { connection, cache, mutations, restore, keyOf } = setUp();
    const others = restore({ mutationKey: keyOf(bob) });
    addProvider(cache, connect(bob));
    keepMutationsOwn(connection, cache, true);
    expect(mutations.getAll()).toEqual([others]);
  });

  test("is judged by the connection that its own options name", () => {
    const { connection, cache, mutations, restore, keyOf } = setUp();
    keepMutationsOwn(connection, cache);
    const others = restore({ mutationKey: keyOf(bob), connection: connect(bob) });
    restore({ mutationKey: keyOf(ada), connection: connect(bob) });
    expect(mutations.getAll()).toEqual([others]);
  });

  test("is told from one that begins", async () => {
    const { connection, cache, mutations, keyOf } = setUp();
    keepMutationsOwn(connection, cache);
    const mutation = mutations.build(cache, { mutationKey: keyOf(bob) });
    expect(mutations.getAll()).toEqual([mutation]);
  });
});

describe("when an identity ends", () => {
  const end = (connection: Connection): void => connection.identityStore.update(bob);

  test("its writes leave the cache, and the hooks that show them", async () => {
    const { connection, cache, mutations, keyOf } = setUp();
    keepMutationsOwn(connection, cache);
    const { observer } = await show(cache, { mutationKey: keyOf(ada), connection });
    expect(observer.getCurrentResult().data).toBe("done");
    end(connection);
    expect(observer.getCurrentResult()).toMatchObject({ data: undefined, status: "idle" });
    expect(mutations.getAll()).toEqual([]);
  });

  test("a hook that is only hidden forgets them, too", async () => {
    const { connection, cache, keyOf } = setUp();
    keepMutationsOwn(connection, cache);
    const { observer, stop } = await show(cache, { mutationKey: keyOf(ada), connection });
    stop();
    end(connection);
    expect(observer.getCurrentResult().status).toBe("idle");
  });

  test("a hook that has gone on to the next write is left alone", async () => {
    const { connection, cache, mutations, keyOf } = setUp();
    keepMutationsOwn(connection, cache);
    const { observer } = await show(cache, { mutationKey: keyOf(ada), connection });
    observer.setOptions({ mutationFn: async () => "other", mutationKey: ["app"] });
    await observer.mutate();
    end(connection);
    expect(observer.getCurrentResult().data).toBe("other");
    expect(mutations.getAll()).toHaveLength(1);
  });

  test("those of others stay: of the app, of another user, of another provider", async () => {
    const { connection, cache, mutations, keyOf } = setUp();
    keepMutationsOwn(connection, cache);
    const kept = [
      { mutationKey: ["app"] },
      { mutationKey: keyOf(bob), connection },
      { mutationKey: keyOf(ada), connection: connect(ada) },
    ];
    for (const options of kept) await show(cache, options);
    end(connection);
    expect(mutations.getAll()).toHaveLength(kept.length);
  });

  test("those go that name nobody, because they were made while Clerk loaded", async () => {
    const { connection, cache, mutations } = setUp();
    keepMutationsOwn(connection, cache);
    await show(cache, { connection });
    end(connection);
    expect(mutations.getAll()).toEqual([]);
  });

  test("those without options of ours go by their key", () => {
    const { connection, cache, mutations, restore, keyOf } = setUp();
    keepMutationsOwn(connection, cache);
    restore({ mutationKey: keyOf(ada) });
    end(connection);
    expect(mutations.getAll()).toEqual([]);
  });

  test("one that waits for the network ends: its caller waits for it", async () => {
    const { connection, cache, restore, keyOf } = setUp();
    keepMutationsOwn(connection, cache);
    const mutationFn = vi.fn(() => Promise.reject(new Error("Ended.")));
    const mutation = restore({ mutationKey: keyOf(ada), connection, mutationFn });
    end(connection);
    await vi.waitFor(() => expect(mutation.state.status).toBe("error"));
    expect(mutationFn).toHaveBeenCalledTimes(1);
  });

  test("what was called while Clerk loaded belongs to the user who turns out to be", async () => {
    const { connection, cache, mutations } = setUp(nobodyYet);
    keepMutationsOwn(connection, cache);
    await show(cache, { connection });
    connection.identityStore.update(ada);
    connection.forgetMutations?.(nobodyYet.identity);
    expect(mutations.getAll()).toHaveLength(1);
  });
});
