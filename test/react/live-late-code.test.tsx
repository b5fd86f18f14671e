import { screen } from "@testing-library/react";
import { fql, type Page } from "fauna";
import { useFaunaLiveInfiniteQuery } from "fauna-clerk";
import { useEffect } from "react";
import { expect, onTestFinished, test, vi } from "vitest";

import { onDemand } from "../../src/live/load-on-demand";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { startSilentPages } from "../support/fake-pages";
import { untilIdle } from "../support/idle";
import { renderFauna } from "../support/render-fauna";

test("a list whose code comes while a further page is being fetched asks for no page again", async () => {
  const [fauna, clerk] = [await startSilentPages([["one"], ["two"]]), createFakeClerk(ada)];
  const { load } = onDemand;
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  const spy = vi.spyOn(onDemand, "load").mockImplementation(() => released.then(load));
  onTestFinished(() => spy.mockRestore());

  function List() {
    const query = fql<Page<string>>`Todo.all().pageSize(1)`;
    const { items, data, fetchNextPage } = useFaunaLiveInfiniteQuery(query);
    const isFirst = data?.pages.length === 1;
    useEffect(() => void (isFirst && fetchNextPage()), [isFirst, fetchNextPage]);
    return <p>{items.join(", ")}</p>;
  }
  const second = fauna.hold(
    ({ path, body }) => path === "/query/1" && !body.includes("eventSource"),
  );
  renderFauna(<List />, { clerk, fauna });
  await second.reached();
  release();
  await load();
  await untilIdle();
  second.release();
  await screen.findByText("one, two");
  await untilIdle();
  expect(fauna.requests.filter(({ path }) => path === "/query/1")).toHaveLength(2);
});
