import { screen, waitFor } from "@testing-library/react";
import { describe, expect, test } from "vitest";

import { testedDrivers } from "../support/drivers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { modes } from "../support/modes";
import { Owner } from "../support/owner";
import { renderFauna } from "../support/render-fauna";
import { ownerOf } from "../support/watcher";
import { variants } from "../support/variants";

describe.each(testedDrivers)("$driver", ({ driver, query }) => {
  describe.each(variants.filter((each) => each.driver === driver))("$mode", ({ wrap }) => {
    test("unmount aborts the HTTP request: the server sees the socket close", async () => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      const hold = fauna.hold();
      const { update } = renderFauna(<Owner query={query()} />, { clerk, fauna, wrap });
      await hold.reached();
      update(null);
      await waitFor(() => expect(fauna.requests[0]?.aborted).toBe(true));
    });

    test("a request that another component waits for is not aborted", async () => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      const hold = fauna.hold();
      const one = <Owner key="one" query={query()} />;
      const two = <Owner key="two" query={query()} />;
      const { update } = renderFauna([one, two], { clerk, fauna, wrap });
      await hold.reached();
      update([one]);
      hold.release();
      await screen.findByText(ownerOf(ada));
      expect(fauna.requests.map(({ aborted }) => aborted)).toEqual([false]);
    });

    test("an unmount before the token has come sends nothing", async () => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      let release!: (token: string) => void;
      clerk.getToken.mockReturnValueOnce(new Promise((resolve) => (release = resolve)));
      const { update } = renderFauna(<Owner query={query("first")} />, { clerk, fauna, wrap });
      await waitFor(() => expect(clerk.getToken).toHaveBeenCalledTimes(1));
      update(null);
      release(clerk.mint());
      update(<Owner query={query("second")} />);
      await screen.findByText(ownerOf(ada));
      expect(fauna.requests.map(({ body }) => body.includes("second"))).toEqual([true]);
    });
  });

  test("StrictMode's double mount makes one request", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    const wrap = modes[1]?.wrap;
    renderFauna(<Owner query={query()} />, { clerk, fauna, wrap });
    await screen.findByText(ownerOf(ada));
    expect(fauna.requests.map(({ aborted }) => aborted)).toEqual([false]);
    expect(clerk.getToken).toHaveBeenCalledTimes(1);
  });
});
