import { screen, waitFor } from "@testing-library/react";
import { isTokenError, type TokenErrorCode, useFaunaQuery } from "fauna-clerk";
import type { Query } from "fauna";
import { describe, expect, test, vi } from "vitest";

import { testedDrivers } from "../support/drivers";
import { ada, bob, createFakeClerk, type FakeGetToken } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { hurry } from "../support/hurry";
import { Owner } from "../support/owner";
import { renderFauna } from "../support/render-fauna";
import { ownerOf } from "../support/watcher";
import { variants } from "../support/variants";

const rejects =
  (failure: object): FakeGetToken =>
  () =>
    // Clerk's errors are classes of minified bundles; nothing but these fields is told by them.
    Promise.reject(Object.assign(new Error("e"), { name: "t" }, failure));

const failures: readonly {
  what: string;
  code: TokenErrorCode;
  getToken: FakeGetToken;
  mend: RegExp;
}[] = [
  {
    what: "an unknown template",
    code: "template_not_found",
    getToken: rejects({ status: 404, errors: [{ code: "resource_not_found" }] }),
    mend: /template "fauna".*dashboard/,
  },
  {
    what: "a session that was ended",
    code: "session_ended",
    getToken: rejects({ status: 401 }),
    mend: /Sign in again/,
  },
  {
    what: "a rate limit",
    code: "rate_limited",
    getToken: rejects({ status: 429 }),
    mend: /Try again/,
  },
  {
    what: "being offline",
    code: "offline",
    getToken: rejects({ code: "clerk_offline" }),
    mend: /Try again/,
  },
  {
    what: "any other rejection",
    code: "token_failed",
    getToken: rejects({ message: "the reason" }),
    mend: /the reason/,
  },
];

function Message({ query }: { query: Query<string> }) {
  const { error } = useFaunaQuery(query, { retry: false });
  return (
    <p data-testid="message">{isTokenError(error) ? `${error.code}: ${error.message}` : ""}</p>
  );
}

const message = async (code: TokenErrorCode): Promise<string> => {
  await waitFor(() =>
    expect(screen.getByTestId("message").textContent).toMatch(new RegExp(`^${code}: `)),
  );
  return screen.getByTestId("message").textContent ?? "";
};

describe.each(testedDrivers)("$driver", ({ driver, query }) => {
  describe.each(variants.filter((each) => each.driver === driver))("$mode", ({ wrap }) => {
    test.each(failures)("$what becomes a TokenError $code that names the fix", async (failure) => {
      const { code, getToken, mend } = failure;
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      clerk.getToken.mockImplementation(getToken);
      renderFauna(<Message query={query()} />, { clerk, fauna, wrap });
      expect(await message(code)).toMatch(mend);
      expect(fauna.requests).toEqual([]);
    });

    test("getToken that never settles becomes a TokenError token_timeout", async () => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      clerk.getToken.mockReturnValue(new Promise(() => undefined));
      renderFauna(<Message query={query()} />, { clerk, fauna, wrap, tokenTimeout: 20 });
      expect(await message("token_timeout")).toMatch(/20 ms.*tokenTimeout/);
    });
  });

  test("null while signed in is retried before it becomes token_missing", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    hurry();
    clerk.getToken.mockResolvedValue(null);
    renderFauna(<Message query={query()} />, { clerk, fauna });
    expect(await message("token_missing")).toMatch(/Sign in again/);
    expect(clerk.getToken).toHaveBeenCalledTimes(4);
    expect(fauna.requests).toEqual([]);
  });

  test("null for a moment is no error", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    clerk.getToken.mockResolvedValueOnce(null);
    renderFauna(<Owner query={query()} />, { clerk, fauna });
    await screen.findByText(ownerOf(ada));
    expect(clerk.getToken).toHaveBeenCalledTimes(2);
  });

  test("another user's token for a moment is not sent", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    clerk.switchTokens(bob);
    const bobs = clerk.mint();
    clerk.switchTokens(ada);
    clerk.getToken.mockResolvedValueOnce(bobs);
    renderFauna(<Owner query={query()} />, { clerk, fauna });
    await screen.findByText(ownerOf(ada));
    expect(fauna.requests.map(({ claims }) => claims["sub"])).toEqual(["ada"]);
  });

  test("another user's token that stays becomes token_mismatch", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    hurry();
    clerk.switchTokens(bob);
    renderFauna(<Message query={query()} />, { clerk, fauna });
    expect(await message("token_mismatch")).toMatch(/userId/);
    expect(fauna.requests).toEqual([]);
  });

  test("a token that names another organization is not sent", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    hurry();
    clerk.switchTokens({ ...ada, orgId: "org_navy" });
    renderFauna(<Message query={query()} />, { clerk, fauna });
    await message("token_mismatch");
    expect(fauna.requests).toEqual([]);
  });

  test("an org_id claim that is not a Clerk organization is not compared", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    clerk.getToken.mockResolvedValue(clerk.mint({}, { org_id: "acme" }));
    renderFauna(<Owner query={query()} />, { clerk, fauna });
    await screen.findByText(ownerOf(ada));
  });

  test("null while the device is offline becomes offline", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    hurry();
    const onLine = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    clerk.getToken.mockResolvedValue(null);
    renderFauna(<Message query={query()} />, { clerk, fauna });
    await message("offline");
    onLine.mockRestore();
  });

  test("the wait for Clerk to load ends with token_timeout, as getToken's does", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    clerk.getToken.mockResolvedValueOnce(clerk.mint());
    const { update } = renderFauna(<Message query={query("one")} />, {
      clerk,
      fauna,
      tokenTimeout: 20,
    });
    await fauna.received(1);
    clerk.unload();
    update(<Message query={query("two")} />);
    await message("token_timeout");
    expect(fauna.requests).toHaveLength(1);
  });
});
