import { inspect } from "node:util";

import { dehydrate, type QueryClient } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import { describe, expect, test, vi } from "vitest";

import { testedDrivers } from "../../support/drivers";
import { failure, unauthorized } from "../../support/fake-answers";
import { ada, createFakeClerk } from "../../support/fake-clerk";
import { type FakeFauna, type Respond, startFakeFauna } from "../../support/fake-fauna";
import { Owner } from "../../support/owner";
import { renderFauna } from "../../support/render-fauna";

const text = (value: unknown): string => inspect(value, { depth: 12, showHidden: true });

/** All that devtools and persisters can see of a cache. */
const visible = (cache: QueryClient): string => {
  const all = { shouldDehydrateQuery: () => true, shouldRedactErrors: () => false };
  const queries = cache.getQueryCache().getAll();
  return [
    text(queries),
    JSON.stringify(queries.map(({ queryKey, queryHash, state }) => [queryKey, queryHash, state])),
    JSON.stringify(dehydrate(cache, all)),
    ...queries.map(({ state: { error } }) => [error?.message, error?.stack].join()),
  ].join("\n");
};

function expectNoToken(seen: string, { requests }: FakeFauna): void {
  expect(requests.length).toBeGreaterThan(0);
  for (const { token } of requests)
    for (const part of token.split(".")) expect(seen).not.toContain(part);
}

const outcomes: readonly { what: string; respond: Respond }[] = [
  { what: "an answer", respond: () => undefined },
  { what: "a query's own error", respond: (request) => failure(request, 400, "invalid_query") },
  { what: "a refusal", respond: unauthorized },
  { what: "a server's failure", respond: (request) => failure(request, 500, "internal_error") },
  { what: "a broken connection", respond: () => ({ drop: true }) },
  { what: "an answer that is no JSON", respond: () => ({ body: "<html>" }) },
];

describe.each(testedDrivers)("$driver", ({ query }) => {
  test.each(outcomes)(
    "a token appears in no error, cache key, dehydrated state or devtools panel after $what",
    async ({ respond }) => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      fauna.respond = respond;
      const owner = <Owner query={query()} options={{ retry: false }} />;
      const { cache } = renderFauna(owner, { clerk, fauna });
      await screen.findByText(/^(?!loading|nothing)./, { selector: "p" });
      expectNoToken(visible(cache), fauna);
    },
  );

  test("a token appears in nothing that can be seen while its request is under way", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    const hold = fauna.hold();
    const { cache } = renderFauna(<Owner query={query()} />, { clerk, fauna });
    await hold.reached();
    expectNoToken(visible(cache), fauna);
  });

  test("a token appears in no log, the driver's debug log included", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    const log = vi.fn();
    const logger = { trace: log, debug: log, info: log, warn: log, error: log, fatal: log };
    const console_ = vi.spyOn(console, "log");
    fauna.respond = unauthorized;
    const options = { clerk, fauna, client: { logger } };
    renderFauna(<Owner query={query()} options={{ retry: false }} />, options);
    await screen.findByText("unauthorized");
    expectNoToken(text([log.mock.calls, console_.mock.calls]), fauna);
  });
});
