import { Document, FaunaError, fql, NetworkError, TimeStub } from "fauna";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { createTokens } from "../../src/auth/fetch-with-token";
import { createIdentity } from "../../src/auth/identity";
import { createIdentityStore } from "../../src/auth/identity-store";
import { networkError } from "../../src/client/network-error";
import { createTransport } from "../../src/client/transport";
import {
  createV10Driver,
  createV10HttpClient,
  type FaunaClientConfiguration,
  isTransientStatus,
} from "../../src/client/v10-driver";
import { connect } from "../support/signed-in";

function createDriver(configuration?: FaunaClientConfiguration) {
  const identity = createIdentity("signed-in", "fauna", { userId: "ada" });
  const store = createIdentityStore({ identity, template: "fauna", getToken: async () => null });
  const endpoint = new URL("https://fauna.test");
  const transport = createTransport(endpoint, store, createTokens(store));
  return createV10Driver({ transport, endpoint }, configuration);
}

test.each([
  [409, true],
  [429, true],
  [440, true],
  [500, true],
  [503, true],
  [undefined, false],
  [400, false],
  [404, false],
  [499, false],
])("a failure with status %s may pass: %o", (status, passes) => {
  expect(isTransientStatus(status)).toBe(passes);
  expect(createDriver().isTransient({ httpStatus: status })).toBe(passes);
});

test.each([
  [new NetworkError("No.", { cause: undefined }), true],
  [new Error("No."), false],
  [null, false],
  [undefined, false],
])("%s may pass: %o", (error, passes) => {
  expect(createDriver().isTransient(error)).toBe(passes);
});

test("what the driver does not know is a network error, with its cause and a text", () => {
  const cause = new TypeError("Failed to fetch");
  const error = networkError(cause);
  expect(error).toBeInstanceOf(NetworkError);
  expect(error).toMatchObject({ cause, message: expect.stringContaining("network") as string });
  expect(networkError(error)).toBe(error);
  expect(error).toBeInstanceOf(FaunaError);
});

describe("a query", () => {
  test.each([
    [fql`1`, true],
    [null, false],
    [undefined, false],
    ["1", false],
    [{ encode: "1" }, false],
  ])("is what can be encoded: %j", (query, isOne) => {
    expect(createDriver().accepts(query)).toBe(isOne);
  });

  test("has a key of what changes its answer: of its own options, or else the client's", () => {
    const driver = createDriver({ long_type: "bigint", format: "tagged", query_timeout_ms: 7 });
    const key = driver.key(fql`f(${1})`, {
      long_type: "number",
      arguments: { a: 1 },
      linearized: true,
    });
    expect(key).toEqual({
      ...fql`f(${1})`.encode(),
      arguments: { a: { "@int": "1" } },
      format: "tagged",
      long_type: "number",
      typecheck: undefined,
    });
    expect(createDriver().key(fql`1`, {})).toEqual(fql`1`.encode());
  });
});

test("its own values are equal if their fields are, as plain ones", () => {
  for (const one of [Document, TimeStub, Object, Array, Uint8Array])
    expect(createDriver().classes.has(one)).toBe(true);
  expect(createDriver().classes.has(Map)).toBe(false);
});

describe("a request", () => {
  const request = {
    headers: { Authorization: "Bearer x", "x-own": "1" },
    method: "POST",
    data: { a: 1 },
  };
  function setUp(keepalive?: boolean) {
    const send = vi.fn(
      async (..._: unknown[]) => new Response("{}", { headers: { "x-their": "2" } }),
    );
    const transport = { send, hadBody: () => false } as never;
    return { send, http: createV10HttpClient(transport, keepalive) };
  }

  test("is sent with the driver's headers and its JSON, and answered with status, headers and text", async () => {
    const { send, http } = setUp();
    const answer = await http.request({ ...request, client_timeout_ms: 5 } as never);
    expect(answer).toEqual({
      status: 200,
      body: "{}",
      headers: { "content-type": "text/plain;charset=UTF-8", "x-their": "2" },
    });
    expect(send).toHaveBeenCalledExactlyOnceWith("Bearer x", "/query/1", {
      method: "POST",
      headers: { "x-own": "1" },
      body: '{"a":1}',
      timeout: 5,
      keepalive: false,
    });
  });

  test("may be one of a feed, and may outlive its page", async () => {
    const { send, http } = setUp(true);
    await http.request({ ...request, path: "/feed/1" } as never);
    expect(send.mock.calls[0]?.[1]).toBe("/feed/1");
    expect(send.mock.calls[0]?.[2]).toMatchObject({ keepalive: true });
  });
});

test("a stream that is closed before anybody reads it ends, and nothing is sent", async () => {
  const send = vi.fn();
  const http = createV10HttpClient({ send, hadBody: () => true } as never);
  const { read, close } = http.stream({ headers: {}, method: "POST" } as never);
  close();
  const lines = read[Symbol.asyncIterator]();
  expect(await lines.next()).toEqual({ done: true, value: undefined });
  expect(send).not.toHaveBeenCalled();
});

test("a stream that is closed while it waits for its next event ends", async () => {
  const cancelled = vi.fn();
  const body = new ReadableStream<Uint8Array>({ cancel: cancelled });
  const sent = vi.fn(async (_url: string, _init: RequestInit) => new Response(body));
  vi.stubGlobal("fetch", sent);
  onTestFinished(() => void vi.unstubAllGlobals());
  const stream = connect()
    .getClient()
    .stream({ token: "token" } as never);
  const next = stream[Symbol.asyncIterator]().next();
  await vi.waitFor(() => expect(body.locked).toBe(true));
  expect(sent.mock.calls[0]?.[0]).toBe("https://fauna.test/stream/1");
  stream.close();
  expect(await next).toMatchObject({ done: true });
  await vi.waitFor(() => expect(cancelled).toHaveBeenCalledTimes(1));
});

test("a stream that is closed before it is answered ends its request", async () => {
  const sent = vi.fn((_url: string, _init: RequestInit) => new Promise<Response>(() => {}));
  vi.stubGlobal("fetch", sent);
  onTestFinished(() => void vi.unstubAllGlobals());
  const stream = connect()
    .getClient()
    .stream({ token: "token" } as never);
  const next = stream[Symbol.asyncIterator]().next();
  await vi.waitFor(() => expect(sent).toHaveBeenCalledTimes(1));
  const { signal } = sent.mock.calls[0]![1];
  expect(signal?.aborted).toBe(false);
  stream.close();
  expect(await next).toMatchObject({ done: true });
  expect(signal?.aborted).toBe(true);
});
