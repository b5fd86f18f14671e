import { afterEach, describe, expect, test, vi } from "vitest";

import { createFetchWithToken, tokenFailure } from "../../src/auth/fetch-with-token";
import { createIdentity, type GetTokenOptions, type Identity } from "../../src/auth/identity";
import { createIdentityStore } from "../../src/auth/identity-store";
import { claimsIn, makeToken } from "../support/token";

/** Rejections as Clerk's SDKs make them, told by `status` and `code` alone. */
const rejections: readonly { name: string; cause: unknown; code: string }[] = [
  { name: "status 404", cause: { status: 404 }, code: "template_not_found" },
  {
    name: "errors[0].code resource_not_found",
    cause: { errors: [{ code: "resource_not_found" }] },
    code: "template_not_found",
  },
  { name: "status 401", cause: { status: 401 }, code: "session_ended" },
  { name: "status 429", cause: { status: 429 }, code: "rate_limited" },
  { name: "code clerk_offline", cause: { code: "clerk_offline" }, code: "offline" },
  { name: "status 500", cause: { status: 500 }, code: "token_failed" },
  {
    name: "code clerk_runtime_not_browser",
    cause: { code: "clerk_runtime_not_browser" },
    code: "token_failed",
  },
  { name: "an Error without a code", cause: new Error("broken"), code: "token_failed" },
  { name: "text", cause: "broken", code: "token_failed" },
  { name: "undefined", cause: undefined, code: "token_failed" },
  { name: "null", cause: null, code: "token_failed" },
  { name: "an empty list of errors", cause: { errors: [] }, code: "token_failed" },
];

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const identityOf = (userId: string, orgId: string | null = null): Identity =>
  createIdentity("signed-in", "fauna", { userId, sessionId: `sess_${userId}`, orgId });
const tokenOf = (userId: string, more: object = {}): string =>
  makeToken({ sub: userId, sid: `sess_${userId}`, org_id: null, ...more });

/** Ada, whose `getToken` returns what `issue` says for its nth call, and a way to send requests. */
function setUp(
  issue: (call: number, options: GetTokenOptions) => string | null,
  timeoutMs?: number,
) {
  const calls: GetTokenOptions[] = [];
  const getToken = async (options: GetTokenOptions): Promise<string | null> =>
    issue(calls.push(options), options);
  const state = { identity: identityOf("ada"), template: "fauna", getToken };
  const store = createIdentityStore(state);
  const fetchWithToken = createFetchWithToken(store, timeoutMs);
  const sent: string[] = [];
  /** Sends a request that gets these statuses, the first first. */
  const send = (...statuses: number[]): Promise<Response> =>
    fetchWithToken(store.requestSignal(), async (token) => {
      sent.push(token);
      return new Response(null, { status: statuses.shift() ?? 200 });
    });
  return { store, state, calls, sent, send };
}

const numbered = (call: number): string => tokenOf("ada", { jti: `token ${call}` });
const numberIn = (token: string): unknown => claimsIn(token)["jti"];

