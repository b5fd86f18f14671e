import { AsyncLocalStorage } from "node:async_hooks";

import { fql, type Page } from "fauna";
import faunadb from "faunadb";
import {
  createFaunaRequest,
  type FaunaHydrationState,
  type FaunaRequest,
} from "fauna-clerk/server";
import { faunaV4 } from "fauna-clerk/v4";
import { describe, expect, test, vi } from "vitest";

import { createIdentity } from "../../src/auth/identity";
import { decodeValues } from "../../src/cache/hydration";
import { identityKey } from "../../src/cache/keys";
import { createConnection } from "../../src/client/connection";
import { failure, success, unauthorized } from "../support/fake-answers";
import { type FakeFauna, startFakeFauna } from "../support/fake-fauna";
import { untilIdle } from "../support/idle";
import { lackWhatLacks } from "../support/lesser-engine";
import { serverAuth, type FakeServerAuth } from "../support/server-auth";
import { hurry } from "../support/hurry";
import { makeToken } from "../support/token";

const todos = fql<Page<string>>`Todo.all()`;

async function setUp(
  auth: FakeServerAuth = serverAuth("ada"),
): Promise<{ fauna: FakeFauna; auth: FakeServerAuth; request: FaunaRequest }> {
  const fauna = await startFakeFauna();
  return { fauna, auth, request: createFaunaRequest({ endpoint: fauna.url, auth }) };
}

/** What the browser gets of a state's queries. */
const answersIn = async ({ queries }: FaunaHydrationState): Promise<unknown[]> =>
  Promise.all(
    queries.map(async ({ answer }) => (decodeValues(await answer) as { data: unknown }).data),
  );

const claim = (request: { claims: Readonly<Record<string, unknown>> }): unknown =>
  request.claims["sub"];

describe("a token", () => {
  test("is minted once for all queries of a request", async () => {
    const { fauna, auth, request } = await setUp();
    const texts = [fql`1`, fql`2`, fql`3`, fql`4`, fql`5`];
    await Promise.all([...texts.map((text) => request.prefetch(text)), request.query(fql`6`)]);
    await request.query(fql`7`);
    expect(fauna.requests).toHaveLength(7);
    expect(new Set(fauna.requests.map(({ token }) => token)).size).toBe(1);
    expect(auth.getToken.mock.calls).toEqual([[{ template: "fauna" }]]);
  });

  test("is minted anew, once, for those whose one was refused", async () => {
    const { fauna, auth, request } = await setUp();
    let refused: string | undefined;
    fauna.respond = (asked) => {
      refused ??= asked.token;
      return asked.token === refused ? unauthorized(asked) : undefined;
    };
    await Promise.all([request.query(fql`1`), request.query(fql`2`), request.query(fql`3`)]);
    expect(auth.getToken).toHaveBeenCalledTimes(2);
  });

  test("is minted anew before it ends", async () => {
    const { fauna, auth, request } = await setUp();
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      await request.query(fql`1`);
      vi.setSystemTime(Date.now() + 54_000);
      await request.query(fql`2`);
      expect(auth.getToken).toHaveBeenCalledTimes(1);
      vi.setSystemTime(Date.now() + 2000);
      await request.query(fql`3`);
    } finally {
      vi.useRealTimers();
    }
    expect(auth.getToken).toHaveBeenCalledTimes(2);
    expect(new Set(fauna.requests.map(({ token }) => token)).size).toBe(2);
  });

  test("is asked for again after Clerk has failed", async () => {
    const { auth, request } = await setUp();
    auth.getToken.mockRejectedValueOnce(new Error("Clerk is down."));
    await expect(request.query(fql`1`)).rejects.toMatchObject({ code: "token_failed" });
    await expect(request.query(fql`1`)).resolves.toMatchObject({ data: expect.anything() });
  });

  const now = Math.floor(Date.now() / 1000);
  test.each([
    ["than the request", { iat: now - 120 }, undefined],
    ["than Clerk's own token of the request", { iat: now - 20 }, { iat: now - 10 }],
  ])("that is older %s is refused, and the error names the cause", async (_of, claims, session) => {
    const auth = { ...serverAuth("ada"), sessionClaims: session };
    auth.getToken.mockImplementation(async () => makeToken({ sub: "ada", ...claims }));
    const { fauna, request } = await setUp(auth);
    await expect(request.query(fql`1`)).rejects.toThrow("force-cache");
    await request.prefetch(todos);
    expect(() => request.dehydrate()).toThrow("force-cache");
    expect(fauna.requests).toEqual([]);
  });

  test("of another user is not sent", async () => {
    hurry();
    const auth = serverAuth("ada");
    auth.getToken.mockImplementation(async () => makeToken({ sub: "bob" }));
    const { fauna, request } = await setUp(auth);
    await expect(request.query(fql`1`)).rejects.toMatchObject({ code: "token_mismatch" });
    expect(fauna.requests).toEqual([]);
  });

  test("is in nothing that goes to the browser", async () => {
    const { request } = await setUp();
    await request.prefetch(todos);
    const pending = request.prefetch(fql`2`);
    const { state } = request.dehydrate();
    await pending;
    const text = JSON.stringify([state, await answersIn(state), request.receipt({ a: 1 })]);
    expect(text).not.toContain("eyJ");
  });
});

