import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { createIdentity } from "../../src/auth/identity";
import { createIdentityStore } from "../../src/auth/identity-store";
import { runRequest } from "../../src/auth/running";
import { readWhole, requestLimit } from "../../src/client/send-request";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
});

const ada = createIdentity("signed-in", "fauna", { userId: "ada" });
const store = createIdentityStore({
  identity: ada,
  template: "fauna",
  getToken: async () => null,
});

/** Does `work` in a request with this time limit. */
const request = <T>(timeoutMs: number | undefined, work: Promise<T>): Promise<T> =>
  runRequest(store, {}, ({ step, until }) => {
    step(requestLimit(timeoutMs));
    return until(work);
  });

describe("a request with a time limit", () => {
  test("ends with a TimeoutError when that is over", async () => {
    const sent = request(1000, new Promise(() => {}));
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
    await request(1000, fetch()).catch(() => {});
    expect(vi.getTimerCount()).toBe(0);
  });
});

test.each([undefined, 0])("a request without one has no timer: %s", async (timeoutMs) => {
  const sent = request(timeoutMs, Promise.resolve("answer"));
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
