import { waitFor } from "@testing-library/react";
import { isMaybeApplied } from "fauna-clerk";
import { describe, expect, test } from "vitest";

import { testedDrivers } from "../support/drivers";
import { failure, unauthorized } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { type FakeAnswer, type ReceivedRequest, startFakeFauna } from "../support/fake-fauna";
import { renderFauna } from "../support/render-fauna";
import { ownerOf } from "../support/watcher";
import { type Write, type WriteOptions, Writer, type WriterProps } from "../support/writer";

type Fail = (request: ReceivedRequest) => FakeAnswer;

const status =
  (code: number, name: string): Fail =>
  (request) =>
    failure(request, code, name);

/** After these a write certainly was not applied, and may be a moment later. */
const passing: readonly { what: string; fail: Fail }[] = [
  { what: "429", fail: status(429, "limit_exceeded") },
  { what: "contention", fail: status(409, "contended_transaction") },
];

/** After these nobody knows. */
const unknown: readonly { what: string; fail: Fail }[] = [
  { what: "a broken connection", fail: () => ({ drop: true }) },
  { what: "a time-out (440)", fail: status(440, "time_out") },
  { what: "a time-out (503)", fail: status(503, "time_out") },
  { what: "500", fail: status(500, "internal_error") },
  { what: "a proxy's 502", fail: () => ({ status: 502, body: "<html>" }) },
  { what: "an answer cut short", fail: () => ({ body: '{"data":' }) },
  { what: "a page of something else", fail: () => ({ body: "<html>" }) },
];

/** After these a write certainly was not applied, and will not be. */
const refused: readonly { what: string; fail: Fail }[] = [
  { what: "a query's own error", fail: status(400, "invalid_query") },
  { what: "403", fail: status(403, "forbidden") },
  { what: "413", fail: status(413, "request_size_exceeded") },
  { what: "two refused tokens", fail: unauthorized },
];

const soon: WriteOptions = { retryDelay: 1 };

async function setUp(fail: Fail, failures: number, { options, ...props }: WriterProps = {}) {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  fauna.respond = (request, index) => (index < failures ? fail(request) : undefined);
  let write!: Write;
  renderFauna(
    <Writer {...props} options={{ ...soon, ...options }} to={(given) => (write = given)} />,
    { clerk, fauna },
  );
  return { fauna, clerk, write: () => write };
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe.each(testedDrivers)("$driver", ({ query }) => {
  test.each(passing)("a write is sent again after $what", async ({ fail }) => {
    const { fauna, write } = await setUp(fail, 2, { build: query });
    await expect(write().mutateAsync("who")).resolves.toBe(ownerOf(ada));
    expect(fauna.requests).toHaveLength(3);
  });

  test.each(passing)(
    "a write is retried at most 3 times after $what, and is not marked",
    async ({ fail }) => {
      const { fauna, write } = await setUp(fail, Infinity, { build: query });
      expect(isMaybeApplied(await failureOf(write().mutateAsync("who")))).toBe(false);
      expect(fauna.requests).toHaveLength(4);
    },
  );

  test.each(unknown)(
    "a write is sent once and its error is marked after $what",
    async ({ fail }) => {
      const { fauna, write } = await setUp(fail, Infinity, { build: query });
      expect(await failureOf(write().mutateAsync("who"))).toHaveProperty("maybeApplied", true);
      expect(fauna.requests).toHaveLength(1);
    },
  );

  test.each(unknown)("no retry option sends a write again after $what", async ({ fail }) => {
    const options = { retry: () => true };
    const { fauna, write } = await setUp(fail, Infinity, { build: query, options });
    await failureOf(write().mutateAsync("who"));
    expect(fauna.requests).toHaveLength(1);
  });

  test.each(refused)(
    "a write is not retried and its error not marked after $what",
    async ({ what, fail }) => {
      const { fauna, write } = await setUp(fail, Infinity, { build: query });
      expect(isMaybeApplied(await failureOf(write().mutateAsync("who")))).toBe(false);
      expect(fauna.requests).toHaveLength(what === "two refused tokens" ? 2 : 1);
    },
  );

  test("a write whose token was refused is sent again with a fresh token", async () => {
    const { fauna, write } = await setUp(unauthorized, 1, { build: query });
    await expect(write().mutateAsync("who")).resolves.toBe(ownerOf(ada));
    expect(fauna.requests).toHaveLength(2);
  });
});

test("Clerk's rate limit is waited out", async () => {
  const { fauna, clerk, write } = await setUp(unauthorized, 0);
  clerk.getToken.mockRejectedValueOnce({ status: 429 });
  await expect(write().mutateAsync("x")).resolves.toBe(ownerOf(ada));
  expect(fauna.requests).toHaveLength(1);
});

test("a missing template is neither retried nor marked", async () => {
  const { fauna, clerk, write } = await setUp(unauthorized, 0);
  clerk.getToken.mockRejectedValue({ status: 404 });
  const error = await failureOf(write().mutateAsync("x"));
  expect(error).toMatchObject({ code: "template_not_found" });
  expect(isMaybeApplied(error)).toBe(false);
  expect(clerk.getToken).toHaveBeenCalledTimes(1);
  expect(fauna.requests).toHaveLength(0);
});

test("a time-out of the driver, while the server works on it, marks the error", async () => {
  const options = { request: { query_timeout_ms: 1 } };
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  fauna.hold();
  let write!: Write;
  const client = { client_timeout_buffer_ms: 20 };
  renderFauna(<Writer options={options} to={(given) => (write = given)} />, {
    clerk,
    fauna,
    client,
  });
  const error = await failureOf(write.mutateAsync("x"));
  expect(error).toMatchObject({ name: "NetworkError", maybeApplied: true });
});

test.each([
  { retry: false, sent: 1 },
  { retry: 1, sent: 2 },
  { retry: (count: number) => count < 2, sent: 3 },
  { retry: true, sent: 7 },
])("retry: $retry bounds the retries", async ({ retry, sent }) => {
  const { fauna, write } = await setUp(status(429, "limit_exceeded"), 6, { options: { retry } });
  write().mutate("x");
  await waitFor(() => expect(write().isPending || write().isIdle).toBe(false));
  expect(fauna.requests).toHaveLength(sent);
});

test("a marked error is the driver's own, with its class and fields", async () => {
  const { write } = await setUp(status(503, "time_out"), 1);
  const error = await failureOf(write().mutateAsync("x"));
  expect(error).toMatchObject({ name: "QueryTimeoutError", httpStatus: 503, code: "time_out" });
});
