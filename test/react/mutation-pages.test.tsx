import { screen, waitFor } from "@testing-library/react";
import { fql, type Page } from "fauna";
import { useFaunaInfiniteQuery } from "fauna-clerk";
import { expect, test } from "vitest";

import { failure, success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { isWrite } from "../support/list-server";
import { renderFauna } from "../support/render-fauna";
import { type Write, type WriteOptions, Writer } from "../support/writer";

const all = fql<Page<string>>`all()`;

function Pages() {
  const { items, hasNextPage, fetchNextPage } = useFaunaInfiniteQuery(all);
  return (
    <button type="button" disabled={!hasNextPage} onClick={() => void fetchNextPage()}>
      {items.join(" ")}
    </button>
  );
}

/** A list of two pages, a b and c d, both on the screen. */
async function setUp(optimistic: WriteOptions["optimistic"]) {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  fauna.respond = (request) => {
    if (isWrite(request)) return failure(request, 400, "constraint_failure");
    const isFirst = request.body.includes("all()");
    return success(request, isFirst ? { data: ["a", "b"], after: "cursor" } : { data: ["c", "d"] });
  };
  let write!: Write;
  const options = { ...(optimistic && { optimistic }) };
  const writer = <Writer key="w" options={options} to={(given) => (write = given)} />;
  renderFauna([<Pages key="pages" />, writer], { clerk, fauna });
  (await screen.findByText("a b")).click();
  await screen.findByText("a b c d");
  return { fauna, write: () => write };
}

test("the pages of a list are updated one by one, and rolled back together", async () => {
  const { fauna, write } = await setUp((cache, title) =>
    cache.updatePages(all, (page, index) => ({
      ...page,
      data: [...(index === 0 ? [title] : []), ...page.data.filter((item) => item !== "c")],
    })),
  );
  const hold = fauna.hold(isWrite);
  const answer = write().mutateAsync("new");
  await screen.findByText("new a b d");
  hold.release();
  await expect(answer).rejects.toBeInstanceOf(Error);
  await screen.findByText("a b c d");
});

test("all pages of a list that was updated are refetched", async () => {
  const { fauna, write } = await setUp((cache) => cache.updatePages(all, (page) => page));
  await expect(write().mutateAsync("new")).rejects.toBeInstanceOf(Error);
  await waitFor(() =>
    expect(fauna.requests.filter((request) => !isWrite(request))).toHaveLength(4),
  );
});
