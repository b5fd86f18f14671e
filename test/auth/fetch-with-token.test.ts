import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";

import { afterEach, describe, expect, test, vi } from "vitest";

import { createTokens } from "../../src/auth/fetch-with-token";
import {
  type AuthState,
  createIdentity,
  type GetTokenOptions,
  type Identity,
  readAuthAlone,
} from "../../src/auth/identity";
import { createIdentityStore } from "../../src/auth/identity-store";
import { CLAIMS, decodeJwtPart } from "../../src/auth/jwt";
import { runRequest } from "../../src/auth/running";
import { toTokenError } from "../../src/auth/token-errors";
import { untilIdle } from "../support/idle";
import { claimsIn, makeToken } from "../support/token";

/** Rejections as Clerk's SDKs make them, told by `status` and `code` alone. */
const rejections: readonly { name: string; cause: unknown; code: string }[] = [
  { name: "status 404", cause: { status: 404 }, code: "template_not_found" },
  {
    name: "errors[0].code resource_not_found",
    cause: { errors: [{ code: "resource_not_found" }] },
    code: "template_not_found",
  },
  {
    name: "a session that was ended elsewhere",
    cause: {
      status: 404,
      errors: [{ code: "resource_not_found", longMessage: "No session was found with id sess_1" }],
    },
    code: "session_ended",
  },
  {
    name: "a missing template whose name is session",
    cause: {
      status: 404,
      errors: [
        { message: "Resource not found", longMessage: "No JWT template exists with name: session" },
      ],
    },
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
/** Equal claims make equal tokens, whenever they are made. */
const ISSUED_AT = Math.floor(Date.now() / 1000);
const TIMES = { iat: ISSUED_AT, nbf: ISSUED_AT, exp: ISSUED_AT + 60 };
const tokenOf = (userId: string, more: object = {}): string =>
  makeToken({ ...TIMES, sub: userId, sid: `sess_${userId}`, org_id: null, ...more });

const jwtOf = (claims: unknown): string => `header.${btoa(JSON.stringify(claims))}.signature-of-it`;

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
  const { fetchWithToken } = createTokens(store, timeoutMs);
  const sent: string[] = [];
  /** Sends a request that gets these statuses, the first first. */
  const send = (...statuses: number[]): Promise<Response> =>
    runRequest(store, {}, (running) =>
      fetchWithToken(running, async (token) => {
        sent.push(token);
        return new Response(null, { status: statuses.shift() ?? 200 });
      }),
    );
  return { store, state, calls, sent, send };
}

/** A token that stays the same until a refresh is forced. */
const cached = (call: number, { skipCache }: GetTokenOptions): string =>
  numbered(skipCache ? call : 0);
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
    const { calls, sent, send } = setUp(cached);
    expect((await send(401, 200)).status).toBe(200);
    expect(calls).toEqual([
      { template: "fauna" },
      { template: "fauna" },
      { template: "fauna", skipCache: true },
    ]);
    expect(sent.map(numberIn)).toEqual(["token 0", "token 3"]);
  });

  test("that is refused with a 401 forces no refresh if the issuer has another token by then", async () => {
    const { calls, sent, send } = setUp(numbered);
    await send(401, 200);
    expect(calls).toEqual([{ template: "fauna" }, { template: "fauna" }]);
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

  test("shares one forced refresh with all that are refused with the same token", async () => {
    const { calls, send } = setUp(cached);
    await Promise.all(Array.from({ length: 20 }, () => send(401, 200)));
    expect(calls.filter(({ skipCache }) => skipCache)).toHaveLength(1);
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

describe("a token that comes late", () => {
  /** Ada, whose tokens the test gives, one after another. */
  function setUpHeld(more: Partial<AuthState> = {}) {
    const waiting: ((token: string | null) => void)[] = [];
    const getToken = vi.fn(() => new Promise<string | null>((give) => waiting.push(give)));
    const state: AuthState = { identity: identityOf("ada"), template: "fauna", getToken, ...more };
    const store = createIdentityStore(state);
    const caller = new AbortController();
    const sent: string[] = [];
    const ended = runRequest(store, { signal: caller.signal }, (running) =>
      createTokens(store).fetchWithToken(running, async (token) => {
        sent.push(token);
        return new Response();
      }),
    ).catch((error: unknown) => error);
    const give = async (token: string | null): Promise<void> => {
      await vi.waitFor(() => expect(waiting).toHaveLength(1));
      waiting.shift()?.(token);
      await untilIdle();
    };
    return { store, state, caller, sent, ended, getToken, give };
  }
  const unnamed = { identity: createIdentity("loading", "fauna"), isNamedByToken: true };

  test.each([
    ["is still the same, and is sent then", "ada", ["ada"]],
    ["is somebody else, and is not sent then", "bob", []],
  ])("while the issuer changes who it is waits until it is known that it %s", async (...given) => {
    const [, next, expected] = given;
    const { store, state, sent, ended, give } = setUpHeld();
    await untilIdle();
    store.update({ ...state, identity: createIdentity("loading", "fauna") });
    await give(tokenOf("ada"));
    expect(sent).toEqual([]);
    store.update({ ...state, identity: identityOf(next) });
    await ended;
    expect(sent.map((token) => claimsIn(token)["sub"])).toEqual(expected);
  });

  test("after its request has ended names nobody", async () => {
    const { store, caller, give, ended } = setUpHeld(unnamed);
    await untilIdle();
    caller.abort(new Error("Enough."));
    await give(tokenOf("ada"));
    expect(await ended).toEqual(new Error("Enough."));
    expect(store.current().identity.status).toBe("loading");
  });

  test("and is null names nobody", async () => {
    const { store, caller, give } = setUpHeld(unnamed);
    await give(null);
    expect(store.current().identity.status).toBe("loading");
    caller.abort();
  });

  test("and is null, after its request has ended, is not asked for again", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { caller, give, getToken } = setUpHeld();
    await untilIdle();
    caller.abort();
    await give(null);
    await vi.advanceTimersByTimeAsync(5000);
    expect(getToken).toHaveBeenCalledTimes(1);
  });
});

describe("where nobody is named, as on a server that serves many", () => {
  /** A client whose `getToken` reads who is asking, as from an AsyncLocalStorage. */
  function serveMany() {
    const asking = new AsyncLocalStorage<string>();
    const forced: (string | undefined)[] = [];
    const tokens = new Map<string | undefined, number>();
    const store = createIdentityStore(
      readAuthAlone({
        async getToken({ skipCache }) {
          const user = asking.getStore();
          if (skipCache) forced.push(user);
          if (skipCache) tokens.set(user, (tokens.get(user) ?? 0) + 1);
          await Promise.resolve();
          // Not of this moment: the same token has to come twice, also when a second ends in between.
          const times = { iat: 0, nbf: 0, exp: 2 ** 31 };
          return makeToken({ sub: user, jti: String(tokens.get(user) ?? 0), ...times });
        },
      }),
    );
    const { fetchWithToken } = createTokens(store);
    /** Sends a request that is refused until its token is a refreshed one. Resolves with whose token it was. */
    const request = (user: string): Promise<unknown> =>
      asking.run(user, async () => {
        let used: unknown;
        await runRequest(store, {}, (running) =>
          fetchWithToken(running, async (token) => {
            used = claimsIn(token)["sub"];
            return new Response(null, { status: claimsIn(token)["jti"] === "0" ? 401 : 200 });
          }),
        );
        return used;
      });
    return { request, forced };
  }

  test("a refresh is not shared with another user's request", async () => {
    const { request, forced } = serveMany();
    const users = ["ada", "bob", "ada", "cyd", "bob"];
    expect(await Promise.all(users.map(request))).toEqual(users);
    expect(forced.sort()).toEqual(["ada", "bob", "cyd"]);
  });

  test.each([
    ["another user", { sub: "bob" }],
    ["another session", { sub: "ada", sid: "sess_2", org_id: "org_1" }],
    ["another organization", { sub: "ada", sid: "sess_1", org_id: "org_2" }],
    ["another organization, which tells no session", { sub: "ada", org_id: "org_2" }],
  ])("a refused request is not repeated with the token of %s", async (_, claims) => {
    let call = 0;
    const sent: string[] = [];
    const first = { sub: "ada", sid: "sess_1", org_id: "org_1" };
    const getToken = async (): Promise<string> => makeToken(call++ === 0 ? first : claims);
    const store = createIdentityStore(readAuthAlone({ getToken }));
    const { fetchWithToken } = createTokens(store);
    const request = runRequest(store, {}, (running) =>
      fetchWithToken(running, async (token) => {
        sent.push(token);
        return new Response(null, { status: 401 });
      }),
    );
    await expect(request).rejects.toMatchObject({ code: "identity_changed" });
    expect(sent).toHaveLength(1);
  });

  test.each([
    ["more", { sid: "sess_1" }, { sid: "sess_1", org_id: "org_1" }],
    ["less", { sid: "sess_1", org_id: "org_1" }, {}],
  ])(
    "a refused request is repeated with the same user's token that tells %s",
    async (_, before, now) => {
      const all = [before, now].map((claims) => makeToken({ sub: "ada", ...claims }));
      const tokens = [...all];
      const getToken = async (): Promise<string> => tokens.shift()!;
      const store = createIdentityStore(readAuthAlone({ getToken }));
      const sent: string[] = [];
      await runRequest(store, {}, (running) =>
        createTokens(store).fetchWithToken(running, async (token) => {
          sent.push(token);
          return new Response(null, { status: sent.length > 1 ? 200 : 401 });
        }),
      );
      expect(sent).toEqual(all);
    },
  );
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

  test.each<[string, (token: string) => string]>([
    ["a line break inside", (token: string) => `${token.slice(0, 9)}\n${token.slice(9)}`],
    ["a line break at its end", (token: string) => `${token}\n`],
    ["a NUL", (token: string) => `${token}\0`],
    ["a dash of a text", (token: string) => `${token}\u2013`],
    ["claims that are not base64", () => "a.%%%.c"],
    ["claims that are not JSON", () => `a.${btoa("x")}.c`],
    ["no claims", () => "a..c"],
    ...[null, "ada", 5, true, [{ sub: "ada" }], { sub: 5 }].map(
      (claims): [string, () => string] => [
        `the claims ${JSON.stringify(claims)}`,
        () => jwtOf(claims),
      ],
    ),
  ])("with %s is not sent, and not in the error", async (_, spoil) => {
    const spoilt = spoil(tokenOf("ada"));
    const { sent, send } = setUp(() => spoilt);
    const error: unknown = await send().catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "token_malformed" });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(spoilt.slice(-20));
    expect(sent).toEqual([]);
  });

  test("is refused where its claims cannot be decoded", async () => {
    vi.stubGlobal("atob", undefined);
    const { send } = setUp(numbered);
    await expect(send()).rejects.toMatchObject({ code: "token_malformed" });
  });

  test("is decoded without TextDecoder, which React Native's engine may lack", async () => {
    vi.stubGlobal("TextDecoder", undefined);
    const user = "Äda 🦦";
    expect(decodeJwtPart(makeToken({ sub: user }), CLAIMS)).toMatchObject({ sub: user });
  });

  test("is decoded once for all requests under way that get it", async () => {
    const decode = vi.fn(atob);
    vi.stubGlobal("atob", decode);
    const { sent, send } = setUp(() => numbered(0));
    await Promise.all([send(), send(), send()]);
    expect(sent).toHaveLength(3);
    expect(decode).toHaveBeenCalledOnce();
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

describe("a getToken that rejects", () => {
  test.each(rejections)("with $name is $code", async ({ cause, code }) => {
    const { send, state } = setUp(numbered);

    state.getToken = () => Promise.reject(cause);
    await expect(send()).rejects.toMatchObject({ code, cause });
  });

  test("is judged by code, not by class or name", () => {
    class ClerkOfflineError extends Error {
      override name = "ClerkOfflineError";
    }
    expect(toTokenError(new ClerkOfflineError(), "fauna").code).toBe("token_failed");
  });

  test("in an unknown way is offline when the device says so", async () => {
    vi.stubGlobal("navigator", { onLine: false });
    const { send, state } = setUp(numbered);
    state.getToken = () => Promise.reject(new Error("Failed to fetch"));
    await expect(send()).rejects.toMatchObject({ code: "offline" });
  });

  test("because its template is missing names that in the request's error", async () => {
    const { send, state } = setUp(numbered);
    state.getToken = () => Promise.reject(Object.assign(new Error("No."), { status: 404 }));
    await expect(send()).rejects.toThrow('"fauna"');
  });

  test("names the template that is missing, and where to create it", () => {
    const { message } = toTokenError({ status: 404 }, "my-template");
    expect(message).toContain('"my-template"');
    expect(message).toContain("Clerk dashboard");
  });
});
