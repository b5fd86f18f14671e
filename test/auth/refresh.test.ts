import { expect, test } from "vitest";

import { createTokens } from "../../src/auth/fetch-with-token";
import { createIdentity } from "../../src/auth/identity";
import { createIdentityStore } from "../../src/auth/identity-store";
import { runRequest, type RequestScope } from "../../src/auth/running";
// Loaded on demand, which takes time in which nothing seems to happen.
import "../../src/auth/refresh";
import "../../src/auth/token-errors";
import { untilIdle } from "../support/idle";
import { claimsIn, makeToken } from "../support/token";

/** The same token may be made twice. */
const TIMES = { iat: 0, nbf: 0, exp: 2 ** 31 };
const OLD = makeToken({ sub: "ada", jti: "old" });
const NEW = makeToken({ sub: "ada", jti: "new" });

test("of whom the app names, a refused request is repeated with the token of another session", async () => {
  const store = createIdentityStore({
    identity: createIdentity("signed-in", "fauna", { userId: "ada" }),
    template: "fauna",
    getToken: async ({ skipCache }) =>
      makeToken({ sub: "ada", jti: "one", sid: skipCache ? "sess_2" : "sess_1", ...TIMES }),
  });
  const sent: string[] = [];
  await runRequest(store, {}, (running) =>
    createTokens(store).fetchWithToken(running, async (token) => {
      return new Response("", { status: sent.push(token) > 1 ? 200 : 401 });
    }),
  );
  expect(sent.map((token) => claimsIn(token)["sid"])).toEqual(["sess_1", "sess_2"]);
});

/** Ada, whose old token is refused until a refresh, which the test answers. */
function setUp() {
  const answers: { give: (token: string) => void; fail: (error: Error) => void }[] = [];
  const store = createIdentityStore({
    identity: createIdentity("signed-in", "fauna", { userId: "ada" }),
    template: "fauna",
    async getToken({ skipCache }) {
      if (!skipCache) return OLD;
      return new Promise((give, fail) => answers.push({ give, fail }));
    },
  });
  const { fetchWithToken } = createTokens(store);
  const send = (scope: RequestScope = {}): Promise<Response> =>
    runRequest(store, scope, (running) =>
      fetchWithToken(running, async (token) => {
        return new Response("", { status: token === OLD ? 401 : 200 });
      }),
    );
  return { answers, store, send };
}

test("a refresh goes on for the others when the request ends that has begun it", async () => {
  const { answers, send } = setUp();
  const caller = new AbortController();
  const first = send({ signal: caller.signal });
  await untilIdle();
  const second = send();
  // Until it shares the refresh.
  await untilIdle();
  const failure = expect(first).rejects.toThrow("Enough.");
  caller.abort(new Error("Enough."));
  await failure;
  answers[0]?.give(NEW);
  expect((await second).status).toBe(200);
  expect(answers).toHaveLength(1);
});

test("a write gets its refreshed token though the last provider has left", async () => {
  const { answers, store, send } = setUp();
  const leave = store.retain();
  const read = expect(send()).rejects.toMatchObject({ code: "identity_changed" });
  const write = send({ goesOn: true });
  await untilIdle();
  leave();
  await read;
  answers[0]?.give(NEW);
  expect((await write).status).toBe(200);
});

test("a refresh that fails is told to all who share it, and the next one is asked for anew", async () => {
  const { answers, send } = setUp();
  const failures = [send(), send()].map((request) =>
    expect(request).rejects.toMatchObject({ code: "token_failed" }),
  );
  await untilIdle();
  answers[0]?.fail(new Error("No."));
  await Promise.all(failures);
  const next = send();
  await untilIdle();
  answers[1]?.give(NEW);
  expect((await next).status).toBe(200);
});