describe("200 requests of 20 users at once", () => {
  test("get no answer of anybody else, whatever is refused or slow", async () => {
    const fauna = await startFakeFauna();
    /** The first tokens of every third request. */
    const refused = new Set<string | null>();
    fauna.respond = async (asked, index) => {
      if (refused.has(asked.token)) return unauthorized(asked);
      // Answers come in another order than questions.
      for (let turn = 0; turn < index % 7; turn++) await new Promise(setImmediate);
      return success(asked, { owner: claim(asked), asked: asked.body });
    };
    const results = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const user = `user_${index % 20}`;
        const auth = serverAuth(user);
        const { getToken } = auth;
        const slow = async (options: { template: string }) => {
          for (let turn = 0; turn < index % 5; turn++) await new Promise(setImmediate);
          const token = await getToken(options);
          if (index % 3 === 0 && getToken.mock.calls.length === 1) refused.add(token);
          return token;
        };
        const request = createFaunaRequest({
          endpoint: fauna.url,
          auth: { ...auth, getToken: slow },
          // What is slow here is the machine.
          tokenTimeout: Infinity,
          client: { query_timeout_ms: 600_000 },
        });
        const pending = request.prefetch(todos);
        const { state } = request.dehydrate();
        const [{ data }] = await Promise.all([request.query(fql`mine`), pending]);
        const owners = [data, ...(await answersIn(state))] as { owner: string }[];
        return owners.every(({ owner }) => owner === user) && state.identity.userId === user;
      }),
    );
    expect(results.filter((isOwn) => !isOwn)).toEqual([]);
    expect(results).toHaveLength(200);
  });
});

describe("signed out", () => {
  test("a prefetch sends nothing and fails nothing", async () => {
    const { fauna, auth, request } = await setUp(serverAuth(null));
    await request.prefetch(todos);
    await request.prefetchInfinite(todos);
    await request.prefetchLive(todos);
    expect(request.dehydrate().state).toMatchObject({ identity: { userId: null }, queries: [] });
    await untilIdle();
    expect(fauna.requests).toEqual([]);
    expect(auth.getToken).not.toHaveBeenCalled();
  });

  test("a query, whose answer somebody waits for, says so", async () => {
    const { fauna, request } = await setUp(serverAuth(null));
    await expect(request.query(fql`1`)).rejects.toMatchObject({ code: "signed_out" });
    expect(fauna.requests).toEqual([]);
  });
});

