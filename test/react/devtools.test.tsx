import { dehydrate, hashKey, type QueryClient } from "@tanstack/react-query";
import { screen, waitFor } from "@testing-library/react";
import { fql } from "fauna";
import faunadb from "faunadb";
import { describe, expect, test } from "vitest";

import { testedDrivers, v4Expression } from "../support/drivers";
import { unauthorized } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { type FakeFauna, startFakeFauna } from "../support/fake-fauna";
import { Owner } from "../support/owner";
import { renderFauna } from "../support/render-fauna";
import { ownerOf } from "../support/watcher";

/** What TanStack's devtools list: the hashes of the keys. */
const listed = (cache: QueryClient): string[] =>
  cache
    .getQueryCache()
    .getAll()
    .map(({ queryHash }) => queryHash);

/** All that they can show of a query, also the errors. */
const shown = (cache: QueryClient): string =>
  cache
    .getQueryCache()
    .getAll()
    .flatMap(({ queryKey, state, meta, options }) =>
      [queryKey, state, meta, options, String(state.error), state.error?.stack].map((part) =>
        JSON.stringify(part),
      ),
    )
    .concat(JSON.stringify(dehydrate(cache, { shouldDehydrateQuery: () => true })))
    .join("\n");

/** Every part of every token that was sent. */
const sentTokens = ({ requests }: FakeFauna): string[] =>
  requests.flatMap(({ token }) => token.split("."));

test("a key shows the FQL text with its values in their places", async () => {
  const fauna = await startFakeFauna();
  const query = fql<string>`Todo.where(.owner == ${"ada"}).take(${3})`;
  const { cache } = renderFauna(<Owner query={query} />, { fauna, clerk: createFakeClerk(ada) });
  await screen.findByText(ownerOf(ada));
  expect(listed(cache)).toEqual([
    expect.stringContaining(
      '["Todo.where(.owner == ",{"value":"ada"},").take(",{"value":{"@int":"3"}},")"]',
    ),
  ]);
});

test("a key shows a FQL v4 expression as it is sent", async () => {
  const fauna = await startFakeFauna();
  const { query: q } = faunadb;
  const expression = v4Expression(q.Get(q.Ref(q.Collection("todos"), "1")));
  const { cache } = renderFauna(<Owner query={expression as never} />, {
    fauna,
    clerk: createFakeClerk(ada),
  });
  await screen.findByText(ownerOf(ada));
  const body = fauna.requests[0]?.body ?? "";
  expect(listed(cache)).toEqual([
    expect.stringContaining(hashKey([JSON.parse(body) as unknown]).slice(1, -1)),
  ]);
});

describe.each(testedDrivers)("$driver", ({ query }) => {
  test("no key, state, option or dehydrated cache contains a token", async () => {
    const fauna = await startFakeFauna();
    const { cache } = renderFauna(
      <Owner query={query()} options={{ meta: { from: "a test" } }} />,
      {
        fauna,
        clerk: createFakeClerk(ada),
      },
    );
    await screen.findByText(ownerOf(ada));
    expect(sentTokens(fauna).length).toBeGreaterThan(0);
    for (const part of sentTokens(fauna)) expect(shown(cache)).not.toContain(part);
    expect(shown(cache)).toContain(hashKey(["a test"]).slice(1, -1));
  });

  test("the error of a refused query contains no token", async () => {
    const fauna = await startFakeFauna();
    fauna.respond = unauthorized;
    const { cache } = renderFauna(<Owner query={query()} />, {
      fauna,
      clerk: createFakeClerk(ada),
    });
    await waitFor(() => expect(screen.getByTestId("owner").textContent).toBe("unauthorized"));
    expect(fauna.requests).toHaveLength(2);
    for (const part of sentTokens(fauna).filter((each) => each.length > 20))
      expect(shown(cache)).not.toContain(part);
  });
});
