import { onlineManager, useMutation, useMutationState } from "@tanstack/react-query";
import { act, screen, waitFor } from "@testing-library/react";
import {
  type FaunaAuth,
  faunaMutationOptions,
  isMaybeApplied,
  useFaunaAuth,
  useFaunaClient,
} from "fauna-clerk";
import { afterEach, describe, expect, test } from "vitest";

import { ownerIn } from "../support/fake-answers";
import { ada, bob, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { identityChanges } from "../support/identity-changes";
import { untilIdle } from "../support/idle";
import { add, isRead, isWrite, serveList } from "../support/list-server";
import { modes, type Mode } from "../support/modes";
import { renderFauna } from "../support/render-fauna";
import { List, optimistic, type Write, type WriteOptions, Writer } from "../support/writer";

afterEach(() => onlineManager.setOnline(true));

/** Renders a writer and keeps what it showed in each render. */
async function setUp(options?: WriteOptions, wrap?: Mode["wrap"]) {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const server = serveList(fauna, "first");
  const frames: { to: FaunaAuth; shows: unknown[] }[] = [];
  let write!: Write;
  function Recorded() {
    const to = useFaunaAuth();
    const record = (given: Write): void => {
      write = given;
      const { variables, data, error } = given;
      frames.push({ to, shows: [variables, data, error].filter((value) => value != null) });
    };
    return <Writer to={record} {...(options && { options })} />;
  }
  const children = [<List key="list" />, <Recorded key="writer" />];
  const app = renderFauna(children, { clerk, fauna, wrap });
  await screen.findByText("first");
  return { fauna, server, clerk, app, frames, write: () => write };
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe.each(modes)("$mode", ({ wrap }) => {
  test("offline a write waits, and is sent once online with a token fetched then", async () => {
    const { fauna, clerk, server, write } = await setUp(undefined, wrap);
    onlineManager.setOnline(false);
    const answer = write().mutateAsync("second");
    await screen.findByText("paused second");
    const tokens = clerk.getToken.mock.calls.length;
    const fresh = clerk.mint({}, { jti: "fresh" });
    clerk.getToken.mockResolvedValueOnce(fresh);
    onlineManager.setOnline(true);
    await answer;
    expect(clerk.getToken.mock.calls.length).toBeGreaterThan(tokens);
    expect(fauna.requests.find(isWrite)?.token).toBe(fresh);
    expect(server.titles).toEqual(["first", "second"]);
  });

  test("writes that waited are sent in order", async () => {
    const { fauna, server, write } = await setUp(undefined, wrap);
    onlineManager.setOnline(false);
    const answers = ["a", "b", "c"].map((title) => write().mutateAsync(title));
    await screen.findByText("paused c");
    onlineManager.setOnline(true);
    await Promise.all(answers);
    expect(server.titles).toEqual(["first", "a", "b", "c"]);
    expect(fauna.requests.filter(isWrite)).toHaveLength(3);
  });

  test("a write that waited is not sent after another user has signed in; its caller gets an error", async () => {
    const { fauna, server, clerk, write } = await setUp(undefined, wrap);
    onlineManager.setOnline(false);
    const failure = failureOf(write().mutateAsync("second"));
    await screen.findByText("paused second");
    clerk.become(bob);
    await screen.findByText("idle");
    onlineManager.setOnline(true);
    expect(await failure).toMatchObject({ code: "identity_changed" });
    expect(isMaybeApplied(await failure)).toBe(false);
    expect(server.titles).toEqual(["first"]);
    expect(fauna.requests.filter(isWrite)).toEqual([]);
  });

  test.each(identityChanges.filter(({ template }) => template === undefined))(
    "no render after $change shows the write of the identity before",
    async ({ who }) => {
      const { clerk, frames, write } = await setUp(undefined, wrap);
      await write().mutateAsync("second");
      await screen.findByText("success second second");
      clerk.become(who);
      await screen.findByText("idle");
      const [first] = frames;
      const later = frames.slice(frames.findIndex(({ to }) => to !== first?.to));
      expect(later.length).toBeLessThan(frames.length);
      expect(later.flatMap(({ shows }) => shows)).toEqual([]);
    },
  );
});

test("the options' onError is called for a write that waited and was dropped", async () => {
  const told: unknown[] = [];
  const { clerk, write } = await setUp({ onError: (error) => void told.push(error) });
  onlineManager.setOnline(false);
  write().mutate("second");
  await screen.findByText("paused second");
  clerk.become(null);
  onlineManager.setOnline(true);
  await waitFor(() => expect(told).toMatchObject([{ code: "identity_changed" }]));
});

test("a write that waited is dropped even if its user comes back before the network does", async () => {
  const { fauna, clerk, write } = await setUp();
  onlineManager.setOnline(false);
  const failure = failureOf(write().mutateAsync("second"));
  await screen.findByText("paused second");
  clerk.become(bob);
  await screen.findByText("idle");
  clerk.become(ada);
  onlineManager.setOnline(true);
  expect(await failure).toMatchObject({ code: "identity_changed" });
  expect(fauna.requests.filter(isWrite)).toEqual([]);
});

test("a write that is running when its user leaves rejects, marked, and nothing of it is kept", async () => {
  const { fauna, app, clerk, write } = await setUp();
  const hold = fauna.hold(isWrite);
  const failure = failureOf(write().mutateAsync("second"));
  await hold.reached();
  clerk.become(bob);
  expect(await failure).toMatchObject({ code: "identity_changed", maybeApplied: true });
  await waitFor(() => expect(app.cache.getMutationCache().getAll()).toEqual([]));
});

test("a write that had no token yet when its user left rejects unmarked", async () => {
  const { fauna, clerk, write } = await setUp();
  clerk.getToken.mockReturnValueOnce(new Promise(() => undefined));
  const failure = failureOf(write().mutateAsync("second"));
  clerk.become(bob);
  expect(await failure).toMatchObject({ code: "identity_changed" });
  expect(isMaybeApplied(await failure)).toBe(false);
  expect(fauna.requests.filter(isWrite)).toEqual([]);
});

test("a write that waits for another of its scope is not sent for the next user, whose writes need not wait", async () => {
  const { fauna, clerk, write } = await setUp({ scope: { id: "one by one" } });
  const hold = fauna.hold(isWrite);
  const [running, waiting] = ["running", "waiting"].map((title) =>
    failureOf(write().mutateAsync(title)),
  );
  await hold.reached();
  clerk.become(bob);
  hold.release();
  expect(await running).toMatchObject({ code: "identity_changed", maybeApplied: true });
  const error = await waiting;
  expect(error).toMatchObject({ code: "identity_changed" });
  expect(isMaybeApplied(error)).toBe(false);
  expect(await write().mutateAsync("bobs")).toBe("bobs");
  expect(fauna.requests.some(({ body }) => body.includes("waiting"))).toBe(false);
});

test("marking one error leaves those of other requests unmarked", async () => {
  const { fauna, clerk, write } = await setUp();
  const hold = fauna.hold(isWrite);
  const sent = failureOf(write().mutateAsync("sent"));
  await hold.reached();
  clerk.getToken.mockReturnValueOnce(new Promise(() => undefined));
  const unsent = failureOf(write().mutateAsync("unsent"));
  clerk.become(bob);
  expect(isMaybeApplied(await sent)).toBe(true);
  expect(isMaybeApplied(await unsent)).toBe(false);
});

test("finished writes leave the mutation cache with their user", async () => {
  const { app, clerk, write } = await setUp();
  await write().mutateAsync("second");
  expect(app.cache.getMutationCache().getAll()).toHaveLength(1);
  clerk.become(bob);
  expect(app.cache.getMutationCache().getAll()).toEqual([]);
});

test("an optimistic update is not shown to the next user, and its rollback restores no data", async () => {
  const { fauna, app, clerk, write } = await setUp({ optimistic });
  onlineManager.setOnline(false);
  const failure = failureOf(write().mutateAsync("second"));
  await screen.findByText("first, second");
  clerk.become(bob);
  await screen.findByText("loading");
  onlineManager.setOnline(true);
  expect(await failure).toMatchObject({ code: "identity_changed" });
  await screen.findByText("first");
  expect(fauna.requests.filter(isRead).at(-1)?.claims["sub"]).toBe("bob");
  const keys = app.cache.getQueryCache().getAll();
  expect(keys.filter(({ queryHash }) => queryHash.includes("sess_ada"))).toEqual([]);
});

test("a flicker of Clerk's loading does not end a write", async () => {
  const { fauna, clerk, write } = await setUp();
  const hold = fauna.hold(isWrite);
  const answer = write().mutateAsync("second");
  await hold.reached();
  clerk.unload();
  clerk.load();
  hold.release();
  await expect(answer).resolves.toBe("second");
  expect(ownerIn(fauna.requests.find(isWrite)!.claims)).toContain("ada");
});

describe("TanStack's own hooks", () => {
  /** Renders them, and keeps what each render showed to whom. */
  async function setUpTanStack(first: Parameters<typeof createFakeClerk>[0] = ada) {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(first)];
    serveList(fauna);
    const frames: { to: string | null; shows: unknown[] }[] = [];
    let write!: { mutateAsync: (title: string) => Promise<unknown> };
    function Own() {
      const auth = useFaunaAuth();
      const options = faunaMutationOptions({ client: useFaunaClient(), auth }, add, {
        scope: { id: "one" },
      });
      const mutation = useMutation(options);
      write = mutation;
      const { data, variables, error } = mutation;
      frames.push({ to: auth.userId, shows: [data, variables, error] });
      return null;
    }
    function Every() {
      const { userId } = useFaunaAuth();
      frames.push({ to: userId, shows: useMutationState({ select: ({ state }) => state }) });
      return null;
    }
    const app = renderFauna([<Own key="own" />, <Every key="every" />], { clerk, fauna });
    const shownTo = (who: string | null): string =>
      JSON.stringify(frames.filter(({ to }) => to === who).map(({ shows }) => shows));
    return { fauna, clerk, app, shownTo, write: () => write };
  }

  test("show no frame of the next user what the user before wrote, or got back", async () => {
    const { clerk, app, shownTo, write } = await setUpTanStack();
    await act(() => write().mutateAsync("adas secret"));
    await waitFor(() => expect(shownTo("ada")).toContain("secret"));
    clerk.become(bob);
    await untilIdle();
    expect(shownTo("bob")).not.toContain("secret");
    expect(app.cache.getMutationCache().getAll()).toEqual([]);
  });

  test.each(["sent", "paused"])(
    "show no frame of the next user a write that was %s; its caller gets an error",
    async (how) => {
      const { fauna, clerk, app, shownTo, write } = await setUpTanStack();
      const hold = fauna.hold(isWrite);
      if (how === "paused") onlineManager.setOnline(false);
      const failures = ["adas secret", "second secret"].map((title) =>
        failureOf(write().mutateAsync(title)),
      );
      await (how === "sent" ? hold.reached() : untilIdle());
      clerk.become(bob);
      expect(app.cache.getMutationCache().getAll()).toEqual([]);
      await untilIdle();
      onlineManager.setOnline(true);
      for (const failure of failures)
        expect(await failure).toMatchObject({ code: "identity_changed" });
      expect(shownTo("bob")).not.toContain("secret");
    },
  );

  test("show a user's own writes that were called before Clerk was there, and nobody else's", async () => {
    const { clerk, app, shownTo, write } = await setUpTanStack(undefined);
    const done = write().mutateAsync("adas secret");
    clerk.become(ada);
    await act(() => done);
    await waitFor(() => expect(shownTo("ada")).toContain("secret"));
    clerk.become(bob);
    await untilIdle();
    expect(shownTo("bob")).not.toContain("secret");
    expect(app.cache.getMutationCache().getAll()).toEqual([]);
  });
});

test("a write that was called before Clerk was there leaves the cache with its user, even if its component left", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(undefined)];
  serveList(fauna);
  let write!: Write;
  const app = renderFauna(<Writer to={(given) => (write = given)} />, { clerk, fauna });
  const done = write.mutateAsync("adas secret");
  app.update(null);
  clerk.become(ada);
  await done;
  clerk.become(bob);
  expect(app.cache.getMutationCache().getAll()).toEqual([]);
});
