import { QueryClient, type Query } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";

import { singleFlight } from "../../src/react/use-single-flight";

type Fetching = "list" | "forward" | "backward" | undefined;

/** A list that is being fetched. */
function listWith(fetching: Fetching): { list: Query; become: (next: Fetching) => void } {
  const cache = new QueryClient();
  const list = cache
    .getQueryCache()
    .build(cache, { queryKey: [Math.random()] as readonly unknown[] });
  list.setData({ pages: [], pageParams: [] });
  const become = (next: Fetching): void =>
    list.setState({
      fetchStatus: next ? "fetching" : "idle",
      fetchMeta: next && next !== "list" ? { fetchMore: { direction: next } } : null,
    } as never);
  become(fetching);
  return { list, become };
}

test.each([
  { side: "forward", fetching: undefined, calls: 1 },
  { side: "forward", fetching: "forward", calls: 1 },
  { side: "backward", fetching: "backward", calls: 1 },
  { side: "forward", fetching: "backward", calls: 2 },
  { side: "backward", fetching: "forward", calls: 2 },
  { side: "forward", fetching: "list", calls: 2 },
] as const)(
  "a page on the $side side is fetched at once or, if something else is being fetched ($fetching), after that",
  async ({ side, fetching, calls }) => {
    const { list, become } = listWith(fetching);
    const fetchPage = vi.fn(async (_options?: object) => become(undefined));
    await singleFlight(fetchPage, () => list, side)();
    expect(fetchPage.mock.calls).toEqual(Array(calls).fill([{ cancelRefetch: false }]));
  },
);

test("what the app says of a refetch counts for its own page alone", async () => {
  const { list, become } = listWith("list");
  const fetchPage = vi.fn(async (_options?: object) => become(undefined));
  await singleFlight(fetchPage, () => list, "forward")({ cancelRefetch: true });
  expect(fetchPage.mock.calls).toEqual([[{ cancelRefetch: false }], [{ cancelRefetch: true }]]);
});

test("no page is fetched of another user's list that has taken its place meanwhile", async () => {
  const [own, others] = [listWith("list").list, listWith(undefined).list];
  let shown = own;
  const fetchPage = vi.fn(async (_options?: object) => {
    shown = others;
    return "fetched";
  });
  expect(await singleFlight(fetchPage, () => shown, "forward")()).toBe("fetched");
  expect(fetchPage).toHaveBeenCalledTimes(1);
});
