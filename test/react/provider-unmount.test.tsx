import { QueryClient } from "@tanstack/react-query";
import { screen, waitFor } from "@testing-library/react";
import { describe, expect, test } from "vitest";

import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { Owner } from "../support/owner";
import { renderFauna } from "../support/render-fauna";
import { ownerOf } from "../support/watcher";
import { variants } from "../support/variants";

describe.each(variants)("$driver $mode", ({ wrap, query }) => {
  test("a provider that unmounts removes its user's data from the QueryClient", async () => {
    const [fauna, clerk, queryClient] = [
      await startFakeFauna(),
      createFakeClerk(ada),
      new QueryClient(),
    ];
    const { unmount } = renderFauna(<Owner query={query()} />, {
      clerk,
      fauna,
      wrap,
      queryClient,
    });
    await screen.findByText(ownerOf(ada));
    queryClient.setQueryData(["other"], "kept");
    unmount();
    await waitFor(() => expect(queryClient.getQueriesData({})).toEqual([[["other"], "kept"]]));
  });

  test("a provider that unmounts aborts requests in flight", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    const hold = fauna.hold();
    const { unmount } = renderFauna(<Owner query={query()} />, { clerk, fauna, wrap });
    await hold.reached();
    unmount();
    await waitFor(() => expect(fauna.requests[0]?.aborted).toBe(true));
  });
});
