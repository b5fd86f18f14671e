import { QueryClient } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import { fql } from "fauna";
import { useFaunaAuth, useFaunaSuspenseQuery } from "fauna-clerk";
import { expect, test } from "vitest";

import { Boundary } from "../support/boundary";
import { expectCaughtErrors } from "../support/caught-errors";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { renderFauna } from "../support/render-fauna";
import { holdTimeLimits } from "../support/time-limit";
import { ownerOf } from "../support/watcher";

const query = fql<string>`whoami()`;

function Suspending() {
  return <p>{useFaunaSuspenseQuery(query).data}</p>;
}
const suspending = (
  <Boundary>
    <Suspending />
  </Boundary>
);

test("each time that Clerk loads it has the whole limit of time", async () => {
  const [fauna, queryClient] = [await startFakeFauna(), new QueryClient()];
  const limit = holdTimeLimits();
  const show = () => {
    const clerk = createFakeClerk();
    return { clerk, ...renderFauna(suspending, { clerk, fauna, queryClient }) };
  };
  const first = show();
  first.clerk.become(ada);
  await screen.findByText(ownerOf(ada));
  first.unmount();
  limit.end();
  const { clerk } = show();
  expect(screen.getByTestId("fallback")).toBeDefined();
  clerk.become(ada);
  await screen.findByText(ownerOf(ada));
});

test("if Clerk is late already, a component that comes now does not wait once more", async () => {
  expectCaughtErrors();
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk()];
  const limit = holdTimeLimits();
  const Status = () => <p>{useFaunaAuth().status}</p>;
  const { update } = renderFauna(<Status />, { clerk, fauna });
  await screen.findByText("loading");
  limit.end();
  update(suspending);
  expect((await screen.findByTestId("error")).textContent).toBe("token_timeout");
});
