import { MutationObserver, QueryClient } from "@tanstack/react-query";
import { fql } from "fauna";
import { describe, expect, test, vi } from "vitest";

import { identityKey } from "../../src/cache/keys";
import { buildMutationOptions } from "../../src/cache/mutation-options";
import { layersCode } from "../../src/cache/write";
import { isMaybeApplied } from "../../src/errors";
import { failure } from "../support/fake-answers";
import { startFakeFauna } from "../support/fake-fauna";
import { pausedMutation } from "../support/paused-mutation";
import { connect, nobodyYet, signedIn } from "../support/signed-in";
import { makeToken } from "../support/token";

const ada = signedIn("ada");
const build = (title: string) => fql`add(${title})`;

async function setUp(state = ada) {
  const fauna = await startFakeFauna();
  const connection = connect(state, { endpoint: fauna.url });
  const cache = new QueryClient();
  const owner = identityKey(connection, state.identity);
  const options = (given?: object) =>
    buildMutationOptions(connection, state.identity, build, given);
  const write = (given?: object, to = cache) =>
    new MutationObserver(to, options(given) as object as { mutationFn: never }).mutate(
      "x" as never,
    );
  return { fauna, connection, cache, owner, options, write };
}

/** What the app is called with by a default of each kind. */
function defaultsIn(cache: QueryClient, owner: readonly unknown[]) {
  const called: string[] = [];
  const say = (name: string) => ({ onSuccess: () => void called.push(name) });
  cache.setDefaultOptions({ mutations: say("all") });
  cache.setMutationDefaults(owner, say("owner"));
  cache.setMutationDefaults(["app"], say("key"));
  return called;
}

describe("an app's defaults", () => {
  test.each<[string, object | undefined, string]>([
    ["of the user's writes come before those of all", undefined, "owner"],
    ["of its own key come before those of the user's writes", { mutationKey: ["app"] }, "key"],
    ["of another key do not count", { mutationKey: ["other"] }, "owner"],
  ])("%s", async (_, given, expected) => {
    const { connection, cache, owner, write } = await setUp();
    const called = defaultsIn(cache, owner);
    connection.cache = cache;
    await write(given);
    expect(called).toEqual([expected]);
  });

  test("come after the options of the write itself", async () => {
    const { connection, cache, owner, write } = await setUp();
    const called = defaultsIn(cache, owner);
    connection.cache = cache;
    const onSuccess = vi.fn();
    await write({ onSuccess });
    expect(called).toEqual([]);
    expect(onSuccess).toHaveBeenCalledTimes(1);
  });

  test("are those of the cache that the write is made in, also without a provider", async () => {
    const { connection, cache, owner, write } = await setUp();
    connection.cache = new QueryClient();
    const called = defaultsIn(cache, owner);
    await write();
    expect(called).toEqual(["owner"]);
  });

  test("that are options of ours do as the app gave them", async () => {
    const { fauna, connection, cache, options, write, owner } = await setUp();
    connection.cache = cache;
    const onSuccess = vi.fn();
    const request = { query_timeout_ms: 1234 };
    cache.setMutationDefaults(owner, options({ onSuccess, request }) as object);
    await write();
    expect(onSuccess).toHaveBeenCalledTimes(1);
    expect(fauna.requests[0]?.headers["x-query-timeout-ms"]).toBe("1234");
  });
});

