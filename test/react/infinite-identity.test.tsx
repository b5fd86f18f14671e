import { act, screen, waitFor } from "@testing-library/react";
import { fql, type Page } from "fauna";
import {
  type FaunaInfiniteQueryOptionsResult,
  faunaInfiniteQueryOptions,
  useFaunaAuth,
  useFaunaClient,
  useFaunaInfiniteQuery,
  useFaunaQuery,
} from "fauna-clerk";
import { useInfiniteQuery } from "@tanstack/react-query";
import { describe, expect, test } from "vitest";

import { ownerIn, success } from "../support/fake-answers";
import { ada, bob, createFakeClerk, type Who } from "../support/fake-clerk";
import { type Respond, startFakeFauna } from "../support/fake-fauna";
import { identityChanges } from "../support/identity-changes";
import { cursorIn, doc, servePages } from "../support/fake-pages";
import { untilIdle } from "../support/idle";
import { List, nothingSeen, shown } from "../support/list";
import { modes } from "../support/modes";
import { renderFauna } from "../support/render-fauna";

const all = fql<Page<any>>`Todo.all()`; // any: whatever the fake server sends

/** Two pages, each of whom the token is. */
const ownPages: Respond = (request) =>
  success(request, {
    data: [`${ownerIn(request.claims)}:${cursorIn(request) ?? "0"}`],
    ...(cursorIn(request) === undefined && { after: "1" }),
  });

describe.each(modes)("$mode", ({ wrap }) => {
  async function setUp(who: Who | null | undefined) {
    const [fauna, clerk, seen] = [await startFakeFauna(), createFakeClerk(who), nothingSeen()];
    fauna.respond = ownPages;
    const list = <List query={all} seen={seen} />;
    return { fauna, clerk, seen, list, show: () => renderFauna(list, { clerk, fauna, wrap }) };
  }

  test.each(identityChanges)("no page outlives $change", async ({ who, template, shows }) => {
    const { clerk, seen, list, show } = await setUp(ada);
    const app = show();
    await shown("ada sess_ada - fauna:0");
    await seen.list.fetchNextPage();
    await shown("ada sess_ada - fauna:0 ada sess_ada - fauna:1");
    if (template === undefined) clerk.become(who);
    else app.update(list, { template });
    await shown(who ? `${shows}:0` : "");
    const cached = app.cache.getQueriesData({}).map(([, data]) => JSON.stringify(data));
    expect(cached.join()).not.toContain("ada sess_ada - fauna:");
  });

  test("a page that comes after its user has gone is dropped", async () => {
    const { fauna, clerk, seen, show } = await setUp(ada);
    show();
    await shown("ada sess_ada - fauna:0");
    const hold = fauna.hold();
    const fetched = seen.list.fetchNextPage();
    await hold.reached();
    clerk.become(bob);
    hold.release();
    await fetched;
    await shown("bob sess_bob - fauna:0");
  });

  test("loading is true while Clerk loads, and false while nobody is signed in", async () => {
    const { clerk, seen, show } = await setUp(undefined);
    show();
    expect(seen.list.loading).toBe(true);
    clerk.become(null);
    expect(seen.list.loading).toBe(false);
    expect(seen.list.items).toEqual([]);
    clerk.become(ada);
    expect(seen.list.loading).toBe(true);
    await shown("ada sess_ada - fauna:0");
  });

  test("a falsy query is skipped", async () => {
    const { fauna, clerk, seen } = await setUp(ada);
    renderFauna(<List query={null} seen={seen} />, { clerk, fauna, wrap });
    expect(seen.list.loading).toBe(false);
    await untilIdle();
    expect(fauna.requests).toEqual([]);
  });

  test("pages and the plain result of one query never share an entry", async () => {
    const { fauna, clerk } = await setUp(ada);
    fauna.respond = servePages([[doc(1)]]);
    function Both() {
      const { data } = useFaunaQuery(all);
      const { items } = useFaunaInfiniteQuery(all);
      return <p>{data && items.length > 0 ? `${data.data.length} ${items.length}` : "…"}</p>;
    }
    const { cache } = renderFauna(<Both />, { clerk, fauna, wrap });
    await screen.findByText("1 1");
    expect(cache.getQueryCache().getAll()).toHaveLength(2);
    expect(fauna.requests).toHaveLength(2);
  });

  test("faunaInfiniteQueryOptions shares the hook's entry", async () => {
    const { fauna, clerk, seen } = await setUp(ada);
    let options: FaunaInfiniteQueryOptionsResult<string> | undefined;
    function Theirs() {
      const fauna = { client: useFaunaClient(), auth: useFaunaAuth() };
      options = faunaInfiniteQueryOptions(fauna, fql<Page<string>>`Todo.all()`);
      const { data } = useInfiniteQuery(options);
      return <p data-testid="theirs">{data?.pages.flatMap((page) => page.data).join(" ")}</p>;
    }
    const children = [<List key="ours" query={all} seen={seen} />, <Theirs key="theirs" />];
    const { cache } = renderFauna(children, { clerk, fauna, wrap });
    await shown("ada sess_ada - fauna:0");
    await act(() => seen.list.fetchNextPage());
    await waitFor(() =>
      expect(screen.getByTestId("theirs").textContent).toBe(screen.getByTestId("list").textContent),
    );
    expect(fauna.requests).toHaveLength(2);
    expect(options && cache.getQueryData(options.queryKey)?.pages).toHaveLength(2);
  });
});
