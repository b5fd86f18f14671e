import { fql } from "fauna";
import { beforeEach, describe, expect, test, vi } from "vitest";

import { recordOf } from "../../src/cache/query-record";
import { firstStatus } from "../../src/live/live-info";
import { liveStatusOf } from "../../src/live/live-query";
import { signedIn } from "../support/signed-in";
import { setUpFollowing } from "../support/query-follower";

// How long a live query goes on, and who takes it over.

const set = fql`User.all()`;

type Following = ReturnType<typeof setUpFollowing>;
let { pass, server, cache, followed, follow, cachedQuery } = {} as Following;
beforeEach(() => {
  ({ pass, server, cache, followed, follow, cachedQuery } = setUpFollowing());
});

test("data is fresh while a live query that is not off follows it, among several, too", async () => {
  const isFresh = (): boolean | undefined => recordOf(cachedQuery().queryKey).fresh?.isFresh();
  const { leave } = follow();
  await pass();
  expect(isFresh()).toBe(true);
  followed[0]?.onStatus(firstStatus("idle"));
  expect(isFresh()).toBe(false);
  const other = follow({ options: { on: set } });
  await pass();
  expect(isFresh()).toBe(true);
  other.leave();
  await pass();
  followed[0]?.onStatus(firstStatus("loading"));
  leave();
  await pass();
  expect(isFresh()).toBe(false);
});

describe("the end of the identity in a provider", () => {
  test("ends what that has connected; those below others that show it go on", async () => {
    const [one, two] = [server.connect(), server.connect()];
    const [own, other] = [follow({ connection: one }), follow({ connection: two })];
    await pass();
    expect(followed).toHaveLength(1);
    one.identityStore.update(signedIn("bob"));
    await pass();
    expect([followed.length, followed[0]?.lifetime.aborted]).toEqual([2, true]);
    expect(followed[1]?.scope.connection).toBe(two);
    followed[1]?.notify();
    expect(other.listener.mock.calls.length - own.listener.mock.calls.length).toBe(1);
    other.leave();
    await pass();
    expect(followed[1]?.lifetime.aborted).toBe(true);
  });

  test("because its last component is gone is no reason for that to connect it again", async () => {
    const [one, two] = [server.connect(), server.connect()];
    const own = follow({ connection: one });
    follow({ connection: two });
    await pass();
    one.identityStore.retain()();
    await pass();
    expect(followed.map(({ scope }) => scope.connection)).toEqual([one, two]);
    const { length } = own.listener.mock.calls;
    followed[1]?.notify();
    expect(own.listener.mock.calls).toHaveLength(length);
  });

  test("is waited for no longer once nobody follows", async () => {
    const connection = server.connect();
    const untrack = vi.fn();
    vi.spyOn(connection.identityStore, "track").mockReturnValue(untrack);
    const { leave } = follow({ connection });
    await pass();
    untrack.mockClear();
    leave();
    await pass();
    expect(untrack).toHaveBeenCalledOnce();
  });

  test("is none for those for whom it has ended, too", async () => {
    const [one, two] = [server.connect(), server.connect()];
    for (const connection of [one, two]) follow({ connection });
    await pass();
    const build = vi.spyOn(cache.getQueryCache(), "build");
    two.identityStore.update(signedIn("bob"));
    one.identityStore.update(signedIn("bob"));
    await pass();
    expect([followed.length, build.mock.calls.length]).toEqual([1, 0]);
  });

  test("before anybody follows lets nothing begin", async () => {
    const connection = server.connect();
    const { identity } = connection.identityStore.current();
    const scope = { connection, identity, cache };
    connection.identityStore.update(signedIn("bob"));
    follow({ connection, scope });
    await pass();
    expect([followed, liveStatusOf(cachedQuery(), "")?.live]).toEqual([[], "connecting"]);
    expect(recordOf(cachedQuery().queryKey).fresh?.isFresh()).toBe(false);
  });
});

test("a query that nobody follows has no status", () => {
  cache.getQueryCache().build(cache, { queryKey: ["alone"] });
  expect(liveStatusOf(cachedQuery(), "")).toBeUndefined();
});
