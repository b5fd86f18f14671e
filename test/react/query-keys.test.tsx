import { hashKey } from "@tanstack/react-query";
import { fql } from "fauna";
import { createFaunaClient, faunaQueryOptions, type FaunaAuth } from "fauna-clerk";
import { screen, waitFor } from "@testing-library/react";
import { describe, expect, test } from "vitest";

import { testedDrivers } from "../support/drivers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { identityChanges } from "../support/identity-changes";
import { modes } from "../support/modes";
import { Owner } from "../support/owner";
import { renderFauna } from "../support/render-fauna";
import { ownerOf } from "../support/watcher";

describe.each(modes)("$mode", ({ wrap }) => {
  test("equal queries share a key whatever the order of the keys in object arguments", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    const one = fql<string>`f(${{ a: 1, b: { c: 2, d: 3 } }})`;
    const two = fql<string>`f(${{ b: { d: 3, c: 2 }, a: 1 }})`;
    const owners = [<Owner key="one" query={one} />, <Owner key="two" query={two} />];
    renderFauna(owners, { clerk, fauna, wrap });
    await waitFor(() => expect(screen.getAllByText(ownerOf(ada))).toHaveLength(2));
    expect(fauna.requests).toHaveLength(1);
  });
});

test("different endpoints never share a key", () => {
  const key = (endpoint: string) =>
    faunaQueryOptions(
      { client: createFaunaClient({ endpoint, getToken: () => Promise.resolve(null) }) },
      fql`1`,
    ).queryKey;
  expect(hashKey(key("https://a.test"))).not.toBe(hashKey(key("https://b.test")));
});

describe.each(testedDrivers)("$driver", ({ query }) => {
  test.each(identityChanges)(
    "an identity after $change shares no key with the previous one",
    async (change) => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      const app = renderFauna(<Owner query={query()} />, { clerk, fauna });
      const keys = (): string[] =>
        app.cache
          .getQueryCache()
          .getAll()
          .map(({ queryHash }) => queryHash);
      const [before] = keys();
      if (change.template === undefined) clerk.become(change.who);
      else app.update(<Owner query={query()} />, { template: change.template });
      await screen.findByText(change.shows);
      expect(keys()).not.toContain(before);
    },
  );
});

test("only request options that change the response are part of the key", () => {
  const client = createFaunaClient({
    endpoint: "https://fauna.example.test",
    getToken: () => Promise.resolve(null),
  });
  const auth = undefined as FaunaAuth | undefined;
  const hash = (request?: object) =>
    hashKey(faunaQueryOptions({ client, auth }, fql`1`, { ...(request && { request }) }).queryKey);
  expect(hash({ long_type: "bigint" })).not.toBe(hash());
  expect(hash({ format: "simple" })).not.toBe(hash());
  expect(hash({ typecheck: false })).not.toBe(hash());
  expect(hash({ arguments: { a: 1 } })).not.toBe(hash({ arguments: { a: 2 } }));
  expect(hash({ query_timeout_ms: 1 })).toBe(hash());
});