describe("what was prefetched", () => {
  test("has the browser's keys, of the endpoint that the browser knows", async () => {
    const fauna = await startFakeFauna();
    const auth = serverAuth("ada", "org_1");
    const publicEndpoint = "https://fauna.example.test";
    const request = createFaunaRequest({ endpoint: fauna.url, publicEndpoint, auth });
    await request.prefetch(fql`Todo.byId(${"1"})`);
    const { state } = request.dehydrate();
    expect(fauna.requests).toHaveLength(1);
    const { owner, identity: ids, queries } = state;
    const ofBrowser = createIdentity("signed-in", "fauna", { ...auth });
    const connection = createConnection(
      { endpoint: publicEndpoint },
      { identity: ofBrowser, template: "fauna", getToken: auth.getToken },
    );
    const named = createIdentity("signed-in", "fauna", ids);
    expect(owner).toEqual(identityKey(connection, ofBrowser));
    expect(owner).toEqual(identityKey(connection, named));
    expect(queries.map(({ key }) => JSON.parse(key) as unknown)).toEqual([
      ["v10", { fql: ["Todo.byId(", { value: "1" }, ")"] }],
    ]);
  });

  test("is asked once, and again after what may have been a write", async () => {
    const { fauna, request } = await setUp();
    await Promise.all([request.prefetch(todos), request.prefetch(todos)]);
    await request.prefetch(todos);
    expect(fauna.requests).toHaveLength(1);
    fauna.respond = (asked) => success(asked, "newer", 7);
    await request.query(fql`Todo.create({})`);
    await request.prefetch(todos);
    expect(fauna.requests).toHaveLength(3);
    expect(fauna.requests[2]!.headers["x-last-txn-ts"]).toBe("7");
    await expect(answersIn(request.dehydrate().state)).resolves.toEqual(["newer"]);
  });

  test("is there at once while it is on its way, and follows", async () => {
    const { fauna, request } = await setUp();
    const hold = fauna.hold();
    const pending = request.prefetch(todos);
    const { state } = request.dehydrate();
    expect(state.queries).toEqual([{ key: expect.anything(), answer: expect.any(Promise) }]);
    hold.release();
    await pending;
    expect(request.dehydrate().state.queries[0]!.answer).toBe(await state.queries[0]!.answer);
  });

  test("is left out if it has failed, so that the browser asks", async () => {
    const { fauna, request } = await setUp();
    fauna.respond = (asked) => failure(asked, 503, "time_out");
    await request.prefetch(todos);
    expect(request.dehydrate().state.queries).toEqual([]);
  });

  test("of a Set that is only referred to is its first page", async () => {
    const { fauna, request } = await setUp();
    fauna.respond = (asked) =>
      success(
        asked,
        asked.body.includes("Set.paginate")
          ? { "@set": { data: ["a"], after: "b" } }
          : { "@set": "cursor" },
      );
    await request.prefetchInfinite(todos);
    const { state } = request.dehydrate();
    expect(JSON.parse(state.queries[0]!.key)).toEqual(["v10", { fql: ["Todo.all()"] }, "pages"]);
    await expect(answersIn(state)).resolves.toEqual([
      { pages: [{ data: ["a"], after: "b" }], pageParams: [null] },
    ]);
  });

  test("by a layout plainly, and by its page for a live query, has the event source", async () => {
    const { fauna, request } = await setUp();
    fauna.respond = (asked) => success(asked, { data: 1, source: { "@stream": "abc" } }, 5);
    await Promise.all([request.prefetch(todos), request.prefetchLive(todos)]);
    await Promise.all([request.prefetchLive(todos), request.prefetch(todos)]);
    const [query] = request.dehydrate().state.queries;
    expect(decodeValues((await query?.answer) ?? "")).toHaveProperty("origin.source");
    expect(fauna.requests).toHaveLength(2);
  });

  test("of a live query has the event source, under the query's own key", async () => {
    const { fauna, request } = await setUp();
    fauna.respond = (asked) => success(asked, { data: 1, source: { "@stream": "abc" } }, 5);
    await request.prefetchLive(todos);
    const [query] = request.dehydrate().state.queries;
    expect(JSON.parse(query!.key)).toEqual(["v10", { fql: ["Todo.all()"] }]);
    expect(decodeValues((await query?.answer) ?? "")).toMatchObject({
      data: 1,
      origin: { txn: 5, source: { tokens: ["abc"], of: "" } },
    });
  });

  test("refuses what is no query", async () => {
    const { request } = await setUp();
    await expect(request.prefetch("Todo.all()" as never)).rejects.toMatchObject({
      code: "not_a_query",
    });
  });

  test.each([
    ["with its driver", "ada", [faunaV4()], "not_supported"],
    ["without its driver", "ada", [], "no_v4_driver"],
    ["while nobody is signed in", null, [faunaV4()], "not_supported"],
  ])("refuses FQL v4, which the browser asks itself, %s", async (_how, userId, drivers, code) => {
    const fauna = await startFakeFauna();
    const auth = serverAuth(userId);
    const request = createFaunaRequest({ endpoint: fauna.url, auth, drivers });
    const expression = faunadb.query.CurrentIdentity() as never;
    for (const prefetch of [request.prefetch, request.prefetchInfinite, request.prefetchLive])
      await expect(prefetch(expression)).rejects.toMatchObject({ code });
    expect(fauna.requests).toEqual([]);
  });
});