describe("a write", () => {
  test("names its owner, but not while nobody is known", async () => {
    const { options, owner } = await setUp();
    expect(options().mutationKey).toEqual(owner);
    expect(options({ mutationKey: ["app"] })).toMatchObject({
      mutationKey: ["app"],
      meta: { fauna: owner },
    });
    const { options: optionsOfNobody } = await setUp(nobodyYet);
    expect(optionsOfNobody()).not.toHaveProperty("mutationKey");
  });

  test("has the request's own options", async () => {
    const { fauna, write } = await setUp();
    await write({ request: { query_timeout_ms: 1234 } });
    expect(fauna.requests[0]?.headers["x-query-timeout-ms"]).toBe("1234");
  });

  test("is watched in its cache: nobody else sees it there", async () => {
    const { connection, cache, write } = await setUp();
    await write();
    expect(cache.getMutationCache().getAll()).toHaveLength(1);
    connection.identityStore.update(signedIn("bob"));
    expect(cache.getMutationCache().getAll()).toEqual([]);
  });

  /** A write of ada's as a persister brings it back. */
  const restore = (cache: QueryClient, owner: readonly unknown[]) =>
    cache.getMutationCache().build(cache, { mutationKey: owner }, pausedMutation);

  test("of another user that is brought back leaves a provider's cache as soon as there are options", async () => {
    const { connection, cache, owner, options } = await setUp();
    connection.cache = cache;
    connection.identityStore.update(signedIn("bob"));
    options();
    restore(cache, owner);
    expect(cache.getMutationCache().getAll()).toEqual([]);
  });

  test("of another user that was brought back leaves when a persister says so", async () => {
    const { connection, cache, owner, options } = await setUp();
    options();
    restore(cache, owner);
    connection.identityStore.update(signedIn("bob"));
    expect(cache.getMutationCache().getAll()).toHaveLength(1);
    connection.keepMutationsOwn?.(cache, true);
    expect(cache.getMutationCache().getAll()).toEqual([]);
  });

  test("that was sent and may have been applied says so; one that was not sent does not", async () => {
    const { fauna, write } = await setUp();
    fauna.respond = (request) => failure(request, 503, "time_out");
    const sent: unknown = await write({ retry: false }).catch((error: unknown) => error);
    expect(isMaybeApplied(sent)).toBe(true);
    const other = await setUp({ ...ada, getToken: () => Promise.reject(new Error("No.")) });
    const unsent: unknown = await other.write({ retry: false }).catch((error: unknown) => error);
    expect(isMaybeApplied(unsent)).toBe(false);
    expect(other.fauna.requests).toEqual([]);
  });

  test("whose user leaves before it is sent was certainly not applied", async () => {
    let give!: (token: string) => void;
    const getToken = vi.fn(() => new Promise<string>((resolve) => (give = resolve)));
    const { fauna, connection, write } = await setUp({ ...ada, getToken });
    const failed = write().catch((error: unknown) => error);
    await vi.waitFor(() => expect(getToken).toHaveBeenCalled());
    connection.identityStore.update(signedIn("bob"));
    give(makeToken({ sub: "ada" }));
    const error = await failed;
    expect(error).toMatchObject({ code: "identity_changed" });
    expect(isMaybeApplied(error)).toBe(false);
    expect(fauna.requests).toEqual([]);
  });

  test.each([
    [400, "constraint_failure", false],
    [503, "time_out", true],
  ])(
    "that fails with %i makes data stale only if it may have been applied",
    async (status, code, isStale) => {
      const { fauna, cache, owner, write } = await setUp();
      const queryKey = [...owner, "v10", "list"];
      cache.setQueryData(queryKey, "data");
      fauna.respond = (request) => failure(request, status, code);
      await write({ retry: false }).catch(() => {});
      expect(cache.getQueryState(queryKey)?.isInvalidated).toBe(isStale);
    },
  );

  test("goes on when its provider leaves, as when the page hides it", async () => {
    const { fauna, connection, write } = await setUp();
    const hold = fauna.hold();
    const writing = write();
    await hold.reached();
    connection.identityStore.retain()();
    await Promise.resolve();
    hold.release();
    await expect(writing).resolves.toContain("ada");
  });

  test("loads what shows its updates as soon as it may have some, and not otherwise", async () => {
    const { options } = await setUp();
    const load = vi.spyOn(layersCode, "load");
    const before = layersCode.loading;
    layersCode.loading = undefined;
    options();
    expect(load).not.toHaveBeenCalled();
    options({ optimistic: () => {} });
    expect(load).toHaveBeenCalledTimes(1);
    await layersCode.loading;
    load.mockRestore();
    layersCode.loading = before;
  });
});
