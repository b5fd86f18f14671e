import {
  type AuthorizedFetch,
  createAuthorizedFetch,
  type CreateAuthorizedFetchOptions,
} from "fauna-clerk/fetch";
import { describe, expect, test, vi } from "vitest";

import { type AuthState, type Identity } from "../../src/auth/identity";
import { authorizedFetch } from "../../src/client/authorized-fetch";
import { eventually } from "../support/eventually";
import { createFakeStream, type FakeFauna, startFakeFauna } from "../support/fake-fauna";
import { hurry } from "../support/hurry";
import { connect, nobodyYet, signedIn } from "../support/signed-in";
import { makeToken } from "../support/token";

type GetToken = CreateAuthorizedFetchOptions["getToken"];

async function setUp(options: Partial<CreateAuthorizedFetchOptions> = {}) {
  const server = await startFakeFauna();
  const getToken = vi.fn<GetToken>(async () => makeToken({ sub: "ada" }));
  const fetch = createAuthorizedFetch({ origin: server.url, getToken, ...options });
  return { server, getToken, fetch };
}

const refuseFirst = (server: FakeFauna): void => {
  server.respond = (_, index) => (index === 0 ? { status: 401 } : { body: "done" });
};

const streamOf = (...chunks: string[]): RequestInit =>
  ({
    method: "POST",
    body: new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
        controller.close();
      },
    }),
    duplex: "half",
  }) as RequestInit;

describe("what is sent", () => {
  test.each<[string, (url: string) => Parameters<AuthorizedFetch>]>([
    ["a string", (url) => [url, { method: "PUT", headers: { accept: "a/b" }, body: "text" }]],
    [
      "a URL",
      (url) => [new URL(url), { method: "PUT", headers: [["accept", "a/b"]], body: "text" }],
    ],
    [
      "a Request",
      (url) => [new Request(url, { method: "PUT", headers: { accept: "a/b" }, body: "text" })],
    ],
    [
      "a Request and what overrides it",
      (url) => [
        new Request(url, { method: "POST", headers: { accept: "c/d" }, body: "other" }),
        { method: "PUT", headers: { accept: "a/b" }, body: "text" },
      ],
    ],
  ])("%s is sent as by fetch, plus a token", async (_, argumentsFor) => {
    const { server, fetch } = await setUp();
    await fetch(...argumentsFor(`${server.url}/path?query=1`));
    const [{ method, path, headers, body, claims }] = server.requests as [never];
    expect({ method, path, body, claims }).toMatchObject({
      method: "PUT",
      path: "/path?query=1",
      body: "text",
      claims: { sub: "ada" },
    });
    expect(headers).toMatchObject({ accept: "a/b" });
  });

  test("an existing Authorization header is replaced", async () => {
    const { server, fetch } = await setUp();
    await fetch(server.url, { headers: { Authorization: "Bearer somebody-else" } });
    expect(server.requests[0]?.claims).toMatchObject({ sub: "ada" });
  });

  test("the caller's headers and Request stay as they are: no token is left in them", async () => {
    const { server, fetch } = await setUp();
    const headers = new Headers();
    const request = new Request(server.url);
    await fetch(server.url, { headers });
    await fetch(request);
    expect([headers.has("authorization"), request.headers.has("authorization")]).toEqual([
      false,
      false,
    ]);
  });

  test("getToken is called with the template's name", async () => {
    const { server, fetch, getToken } = await setUp({ template: "graphql" });
    await fetch(server.url);
    expect(getToken).toHaveBeenCalledWith({ template: "graphql" });
  });

  test("without a token nothing is sent", async () => {
    const { server, fetch } = await setUp({ getToken: async () => null });
    hurry();
    await expect(fetch(server.url)).rejects.toMatchObject({ code: "token_missing" });
    expect(server.requests).toEqual([]);
  });

  test("while nobody is signed in no token is asked for", async () => {
    const { server, fetch, getToken } = await setUp({ userId: null });
    await expect(fetch(server.url)).rejects.toMatchObject({ code: "signed_out" });
    expect([server.requests, getToken.mock.calls]).toEqual([[], []]);
  });

  test("somebody else's token is not sent", async () => {
    const { server, fetch } = await setUp({ userId: "grace" });
    hurry();
    await expect(fetch(server.url)).rejects.toMatchObject({ code: "token_mismatch" });
    expect(server.requests).toEqual([]);
  });

  test("a getToken that never settles times out", async () => {
    const { server, fetch } = await setUp({
      getToken: () => new Promise(() => undefined),
      tokenTimeout: 5,
    });
    await expect(fetch(server.url)).rejects.toMatchObject({ code: "token_timeout" });
    expect(server.requests).toEqual([]);
  });
});