describe("a request", () => {
  test("asks for a token each time, by the name of the template", async () => {
    const { calls, sent, send } = setUp(numbered);
    await send();
    await send();
    expect(calls).toEqual([{ template: "fauna" }, { template: "fauna" }]);
    expect(sent.map(numberIn)).toEqual(["token 1", "token 2"]);
  });

  test("that is refused with a 401 is sent once more, with a token from a forced refresh", async () => {
    const { calls, sent, send } = setUp(numbered);
    expect((await send(401, 200)).status).toBe(200);
    expect(calls).toEqual([{ template: "fauna" }, { template: "fauna", skipCache: true }]);
    expect(sent.map(numberIn)).toEqual(["token 1", "token 2"]);
  });

  test("that is refused twice gets the second answer", async () => {
    const { sent, send } = setUp(numbered);
    expect((await send(401, 401, 200)).status).toBe(401);
    expect(sent).toHaveLength(2);
  });

  test.each([400, 403, 429, 500])("that is answered with %i is sent once", async (status) => {
    const { sent, send } = setUp(numbered);
    expect((await send(status)).status).toBe(status);
    expect(sent).toHaveLength(1);
  });

  test("shares one forced refresh with all that are refused at the same time", async () => {
    const { calls, send } = setUp(numbered);
    await Promise.all(Array.from({ length: 20 }, () => send(401, 200)));
    expect(calls.filter(({ skipCache }) => skipCache)).toHaveLength(1);
  });

  test("that is refused after somebody else's refresh takes the newer token of the cache", async () => {
    const { calls, store } = setUp(numbered);
    let answer = (): void => {};
    const slow = new Promise<void>((resolve) => (answer = resolve));
    const fetchSlowly = createFetchWithToken(store);
    let attempts = 0;
    const late = fetchSlowly(store.requestSignal(), async () => {
      if (attempts++ > 0) return new Response();
      await slow;
      return new Response(null, { status: 401 });
    });
    await fetchSlowly(store.requestSignal(), async () => new Response(null, { status: 401 }));
    const before = calls.length;
    answer();
    await late;
    expect(calls.slice(before)).toEqual([{ template: "fauna" }]);
  });

  test("of an identity that has ended is not sent", async () => {
    const { sent, send, store, state } = setUp(numbered);
    const request = send();
    store.update({ ...state, identity: identityOf("bob") });
    await expect(request).rejects.toMatchObject({ code: "identity_changed" });
    expect(sent).toEqual([]);
  });

  test("waits while the issuer is loading", async () => {
    const { calls, sent, send, store, state } = setUp(numbered);
    store.update({ ...state, identity: createIdentity("loading", "fauna", state.identity) });
    const request = send();
    await Promise.resolve();
    expect(calls).toEqual([]);
    store.update(state);
    await request;
    expect(sent).toHaveLength(1);
  });
});

describe("a token", () => {
  test.each([
    ["another user", tokenOf("bob")],
    ["another session", tokenOf("ada", { sid: "sess_other" })],
    ["another organization", tokenOf("ada", { org_id: "org_1" })],
  ])("of %s is never sent", async (_, other) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { sent, send } = setUp(() => other);
    const request = expect(send()).rejects.toMatchObject({ code: "token_mismatch" });
    await vi.advanceTimersByTimeAsync(5000);
    await request;
    expect(sent).toEqual([]);
  });

  test("that Clerk has cached for the previous organization is replaced by a forced refresh", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { sent, send } = setUp((call, { skipCache }) =>
      skipCache ? numbered(call) : tokenOf("ada", { org_id: "org_before" }),
    );
    const request = send();
    await vi.advanceTimersByTimeAsync(5000);
    await request;
    expect(sent).toHaveLength(1);
  });

  test("may be the secret of a key, which does not say whose it is", async () => {
    const { sent, send } = setUp(() => "fnSecret");
    await send();
    expect(sent).toEqual(["fnSecret"]);
  });

  test("that is null is asked for again, and is missing after a while", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { calls, send } = setUp(() => null);
    const request = expect(send()).rejects.toMatchObject({ code: "token_missing" });
    await vi.advanceTimersByTimeAsync(5000);
    await request;
    expect(calls).toHaveLength(4);
  });

  test("that never comes is an error when the time is over", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { send, state } = setUp(numbered, 3000);
    state.getToken = () => new Promise(() => {});
    const request = expect(send()).rejects.toMatchObject({ code: "token_timeout" });
    await vi.advanceTimersByTimeAsync(3000);
    await request;
  });
});

describe("tokenFailure", () => {
  test.each(rejections)("takes $name for $code", ({ cause, code }) => {
    expect(tokenFailure(cause, "fauna").code).toBe(code);
  });

  test.each(rejections)("keeps $name as the cause", ({ cause }) => {
    expect(tokenFailure(cause, "fauna").cause).toBe(cause);
  });

  test("judges by code, not by class or name", () => {
    class ClerkOfflineError extends Error {
      override name = "ClerkOfflineError";
    }
    expect(tokenFailure(new ClerkOfflineError(), "fauna").code).toBe("token_failed");
  });

  test("takes an unknown failure for offline when the device says so", () => {
    vi.stubGlobal("navigator", { onLine: false });
    expect(tokenFailure(new Error("Failed to fetch"), "fauna").code).toBe("offline");
  });

  test("names the template that is missing, and where to create it", () => {
    const { message } = tokenFailure({ status: 404 }, "my-template");
    expect(message).toContain('"my-template"');
    expect(message).toContain("Clerk dashboard");
  });
});
