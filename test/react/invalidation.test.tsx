import { screen } from "@testing-library/react";
import { fql } from "fauna";
import type { ReactNode } from "react";
import { expect, test } from "vitest";

import { testedDrivers } from "../support/drivers";
import { success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { doc, servePages } from "../support/fake-pages";
import { List, nothingSeen } from "../support/list";
import { Owner } from "../support/owner";
import { renderFauna, type RenderFaunaOptions } from "../support/render-fauna";

async function setUp() {
  const fauna = await startFakeFauna();
  const clerk = createFakeClerk(ada);
  fauna.respond = (request, index) => success(request, index === 0 ? "before" : "after");
  return { fauna, clerk };
}

async function invalidateDuringFirstLoad(shown: ReactNode, options: RenderFaunaOptions) {
  const held = options.fauna.hold();
  const { cache } = renderFauna(shown, options);
  await held.reached();
  void cache.invalidateQueries();
  held.release();
}

test.each(testedDrivers)(
  "a $driver query that is invalidated during its first load shows what is so afterwards",
  async ({ query }) => {
    const { fauna, clerk } = await setUp();
    await invalidateDuringFirstLoad(<Owner query={query()} />, { clerk, fauna });
    await screen.findByText("after");
    expect(fauna.requests).toHaveLength(2);
  },
);

test("a list that is invalidated during its first load shows what is so afterwards", async () => {
  const { fauna, clerk } = await setUp();
  fauna.respond = (request, index) => servePages([[doc(index)]])(request, index);
  const list = <List query={fql`Todo.all()`} seen={nothingSeen()} />;
  await invalidateDuringFirstLoad(list, { clerk, fauna });
  await screen.findByText("1");
  expect(fauna.requests).toHaveLength(2);
});

test("a query whose data was invalidated before is asked for once", async () => {
  const { fauna, clerk } = await setUp();
  const query = fql<string>`owner()`;
  const { cache } = renderFauna(<Owner query={query} />, { clerk, fauna });
  await screen.findByText("before");
  await cache.invalidateQueries();
  await screen.findByText("after");
  expect(fauna.requests).toHaveLength(2);
});
