import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { fql } from "fauna";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { createFaunaCache } from "../../src/cache/fauna-cache";
import { keyIn, type Scope } from "../../src/cache/keys";
import { TokenError } from "../../src/errors";
import { connect, nobodyYet, signedIn } from "../support/signed-in";

const [ada, bob] = [signedIn("ada"), signedIn("bob")];
const [one, other] = [fql<string>`one`, fql<string>`other`];

function setUp(state = ada) {
  const scope: Scope = {
    connection: connect(state),
    identity: state.identity,
    cache: new QueryClient(),
  };
  const stateOf = (query: unknown) => scope.cache.getQueryState(keyIn(scope, query));
  /** Shows a query, whose answers count. */
  const show = (query: unknown): void => {
    let count = 0;
    const options = { queryKey: keyIn(scope, query), queryFn: async () => ++count };
    onTestFinished(new QueryObserver(scope.cache, options).subscribe(() => {}));
  };
  return { scope, faunaCache: createFaunaCache(scope), stateOf, show };
}

describe("data by query", () => {
  test("is read and set where the hooks cache it", () => {
    const { scope, faunaCache, stateOf } = setUp();
    expect(faunaCache.getFaunaData(one)).toBeUndefined();
    expect(faunaCache.setFaunaData(one, "a")).toBe("a");
    expect(faunaCache.setFaunaData(one, (data) => `${data}b`)).toBe("ab");
    expect(faunaCache.getFaunaData(one)).toBe("ab");
    expect(stateOf(one)?.data).toBe("ab");
    expect(faunaCache.setFaunaData(other, undefined)).toBeUndefined();
    expect(scope.cache.getQueryCache().getAll()).toHaveLength(1);
  });

  test("is not set for another user, nor while nobody is known", () => {
    const { scope, faunaCache } = setUp();
    scope.connection.identityStore.update(bob);
    expect(() => faunaCache.setFaunaData(one, "a")).toThrow(new TokenError("identity_changed"));
    expect(() => setUp(nobodyYet).faunaCache.setFaunaData(one, "a")).toThrow(
      new TokenError("signed_out"),
    );
    expect(scope.cache.getQueryCache().getAll()).toEqual([]);
  });
});

describe("queries that are made stale", () => {
  test("are refetched if they are on the screen, before it resolves", async () => {
    const { faunaCache, stateOf, show } = setUp();
    show(one);
    await vi.waitFor(() => expect(stateOf(one)?.data).toBe(1));
    faunaCache.setFaunaData(other, "a");
    await faunaCache.invalidateFauna();
    expect(stateOf(one)?.data).toBe(2);
    expect(stateOf(other)).toMatchObject({ data: "a", isInvalidated: true });
  });

  test("are those that are named, and the user's alone", async () => {
    const { scope, faunaCache, stateOf } = setUp();
    for (const query of [one, other]) faunaCache.setFaunaData(query, "a");
    const bobs = keyIn({ ...scope, identity: bob.identity }, one);
    scope.cache.setQueryData(bobs, "b");
    await faunaCache.invalidateFauna(one);
    expect([stateOf(one)?.isInvalidated, stateOf(other)?.isInvalidated]).toEqual([true, false]);
    expect(scope.cache.getQueryState(bobs)?.isInvalidated).toBe(false);
  });
});

test("fetches are cancelled, and the data stays", async () => {
  const { scope, faunaCache, stateOf } = setUp();
  faunaCache.setFaunaData(one, "a");
  const fetch = (query: unknown) => {
    const fetching = scope.cache.fetchQuery({
      queryKey: keyIn(scope, query),
      queryFn: ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", reject)),
    });
    fetching.catch(() => {});
    return fetching;
  };
  void fetch(one);
  void fetch(other);
  await faunaCache.cancelFauna(one);
  expect(stateOf(one)).toMatchObject({ data: "a", fetchStatus: "idle" });
  expect(stateOf(other)?.fetchStatus).toBe("fetching");
  await faunaCache.cancelFauna();
  expect(stateOf(other)?.fetchStatus).toBe("idle");
});
