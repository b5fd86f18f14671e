import { screen, waitFor } from "@testing-library/react";
import { describe, expect, test } from "vitest";

import { ada, bob, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { untilIdle } from "../support/idle";
import { Owner } from "../support/owner";
import { renderFauna } from "../support/render-fauna";
import { createFrames, expectOwnDataOnly, ownerOf, Watcher } from "../support/watcher";
import { variants } from "../support/variants";

describe.each(variants)("$driver $mode", ({ wrap, query }) => {
  test("isLoaded flickering to false keeps the screen as it is", async () => {
    const [fauna, clerk, frames] = [await startFakeFauna(), createFakeClerk(ada), createFrames()];
    const watcher = <Watcher clerk={clerk} frames={frames} query={query()} />;
    renderFauna(watcher, { clerk, fauna, wrap });
    await screen.findByText(ownerOf(ada));
    const settled = frames.all.length;
    clerk.unload();
    clerk.load();
    const during = frames.all.slice(settled);
    expect(during.length).toBeGreaterThan(0);
    expect(new Set(during.map(({ data }) => data))).toEqual(new Set([ownerOf(ada)]));
    expect(fauna.requests).toHaveLength(1);
  });

  test("isLoaded flickering to false does not abort requests in flight", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    const hold = fauna.hold();
    renderFauna(<Owner query={query()} />, { clerk, fauna, wrap });
    await hold.reached();
    clerk.unload();
    clerk.load();
    hold.release();
    await screen.findByText(ownerOf(ada));
    expect(fauna.requests).toHaveLength(1);
  });

  test("a token that comes while isLoaded is false is sent only once it is true again", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    let give!: (token: string) => void;
    clerk.getToken.mockReturnValueOnce(new Promise((resolve) => (give = resolve)));
    renderFauna(<Owner query={query()} />, { clerk, fauna, wrap });
    await waitFor(() => expect(clerk.getToken).toHaveBeenCalledTimes(1));
    clerk.unload();
    // Still Ada's, but already of the organization that she is about to switch to.
    const next = { ...ada, orgId: "org_navy" };
    clerk.switchTokens(next);
    give(clerk.mint());
    await untilIdle();
    expect(fauna.requests).toEqual([]);
    clerk.become(next);
    await screen.findByText(ownerOf(next));
    expect(fauna.requests).toHaveLength(1);
  });

  test("a request made while isLoaded is false waits and belongs to the next user", async () => {
    const [fauna, clerk, frames] = [await startFakeFauna(), createFakeClerk(ada), createFrames()];
    const watcher = (name: string) => <Watcher clerk={clerk} frames={frames} query={query(name)} />;
    const { update } = renderFauna(watcher("first"), { clerk, fauna, wrap });
    await screen.findByText(ownerOf(ada));
    clerk.unload();
    clerk.switchTokens(bob);
    update(watcher("second"));
    clerk.load();
    await screen.findByText(ownerOf(bob));
    await waitFor(() =>
      expect(fauna.requests.map(({ claims }) => claims["sub"])).toEqual(["ada", "bob"]),
    );
    expectOwnDataOnly(frames);
  });
});