test("needs nothing that Next's Edge runtime lacks", async () => {
  const { fauna, request } = await setUp();
  lackWhatLacks("the oldest browsers");
  fauna.respond = (asked, index) =>
    index ? success(asked, { data: 1, source: { "@stream": "abc" } }) : unauthorized(asked);
  await Promise.all([request.prefetchLive(todos), request.prefetch(fql`1`)]);
  await request.query(fql`2`);
  expect(request.dehydrate().state.queries).toHaveLength(2);
  expect(decodeValues(request.receipt("written").value)).toEqual({ value: "written" });
});

describe("read-your-writes", () => {
  test("what the browser has seen goes with the first request, and what was written here into the receipt", async () => {
    const fauna = await startFakeFauna();
    const auth = serverAuth("ada");
    const request = createFaunaRequest({ endpoint: fauna.url, auth, cookie: "a=b; fauna-txn=3" });
    fauna.respond = (asked) => success(asked, null, 8);
    await request.query(fql`Todo.create({})`);
    expect(fauna.requests[0]!.headers["x-last-txn-ts"]).toBe("3");
    expect(request.receipt()).toMatchObject({ txn: 8 });
    expect(request.dehydrate().state.txn).toBe(8);
  });

  test("the next request sees what was written in this one, by a cookie of the response", async () => {
    const { fauna, auth, request } = await setUp();
    fauna.respond = (asked) => success(asked, null, 8);
    const headers = new Headers({ "set-cookie": "a=b" });
    request.setCookie(headers);
    expect(headers.getSetCookie()).toEqual(["a=b"]);
    await request.query(fql`Todo.create({})`);
    request.setCookie(headers);
    expect(headers.getSetCookie()[1]).toMatch(/^fauna-txn=8; path=\/; .*samesite=lax$/);
    const cookie = headers.getSetCookie().map((each) => each.split(";")[0]);
    await createFaunaRequest({ endpoint: fauna.url, auth, cookie: cookie.join("; ") }).query(
      fql`1`,
    );
    expect(fauna.requests[1]!.headers["x-last-txn-ts"]).toBe("8");
  });
});

test("iterates over the pages of a Set, as the user of the request", async () => {
  const { fauna, request } = await setUp();
  fauna.respond = (asked, index) =>
    success(asked, { "@set": { data: [index], after: index ? undefined : "a" } });
  const pages: unknown[] = [];
  for await (const page of request.paginate(todos)) pages.push(page);
  expect(pages).toEqual([[0], [1]]);
  expect(fauna.requests.map(claim)).toEqual(["ada", "ada"]);
});

test("asks Clerk outside of the requests whose answers Next's fetch keeps", async () => {
  const storage = new AsyncLocalStorage<string>();
  const auth = serverAuth("ada");
  const { getToken } = auth;
  const seen: unknown[] = [];
  const ask = (options: { template: string }): Promise<string | null> => {
    seen.push(storage.getStore());
    return getToken(options);
  };
  const { request } = await setUp({ ...auth, getToken: vi.fn(ask) });
  const patched = Object.assign(fetch.bind(globalThis), { __nextGetStaticStore: () => storage });
  vi.stubGlobal("fetch", patched);
  try {
    await storage.run("a request of Next's", () => request.query(fql`1`));
  } finally {
    vi.unstubAllGlobals();
  }
  expect(seen).toEqual([undefined]);
});

test("does not go through a fetch that keeps answers, as Next's does", async () => {
  const { request, fauna } = await setUp();
  const original = fetch;
  const patched = Object.assign(
    vi.fn(() => Promise.reject(new Error("Kept."))),
    { _nextOriginalFetch: original },
  );
  vi.stubGlobal("fetch", patched);
  try {
    await request.query(fql`1`);
  } finally {
    vi.unstubAllGlobals();
  }
  expect(patched).not.toHaveBeenCalled();
  expect(fauna.requests).toHaveLength(1);
});
