// What happens while no token comes: how long requests wait for it, and with which error they end.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import {
  afterTimeout,
  belongsTo,
  createTokens,
  isOffline,
  MAX_TIMEOUT_MS,
  withTokenTimeout,
} from "../../src/auth/fetch-with-token";
import { createIdentity, type GetToken, type GetTokenOptions } from "../../src/auth/identity";
import { createIdentityStore } from "../../src/auth/identity-store";
import { runRequest } from "../../src/auth/running";
// Loaded on demand, which takes time in which nothing seems to happen.
import "../../src/auth/refresh";
import "../../src/auth/token-errors";
import "../../src/auth/token-identity";
import { untilIdle } from "../support/idle";
import { makeToken } from "../support/token";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const never = new Promise<never>(() => {});
const ada = createIdentity("signed-in", "fauna", { userId: "ada" });
const unnamed = createIdentity("loading", "fauna");
const goOffline = (): void => void vi.stubGlobal("navigator", { onLine: false });

function setUp(getToken: GetToken, { identity = ada, timeoutMs = 10_000 } = {}) {
  const calls: GetTokenOptions[] = [];
  const store = createIdentityStore({
    identity,
    template: "fauna",
    isNamedByToken: identity === unnamed,
    getToken(options) {
      calls.push(options);
      return getToken(options);
    },
  });
  const tokens = createTokens(store, timeoutMs);
  const send = (status = 200): Promise<Response> =>
    runRequest(store, {}, (running) =>
      tokens.fetchWithToken(running, async () => new Response("", { status })),
    );
  return { ...tokens, calls, store, send };
}

