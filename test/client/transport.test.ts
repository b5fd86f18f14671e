import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { createTokens } from "../../src/auth/fetch-with-token";
import { type AuthState, createIdentity } from "../../src/auth/identity";
import { createIdentityStore } from "../../src/auth/identity-store";
import { requestHook } from "../../src/client/send-request";
import { createTransport, PLACEHOLDER_SECRET } from "../../src/client/transport";
import { canStream } from "../../src/client/v10-stream";
import { claimsIn, makeToken } from "../support/token";

const placeholder = `Bearer ${PLACEHOLDER_SECRET}`;
const stateOf = (userId: string): AuthState => ({
  identity: createIdentity("signed-in", "fauna", { userId }),
  template: "fauna",
  getToken: async () => makeToken({ sub: userId }),
});
const [ada, bob] = [stateOf("ada"), stateOf("bob")];
const post = { method: "POST", headers: { "x-own": "1" }, body: "{}" };

/** What was sent, and what the network answers. */
const network = vi.fn<(url: string, init: RequestInit) => Promise<Response>>();

beforeEach(() => {
  network.mockReset().mockImplementation(async () => new Response());
  vi.stubGlobal("fetch", network);
  onTestFinished(() => void vi.unstubAllGlobals());
});

function setUp(endpoint = "https://fauna.test") {
  const store = createIdentityStore(ada);
  const transport = createTransport(new URL(endpoint), store, createTokens(store));
  return { store, transport };
}

const userIn = (call = 0): unknown => {
  const { authorization = "" } = network.mock.calls[call]?.[1].headers as Record<string, string>;
  return claimsIn(authorization)["sub"];
};

describe("send", () => {
  test.each(["https://fauna.test", "https://fauna.test/", "https://fauna.test/base/"])(
    "sends to a path of %s, with the user's token instead of the driver's secret",
    async (endpoint) => {
      await setUp(endpoint).transport.send(placeholder, "/query/1", post);
      const [url, init] = network.mock.calls[0]!;
      expect(url).toBe(`${endpoint.replace(/\/$/, "")}/query/1`);
      expect(init).toMatchObject({
        ...post,
        headers: { "x-own": "1", "content-type": "application/json" },
      });
      expect(userIn()).toBe("ada");
    },
  );

  test("sends no cookies and follows no redirect", async () => {
    await setUp().transport.send(placeholder, "/query/1", post);
    expect(network.mock.calls[0]?.[1]).toMatchObject({ credentials: "omit", redirect: "error" });
  });

  test.each([undefined, "Bearer fnSecret"])("refuses the secret %j", async (authorization) => {
    const sent = setUp().transport.send(authorization, "/query/1", post);
    const message = expect.stringContaining("Leave out secret") as string;
    await expect(sent).rejects.toMatchObject({ code: "secret_not_allowed", message });
    expect(network).not.toHaveBeenCalled();
  });

  test("explains a 401 that a newer token gets, too", async () => {
    network.mockImplementation(async () => new Response(null, { status: 401 }));
    const sent = setUp().transport.send(placeholder, "/query/1", post);
    await expect(sent).rejects.toMatchObject({ code: "unauthorized", reasons: [{}] });
    expect(network).toHaveBeenCalledTimes(2);
  });

  test.each([400, 403, 500])("resolves with an answer of %i", async (status) => {
    network.mockImplementation(async () => new Response(null, { status }));
    expect(await setUp().transport.send(placeholder, "/query/1", post)).toHaveProperty(
      "status",
      status,
    );
  });

  test("ends with the caller's signal", async () => {
    const caller = new AbortController();
    network.mockReturnValueOnce(new Promise(() => {}));
    const { transport } = setUp();
    const sent = transport.send(placeholder, "/stream/1", { ...post, signal: caller.signal });
    await vi.waitFor(() => expect(network).toHaveBeenCalled());
    caller.abort(new Error("Enough."));
    await expect(sent).rejects.toThrow("Enough.");
    expect(network.mock.calls[0]![1].signal?.aborted).toBe(true);
  });
});

test.each([
  ["answered", async () => new Response()],
  ["not answered", () => Promise.reject(new TypeError("Failed to fetch"))],
])("who watches requests sees each one before it is sent, and when it is %s", async (_, answer) => {
  const onAnswer = vi.fn();
  const change = vi.fn(() => onAnswer);
  requestHook.change = change;
  onTestFinished(() => void delete requestHook.change);
  network.mockImplementation(() => {
    expect([change.mock.calls.length, onAnswer.mock.calls.length]).toEqual([1, 0]);
    return answer();
  });
  await setUp()
    .transport.send(placeholder, "/query/1", post)
    .catch(() => {});
  expect(onAnswer).toHaveBeenCalledOnce();
});

test("without TextDecoder nothing can be streamed", () => {
  const { transport } = setUp();
  expect(canStream(transport)).toBe(true);
  vi.stubGlobal("TextDecoder", undefined);
  expect(canStream(transport)).toBe(false);
});

describe("a ticket", () => {
  const options = { identity: ada.identity, signal: new AbortController().signal };

  test("gives its identity and signal to requests that use it", async () => {
    const { transport, store } = setUp();
    const work = transport.withTicket(options, async (secret) => {
      await transport.send(`Bearer ${secret}`, "/query/1", post);
      store.update(bob);
    });
    await expect(work).rejects.toMatchObject({ code: "identity_changed" });
    expect(userIn()).toBe("ada");
    expect(network.mock.calls[0]?.[1].signal?.aborted).toBe(true);
  });

  test("is another one each time, and of no use when its work is over", async () => {
    const { transport } = setUp();
    const secrets = [1, 2].map(() => transport.withTicket(options, async (secret) => secret));
    const [one, other] = await Promise.all(secrets);
    expect(one).not.toBe(other);
    const late = transport.send(`Bearer ${one}`, "/query/1", post);
    await expect(late).rejects.toMatchObject({ code: "identity_changed" });
    expect(network).not.toHaveBeenCalled();
  });

  test("of an identity that is no longer signed in sends nothing", async () => {
    const { transport, store } = setUp();
    store.update(bob);
    const sent = transport.withTicket(options, (secret) =>
      transport.send(`Bearer ${secret}`, "/query/1", post),
    );
    await expect(sent).rejects.toMatchObject({ code: "identity_changed" });
    expect(network).not.toHaveBeenCalled();
  });

  test("drops an answer that comes after the end of its identity", async () => {
    const { transport, store } = setUp();
    const work = transport.withTicket(options, async () => {
      store.update(bob);
      return "ada's data";
    });
    await expect(work).rejects.toMatchObject({ code: "identity_changed" });
  });

  test("calls beforeSend with each token before it is sent, and takes its response instead of the network's", async () => {
    const { transport } = setUp();
    const beforeSend = vi.fn(() => new Response(null, { status: 204 }));
    const answer = await transport.withTicket({ ...options, beforeSend }, (secret) =>
      transport.send(`Bearer ${secret}`, "/query/1", post),
    );
    expect(answer.status).toBe(204);
    expect(beforeSend).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^eyJ/));
    expect(network).not.toHaveBeenCalled();
  });
});
