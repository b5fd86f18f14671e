import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import type { Running } from "../../src/auth/running";
import { readWhole, withTimeLimit } from "../../src/client/send-request";

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
    const sent = withTimeLimit(setUp(), 1000, new Promise(() => {}));
    const failure = expect(sent).rejects.toMatchObject({
      name: "TimeoutError",
      message: "It took too long.",
    });
    await vi.advanceTimersByTimeAsync(1000);
    await failure;
  });

  test.each<[string, () => Promise<Response>]>([
    ["an answer", async () => new Response('{"data":1}')],
    ["none", () => Promise.reject(new TypeError("Failed to fetch"))],
  ])("leaves no timer after %s", async (_, fetch) => {
    await withTimeLimit(setUp(), 1000, fetch()).catch(() => {});
    expect(vi.getTimerCount()).toBe(0);
  });
});

test("a request without one has no timer", async () => {
  const sent = withTimeLimit(setUp(), undefined, Promise.resolve("answer"));
  expect(vi.getTimerCount()).toBe(0);
  expect(await sent).toBe("answer");
});

test.each([
  ["<html>{", "<html>{"],
  ["[{", "[{"],
  ['{"data":1}', '{"data":1}'],
])(
  "an answer without a length that is no object is the driver's to complain of: %s",
  async (body, text) => {
    const answer = await readWhole(new Response(new Response(body).body));
    expect(await answer.text()).toBe(text);
  },
);

test.each(['{"data":', ""])("an answer that ended early is no answer: %j", async (body) => {
  const answer = readWhole(new Response(new Response(body).body));
  await expect(answer).rejects.toThrow(SyntaxError);
});