describe("a time limit for tokens", () => {
  test("is ten seconds unless the app has another one, and its error says what to do", async () => {
    const failure = expect(withTokenTimeout(undefined, never)).rejects.toMatchObject({
      code: "token_timeout",
      message: expect.stringContaining(
        "No token within 10000 ms. Check that Clerk can load, or raise tokenTimeout.",
      ) as string,
      mayPass: true,
    });
    await vi.advanceTimersByTimeAsync(9_999);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await failure;
  });

  test.each([Infinity, 2 ** 40])("of %d ms is the longest that timers know", (timeoutMs) => {
    const onLate = vi.fn();
    afterTimeout(timeoutMs, onLate);
    vi.advanceTimersByTime(MAX_TIMEOUT_MS - 1);
    expect(onLate).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onLate).toHaveBeenCalledOnce();
  });

  test.each([
    ["come", () => Promise.resolve("token")],
    ["failed", () => Promise.reject(new Error("No."))],
  ])("leaves no timer once the token has %s", async (_, work) => {
    await withTokenTimeout<unknown>(1000, work()).catch(() => {});
    await Promise.resolve();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a token that is missing", () => {
  test("is asked for again at once, after 0.1, 0.3 and 0.9 s: the issuer may be changing users", async () => {
    const { calls, send } = setUp(async () => null);
    const failure = expect(send()).rejects.toMatchObject({ code: "token_missing" });
    await untilIdle();
    const counts = [calls.length];
    for (const wait of [99, 1, 299, 1, 899, 1]) {
      await vi.advanceTimersByTimeAsync(wait);
      counts.push(calls.length);
    }
    expect(counts).toEqual([1, 1, 2, 2, 3, 3, 4]);
    await failure;
  });

  test("is no reason to force a refresh", async () => {
    const { calls, send } = setUp(async () => null);
    const failure = expect(send()).rejects.toMatchObject({ code: "token_missing" });
    await vi.advanceTimersByTimeAsync(5000);
    await failure;
    expect(calls).not.toContainEqual(expect.objectContaining({ skipCache: true }));
  });

  test("comes from being offline if the device is, and may pass", async () => {
    goOffline();
    const { send } = setUp(async () => null);
    const failure = expect(send()).rejects.toMatchObject({ code: "offline", mayPass: true });
    await vi.advanceTimersByTimeAsync(5000);
    await failure;
  });
});

test.each([
  ["the device says so", undefined, false, true],
  ["Clerk says so", { code: "clerk_offline" }, true, true],
  ["Clerk has another failure", { code: "clerk_runtime" }, true, false],
  ["nobody says so", null, true, false],
])("it is offline when %s", (_, failure, onLine, isIt) => {
  vi.stubGlobal("navigator", { onLine });
  expect(isOffline(failure)).toBe(isIt);
});

test("it is not offline where nobody knows, as in Node", () => {
  vi.stubGlobal("navigator", undefined);
  expect(isOffline()).toBe(false);
});

test("a refused answer is not read on", async () => {
  const cancel = vi.fn();
  const store = createIdentityStore({
    identity: ada,
    template: "fauna",
    getToken: async () => makeToken({ sub: "ada" }),
  });
  let sent = 0;
  await runRequest(store, {}, (running) =>
    createTokens(store).fetchWithToken(running, async () =>
      sent++ ? new Response("") : new Response(new ReadableStream({ cancel }), { status: 401 }),
    ),
  );
  expect(cancel).toHaveBeenCalledOnce();
});

test.each([
  ["somebody who has no name", null, { sub: "bob" }, true],
  ["the same user", "ada", { sub: "ada" }, true],
  ["another user", "ada", { sub: "bob" }, false],
  ["a key, which does not say whose it is", "ada", undefined, true],
])("a token may be that of %s: %o", (_, userId, claims, isOwn) => {
  const identity = createIdentity("signed-in", "fauna", { userId });
  expect(belongsTo(identity, { text: "token", claims })).toBe(isOwn);
});

describe("what the issuer gives now", () => {
  const bobs = makeToken({ sub: "bob" });

  test.each([
    ["none", null, undefined],
    ["none", "", undefined],
    ["that of anybody", bobs, bobs],
  ])("is told whosever it is, once: %s", async (_, token, text) => {
    const { calls, callGetToken } = setUp(async () => token);
    expect((await callGetToken())?.text).toBe(text);
    expect((await callGetToken(true))?.text).toBe(text);
    expect(calls).toEqual([{ template: "fauna" }, { template: "fauna", skipCache: true }]);
  });

  test("is refused if it is no token", async () => {
    const { callGetToken } = setUp(async () => "a\nb");
    await expect(callGetToken()).rejects.toMatchObject({ code: "token_malformed" });
  });

  test("is an error if the issuer has one: offline before all others, with its cause", async () => {
    const cause = { status: 429 };
    const { callGetToken } = setUp(() => Promise.reject(cause as unknown as Error));
    await expect(callGetToken()).rejects.toMatchObject({ code: "rate_limited", cause });
    goOffline();
    await expect(callGetToken()).rejects.toMatchObject({ code: "offline", cause, mayPass: true });
  });
});

describe("who is signed in, where only tokens tell it,", () => {
  test("is asked for without a request", async () => {
    const { identify, calls, store } = setUp(async () => makeToken({ sub: "ada" }), {
      identity: unnamed,
    });
    await identify();
    expect(store.current().identity.userId).toBe("ada");
    expect(store.current().isNamed).toBe(true);
    await identify();
    expect(calls).toHaveLength(1);
  });

  test("is somebody without a name if no token comes", async () => {
    const { identify, store } = setUp(() => Promise.reject(new Error("No.")), {
      identity: unnamed,
    });
    await identify();
    const { identity, isNamed } = store.current();
    expect(identity).toMatchObject({ status: "signed-in", userId: null });
    expect(isNamed).toBe(false);
  });

  test("stays whoever it has become while no token came", async () => {
    let fail!: (error: Error) => void;
    const { identify, store } = setUp(() => new Promise((_, reject) => (fail = reject)), {
      identity: unnamed,
    });
    const identified = identify();
    await vi.waitFor(() => expect(fail).toBeDefined());
    store.name(ada);
    fail(new Error("No."));
    await identified;
    expect(store.current().identity).toBe(ada);
  });
});
