import { gzipSync } from "node:zlib";

import { QueryClient } from "@tanstack/react-query";
import { screen, waitFor } from "@testing-library/react";
import { describe, expect, test } from "vitest";

import { testedDrivers } from "../support/drivers";
import { failure, success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import {
  createFakeStream,
  type FakeAnswer,
  type ReceivedRequest,
  startFakeFauna,
} from "../support/fake-fauna";
import { startFastClock } from "../support/live-clock";
import { modes } from "../support/modes";
import { Owner, type OwnerProps } from "../support/owner";
import { renderFauna } from "../support/render-fauna";
import { ownerOf } from "../support/watcher";

type Fail = (request: ReceivedRequest) => FakeAnswer;

const status =
  (code: number, name: string): Fail =>
  (request) =>
    failure(request, code, name);

const passing: readonly { what: string; fail: Fail }[] = [
  { what: "a broken connection", fail: () => ({ drop: true }) },
  { what: "429", fail: status(429, "limit_exceeded") },
  { what: "contention", fail: status(409, "contended_transaction") },
  { what: "time-out (440)", fail: status(440, "time_out") },
  { what: "time-out (503)", fail: status(503, "time_out") },
  { what: "500", fail: status(500, "internal_error") },
  { what: "502", fail: status(502, "bad_gateway") },
  { what: "a proxy's page", fail: () => ({ status: 502, body: "<html>Bad Gateway</html>" }) },
  {
    what: "an answer that is cut within its compression",
    fail: (request) => {
      const stream = createFakeStream();
      stream.write(gzipSync(JSON.stringify(success(request, "cut").body)).subarray(0, 15));
      stream.end();
      return { stream, headers: { "content-encoding": "gzip" } };
    },
  },
];

const final: readonly { what: string; fail: Fail }[] = [
  { what: "a query's own error", fail: status(400, "invalid_query") },
  { what: "403", fail: status(403, "forbidden") },
  { what: "410", fail: status(410, "forbidden") },
  { what: "413", fail: status(413, "request_size_exceeded") },
];

const soon = { retryDelay: 1 };

async function run(fail: Fail, failures: number, props: OwnerProps, queryClient?: QueryClient) {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  fauna.respond = (request, index) => (index < failures ? fail(request) : undefined);
  renderFauna(<Owner {...props} />, { clerk, fauna, queryClient });
  return { fauna, clerk };
}

/** Resolves once it shows the failure: it neither loads nor has data. */
const failed = (): Promise<void> =>
  waitFor(() => expect(screen.getByTestId("owner").textContent).toMatch(/^(?!loading|ada)/));

describe.each(testedDrivers)("$driver", ({ query }) => {
  test.each(passing)("a read is sent again after $what", async ({ fail }) => {
    const { fauna } = await run(fail, 2, { query: query(), options: soon });
    await screen.findByText(ownerOf(ada));
    expect(fauna.requests).toHaveLength(3);
  });

  test.each(passing)("a read is retried at most 3 times after $what", async ({ fail }) => {
    const { fauna } = await run(fail, Infinity, { query: query(), options: soon });
    await failed();
    expect(fauna.requests).toHaveLength(4);
  });

  test.each(final)("a read is never retried after $what", async ({ fail }) => {
    const { fauna } = await run(fail, Infinity, { query: query(), options: soon });
    await failed();
    expect(fauna.requests).toHaveLength(1);
  });

  test("every retry asks for a token", async () => {
    const fail = status(503, "time_out");
    const { fauna, clerk } = await run(fail, 2, { query: query(), options: soon });
    await screen.findByText(ownerOf(ada));
    expect(clerk.getToken).toHaveBeenCalledTimes(3);
    expect(new Set(fauna.requests.map(({ token }) => token)).size).toBe(3);
  });

  test("retries back off: 1, 2 and 4 seconds", async () => {
    const clock = startFastClock();
    const times: number[] = [];
    const fail: Fail = (request) => {
      times.push(Date.now());
      return failure(request, 503, "time_out");
    };
    await run(fail, Infinity, { query: query() });
    await clock.until(
      () => times.length === 4,
      () => `four requests, but ${times.length}`,
    );
    const pauses = times.slice(1).map((time, index) => time - times[index]!);
    expect(pauses).toEqual([1000, 2000, 4000]);
  });

  test("retry: false sends once", async () => {
    const options = { ...soon, retry: false };
    const { fauna } = await run(status(503, "time_out"), Infinity, { query: query(), options });
    await failed();
    expect(fauna.requests).toHaveLength(1);
  });

  test("a retry number bounds the retries", async () => {
    const options = { ...soon, retry: 1 };
    const { fauna } = await run(status(503, "time_out"), Infinity, { query: query(), options });
    await failed();
    expect(fauna.requests).toHaveLength(2);
  });

  test("a retry number does not retry a query's own error", async () => {
    const options = { ...soon, retry: 5 };
    const { fauna } = await run(status(400, "invalid_query"), 9, { query: query(), options });
    await failed();
    expect(fauna.requests).toHaveLength(1);
  });

  test("retry: true retries without end while the failure may pass", async () => {
    const options = { ...soon, retry: true };
    const { fauna } = await run(status(503, "time_out"), 6, { query: query(), options });
    await screen.findByText(ownerOf(ada));
    expect(fauna.requests).toHaveLength(7);
  });

  test("a retry function decides for itself", async () => {
    const options = { ...soon, retry: (count: number) => count < 2 };
    const { fauna } = await run(status(400, "invalid_query"), 9, { query: query(), options });
    await failed();
    expect(fauna.requests).toHaveLength(3);
  });

  test("the QueryClient's default retry bounds the retries too", async () => {
    const queryClient = new QueryClient({ defaultOptions: { queries: { retry: 1 } } });
    const props = { query: query(), options: soon };
    const { fauna } = await run(status(503, "time_out"), Infinity, props, queryClient);
    await failed();
    expect(fauna.requests).toHaveLength(2);
  });

  test("Clerk's rate limit is waited out, and nothing is sent meanwhile", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    clerk.getToken.mockRejectedValueOnce({ status: 429 });
    renderFauna(<Owner query={query()} options={soon} />, { clerk, fauna });
    await screen.findByText(ownerOf(ada));
    expect(clerk.getToken).toHaveBeenCalledTimes(2);
    expect(fauna.requests).toHaveLength(1);
  });

  test("a missing template is not retried", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    clerk.getToken.mockRejectedValue({ status: 404 });
    renderFauna(<Owner query={query()} options={soon} />, { clerk, fauna });
    await screen.findByText("template_not_found");
    expect(clerk.getToken).toHaveBeenCalledTimes(1);
  });

  test.each(modes)(
    "a failure that passes leaves no error on the screen, $mode",
    async ({ wrap }) => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      fauna.respond = (_request, index) => (index === 0 ? { drop: true } : undefined);
      renderFauna(<Owner query={query()} options={soon} />, { clerk, fauna, wrap });
      await screen.findByText(ownerOf(ada));
      expect(fauna.requests).toHaveLength(2);
    },
  );
});