describe("after a 401", () => {
  test.each<[string, () => RequestInit]>([
    ["text", () => ({ method: "POST", body: "first second" })],
    ["bytes", () => ({ method: "POST", body: new TextEncoder().encode("first second") })],
    ["a Blob", () => ({ method: "POST", body: new Blob(["first ", "second"]) })],
    ["a stream", () => streamOf("first ", "second")],
  ])("%s is sent again in whole", async (_, init) => {
    const { server, fetch, getToken } = await setUp();
    refuseFirst(server);
    const response = await fetch(server.url, init());
    expect([response.status, await response.text()]).toEqual([200, "done"]);
    expect(server.requests.map(({ body }) => body)).toEqual(["first second", "first second"]);
    expect(new Set(server.requests.map(({ token }) => token)).size).toBe(2);
    expect(getToken).toHaveBeenCalledTimes(2);
  });

  test("a form is sent again in whole", async () => {
    const { server, fetch } = await setUp();
    refuseFirst(server);
    const body = new FormData();
    body.append("operations", "{}");
    body.append("0", new Blob(["a file"]), "a.txt");
    await fetch(server.url, { method: "POST", body });
    const bodies = server.requests.map((request) => request.body);
    expect(bodies[0]).toContain("a file");
    expect(bodies[1]).toBe(bodies[0]);
  });

  test("a Request is sent again in whole, and its body is used up, as by fetch", async () => {
    const { server, fetch } = await setUp();
    refuseFirst(server);
    const request = new Request(server.url, { method: "POST", body: "text" });
    await fetch(request);
    expect(server.requests.map(({ body }) => body)).toEqual(["text", "text"]);
    expect(request.bodyUsed).toBe(true);
  });

  test("a second 401 is returned", async () => {
    const { server, fetch } = await setUp();
    server.respond = () => ({ status: 401, body: { errors: [] } });
    const response = await fetch(server.url);
    expect([response.status, await response.json()]).toEqual([401, { errors: [] }]);
    expect(server.requests).toHaveLength(2);
  });

  test.each([400, 403, 500])("a %i is returned at once", async (status) => {
    const { server, fetch } = await setUp();
    server.respond = () => ({ status });
    expect((await fetch(server.url)).status).toBe(status);
    expect(server.requests).toHaveLength(1);
  });
});

describe("an abort", () => {
  const ways: [string, (url: string, signal: AbortSignal) => Parameters<AuthorizedFetch>][] = [
    ["init.signal", (url, signal) => [url, { signal }]],
    ["a Request's signal", (url, signal) => [new Request(url, { signal })]],
  ];

  describe.each(ways)("by %s", (_, argumentsFor) => {
    test("while the token is awaited sends nothing", async () => {
      const { server, fetch } = await setUp({ getToken: () => new Promise(() => undefined) });
      const aborting = new AbortController();
      const response = fetch(...argumentsFor(server.url, aborting.signal));
      aborting.abort(new Error("enough"));
      await expect(response).rejects.toThrow("enough");
      expect(server.requests).toEqual([]);
    });

    test("while the answer is awaited ends the request", async () => {
      const { server, fetch } = await setUp();
      const hold = server.hold();
      const aborting = new AbortController();
      const response = fetch(...argumentsFor(server.url, aborting.signal));
      await hold.reached();
      aborting.abort(new Error("enough"));
      await expect(response).rejects.toThrow("enough");
      await eventually(() => expect(server.requests[0]?.aborted).toBe(true));
    });

    test("while the answer is read ends the reading", async () => {
      const { server, fetch } = await setUp();
      const stream = createFakeStream();
      stream.write("half of ");
      server.respond = () => ({ stream });
      const aborting = new AbortController();
      const response = await fetch(...argumentsFor(server.url, aborting.signal));
      const text = response.text();
      aborting.abort(new Error("enough"));
      await expect(text).rejects.toThrow("enough");
    });
  });

  test("signal that many requests share causes no warning", async () => {
    const { server, fetch } = await setUp();
    const warned = vi.spyOn(process, "emitWarning");
    const hold = server.hold();
    const { signal } = new AbortController();
    const all = Promise.all(Array.from({ length: 30 }, () => fetch(server.url, { signal })));
    await hold.reached(30);
    hold.release();
    await all;
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  test("without a reason is an AbortError, as with fetch", async () => {
    const { server, fetch } = await setUp();
    const response = fetch(server.url, { signal: AbortSignal.abort() });
    await expect(response).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("whose requests they are", () => {
  const setUpFor = async (state: AuthState, identity?: Identity) => {
    const server = await startFakeFauna();
    const connection = connect(state, { endpoint: server.url });
    return { server, connection, fetch: authorizedFetch(server.url, connection, identity) };
  };
  const subjects = ({ requests }: FakeFauna): unknown[] =>
    requests.map(({ claims }) => claims["sub"]);

  test("is said when they are made: another user's are not sent", async () => {
    const [ada, bob] = [signedIn("ada"), signedIn("bob")];
    const { server, connection, fetch } = await setUpFor(ada, ada.identity);
    await fetch(server.url);
    connection.identityStore.update(bob);
    await expect(fetch(server.url)).rejects.toMatchObject({ code: "identity_changed" });
    expect(subjects(server)).toEqual(["ada"]);
  });

  test("and they end with it, also on the wire", async () => {
    const { server, connection, fetch } = await setUpFor(signedIn("ada"));
    const hold = server.hold();
    const failure = expect(fetch(server.url)).rejects.toMatchObject({ code: "identity_changed" });
    await hold.reached();
    connection.identityStore.update(signedIn("bob"));
    await failure;
    await eventually(() => expect(server.requests[0]?.aborted).toBe(true));
  });

  test("while that is not known is said by the first: from then on they are that user's", async () => {
    const { server, connection, fetch } = await setUpFor(nobodyYet, nobodyYet.identity);
    connection.identityStore.update(signedIn("ada"));
    await fetch(server.url);
    connection.identityStore.update(signedIn("bob"));
    await expect(fetch(server.url)).rejects.toMatchObject({ code: "identity_changed" });
    expect(subjects(server)).toEqual(["ada"]);
  });

  test("without one is said by the moment", async () => {
    const { server, connection, fetch } = await setUpFor(signedIn("ada"));
    await fetch(server.url);
    connection.identityStore.update(signedIn("bob"));
    await fetch(server.url);
    expect(subjects(server)).toEqual(["ada", "bob"]);
  });
});
