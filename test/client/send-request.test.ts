import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import type { Running } from "../../src/auth/running";
import { sendRequest } from "../../src/client/send-request";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
});

/** A request that ends when its time is over. */
function setUp() {
  let fail!: (reason: unknown) => void;
  const ended = new Promise<never>((_, reject) => (fail = reject));
  ended.catch(() => {});
  const until: Running["until"] = (work) => Promise.race([ended, work]);
  return { signal: new AbortController().signal, until, end: fail };
}

describe("a request with a time limit", () => {
  test("ends with a TimeoutError when that is over", async () => {
    const sent = sendRequest(setUp(), 1000, () => new Promise(() => {}));
    const failure = expect(sent).rejects.toMatchObject({
      name: "TimeoutError",
      message: "It took too long.",
    });
    await vi.advanceTimersByTimeAsync(1000);
    await failure;
  });

  test.each<[string, () => Promise<Response>]>([
    ["an answer", async () => new Response('{"data":1}')],
    ["a 401", async () => new Response("", { status: 401 })],
    ["none", () => Promise.reject(new TypeError("Failed to fetch"))],
  ])("leaves no timer after %s", async (_, fetch) => {
    await sendRequest(setUp(), 1000, fetch).catch(() => {});
    expect(vi.getTimerCount()).toBe(0);
  });
});

test("a request without one has no timer, and its answer is not read", async () => {
  const answer = new Response('{"data":1}');
  const sent = sendRequest(setUp(), undefined, async () => answer);
  expect(vi.getTimerCount()).toBe(0);
  expect((await sent).bodyUsed).toBe(false);
});

test.each([
  ["<html>{", "<html>{"],
  ["[{", "[{"],
  ['{"data":1}', '{"data":1}'],
])(
  "an answer without a length that is no object is the driver's to complain of: %s",
  async (body, text) => {
    const stream = new Response(body).body;
    const answer = await sendRequest(setUp(), 1000, async () => new Response(stream));
    expect(await answer.text()).toBe(text);
  },
);
