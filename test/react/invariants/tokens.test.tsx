import { screen, waitFor } from "@testing-library/react";
import { describe, expect, test } from "vitest";

import { unauthorized } from "../../support/fake-answers";
import { ada, bob, createFakeClerk } from "../../support/fake-clerk";
import { startFakeFauna } from "../../support/fake-fauna";
import { hurry } from "../../support/hurry";
import { Owner } from "../../support/owner";
import { renderFauna } from "../../support/render-fauna";
import { ownerOf } from "../../support/watcher";
import { variants } from "../../support/variants";

describe.each(variants)("$driver $mode", ({ wrap, query }) => {
  test("every HTTP request asks for a token; the library keeps no token of its own", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    const { cache } = renderFauna(<Owner query={query()} />, { clerk, fauna, wrap });
    await screen.findByText(ownerOf(ada));
    await cache.refetchQueries();
    await cache.refetchQueries();
    const made = await Promise.all(clerk.getToken.mock.results.map(({ value }) => value));
    expect(fauna.requests.map(({ token }) => token)).toEqual(made);
    expect(new Set(made).size).toBe(3);
  });

  test("nothing is sent before the identity is settled", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk()];
    renderFauna(<Owner query={query()} />, { clerk, fauna, wrap });
    await screen.findByText("loading");
    expect(clerk.getToken).not.toHaveBeenCalled();
    clerk.become(ada);
    await screen.findByText(ownerOf(ada));
    expect(fauna.requests).toHaveLength(1);
  });

  test("nothing is sent unauthenticated", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    hurry();
    clerk.getToken.mockResolvedValue(null);
    renderFauna(<Owner query={query()} />, { clerk, fauna, wrap });
    await screen.findByText("token_missing");
    expect(fauna.requests).toEqual([]);
  });

  test("nothing is sent with a token whose sub is not the identity's user", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    clerk.switchTokens(bob);
    renderFauna(<Owner query={query()} />, { clerk, fauna, wrap });
    await waitFor(() => expect(clerk.getToken).toHaveBeenCalledTimes(2));
    clerk.switchTokens(ada);
    await screen.findByText(ownerOf(ada));
    expect(fauna.requests.map(({ claims }) => claims["sub"])).toEqual(["ada"]);
  });

  test("a 401 gets one forced refresh, one retry, and then a typed error", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    fauna.respond = unauthorized;
    clerk.cacheTokens();
    renderFauna(<Owner query={query()} />, { clerk, fauna, wrap });
    await screen.findByText("unauthorized");
    expect(clerk.getToken.mock.calls).toEqual([
      [{ template: "fauna" }],
      [{ template: "fauna" }],
      [{ template: "fauna", skipCache: true }],
    ]);
    expect(fauna.requests).toHaveLength(2);
  });

  test("getToken is raced against a timeout", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    hurry();
    clerk.getToken.mockReturnValue(new Promise(() => undefined));
    renderFauna(<Owner query={query()} />, { clerk, fauna, wrap, tokenTimeout: 5 });
    await screen.findByText("token_timeout");
  });

  test("getToken is raced against an abort signal", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    clerk.getToken.mockReturnValueOnce(new Promise(() => undefined));
    renderFauna(<Owner query={query()} />, { clerk, fauna, wrap });
    await waitFor(() => expect(clerk.getToken).toHaveBeenCalledTimes(1));
    clerk.become(bob);
    await screen.findByText(ownerOf(bob));
  });
});
