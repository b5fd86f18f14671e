import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { fql, type Page } from "fauna";
import { FaunaProvider, useFaunaSuspenseInfiniteQuery, useFaunaSuspenseQuery } from "fauna-clerk";
import { beforeEach, describe, expect, test } from "vitest";

import { Boundary } from "../support/boundary";
import { expectCaughtErrors } from "../support/caught-errors";
import { failure, success } from "../support/fake-answers";
import { ada, bob, createFakeClerk, type Who } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { servePages } from "../support/fake-pages";
import { untilIdle } from "../support/idle";
import { modes } from "../support/modes";
import { renderFauna } from "../support/render-fauna";
import { stopDate } from "../support/stop-date";
import { variants } from "../support/variants";
import { ownerOf } from "../support/watcher";

beforeEach(stopDate);

describe.each(modes)("$mode", ({ mode, wrap }) => {
  describe.each(variants.filter((each) => each.mode === mode))("$driver", ({ query }) => {
    async function setUp(who: Who | null | undefined) {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(who)];
      const seen: unknown[] = [];
      // The query is made anew on every render.
      function Owner({ name = "who" }: { name?: string }) {
        const { data } = useFaunaSuspenseQuery(query(name));
        seen.push(data);
        return <p data-testid="owner">{data}</p>;
      }
      const show = (children = <Owner />) =>
        renderFauna(<Boundary>{children}</Boundary>, { clerk, fauna, wrap });
      return { fauna, clerk, seen, show, Owner };
    }

    test("the fallback shows until there is data, which is never undefined", async () => {
      const { fauna, seen, show } = await setUp(ada);
      const hold = fauna.hold();
      show();
      await hold.reached();
      expect(screen.getByTestId("fallback")).toBeDefined();
      hold.release();
      await screen.findByText(ownerOf(ada));
      expect(seen).not.toContain(undefined);
    });

    test("a query that is created on every render is sent once", async () => {
      const { fauna, seen, show } = await setUp(ada);
      show();
      await screen.findByText(ownerOf(ada));
      expect(fauna.requests).toHaveLength(1);
      expect(seen.length).toBeLessThan(5);
    });

    test("it suspends while Clerk is loading, and runs once somebody is signed in", async () => {
      const { fauna, clerk, show } = await setUp(undefined);
      const { cache } = show();
      expect(screen.getByTestId("fallback")).toBeDefined();
      await untilIdle();
      expect(fauna.requests).toEqual([]);
      // A query of nobody would be another entry, with another limit of time.
      expect(cache.getQueryCache().getAll()).toEqual([]);
      clerk.become(ada);
      await screen.findByText(ownerOf(ada));
      expect(fauna.requests).toHaveLength(1);
    });

    test("signed out is an error that a boundary can recognise, and a reset after signing in shows data", async () => {
      expectCaughtErrors();
      const { fauna, clerk, show } = await setUp(null);
      show();
      expect((await screen.findByTestId("error")).textContent).toBe("signed_out");
      expect(fauna.requests).toEqual([]);
      clerk.become(ada);
      fireEvent.click(screen.getByTestId("error"));
      await screen.findByText(ownerOf(ada));
    });

    test("signing out replaces the data by that error", async () => {
      expectCaughtErrors();
      const { clerk, show } = await setUp(ada);
      show();
      await screen.findByText(ownerOf(ada));
      clerk.become(null);
      expect(screen.getByTestId("error").textContent).toBe("signed_out");
    });

    test("it suspends while Clerk is loading, then fails if nobody is signed in", async () => {
      expectCaughtErrors();
      const { clerk, show } = await setUp(undefined);
      show();
      clerk.become(null);
      expect((await screen.findByTestId("error")).textContent).toBe("signed_out");
    });

    test("an error goes to the nearest boundary, and a reset runs the query again", async () => {
      expectCaughtErrors();
      const { fauna, show } = await setUp(ada);
      fauna.respond = (request, index) =>
        index === 0 ? failure(request, 400, "invalid_query") : undefined;
      show();
      const error = await screen.findByTestId("error");
      expect(error.textContent).toContain("invalid_query");
      fireEvent.click(error);
      await screen.findByText(ownerOf(ada));
      expect(fauna.requests).toHaveLength(2);
    });

    test("after a switch of user it suspends, without an error or a frame of the previous user's data", async () => {
      const { fauna, clerk, seen, show } = await setUp(ada);
      show();
      await screen.findByText(ownerOf(ada));
      seen.length = 0;
      const hold = fauna.hold();
      clerk.become(bob);
      await hold.reached();
      expect(screen.getByTestId("fallback")).toBeDefined();
      hold.release();
      await waitFor(() => expect(screen.getByTestId("owner").textContent).toBe(ownerOf(bob)));
      expect(new Set(seen)).toEqual(new Set([ownerOf(bob)]));
    });

    test("a failing refetch keeps the data", async () => {
      const { fauna, show } = await setUp(ada);
      const { cache } = show();
      await screen.findByText(ownerOf(ada));
      fauna.respond = (request) => failure(request, 400, "invalid_query");
      await act(() => cache.refetchQueries());
      expect(screen.getByTestId("owner").textContent).toBe(ownerOf(ada));
    });

    test("siblings send their requests at the same time", async () => {
      const { fauna, show, Owner } = await setUp(ada);
      const hold = fauna.hold();
      show(
        <>
          <Owner name="first" />
          <Owner name="second" />
        </>,
      );
      await hold.reached(2);
      hold.release();
      await waitFor(() => expect(screen.getAllByText(ownerOf(ada))).toHaveLength(2));
      expect(fauna.requests).toHaveLength(2);
    });
  });

  test("a skipped query is an error that names the fix", async () => {
    expectCaughtErrors();
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    function Skipped() {
      useFaunaSuspenseQuery(null as never);
      return null;
    }
    renderFauna(
      <Boundary>
        <Skipped />
      </Boundary>,
      { clerk, fauna, wrap },
    );
    expect((await screen.findByTestId("error")).textContent).toBe("not_a_query");
  });

  test("an infinite query suspends only for its first page", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    fauna.respond = servePages([["a"], ["b"], ["c"]]);
    function List() {
      const { items, data, fetchNextPage, isFetchingNextPage } = useFaunaSuspenseInfiniteQuery(
        fql<Page<string>>`Todo.all()`,
      );
      return (
        <button onClick={() => void fetchNextPage()}>
          {`${items.join(" ")} of ${data.pages.length}${isFetchingNextPage ? " …" : ""}`}
        </button>
      );
    }
    renderFauna(
      <Boundary>
        <List />
      </Boundary>,
      { clerk, fauna, wrap },
    );
    const button = await screen.findByText("a of 1");
    const hold = fauna.hold();
    fireEvent.click(button);
    await screen.findByText("a of 1 …");
    fireEvent.click(button);
    hold.release();
    await screen.findByText("a b of 2");
    expect(fauna.requests).toHaveLength(2);
  });

  test("a query below a provider inside the boundary is sent once, too", async () => {
    const fauna = await startFakeFauna();
    function Value() {
      return <p data-testid="value">{useFaunaSuspenseQuery(fql<string>`value()`).data}</p>;
    }
    render(
      wrap(
        <Boundary>
          <FaunaProvider endpoint={fauna.url} getToken={async () => "secret"} userId="ada">
            <Value />
          </FaunaProvider>
        </Boundary>,
      ),
    );
    await screen.findByTestId("value");
    expect(fauna.requests).toHaveLength(1);
  });

  test("an unchanged refetch renders nothing", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    fauna.respond = (request) => success(request, { list: [{ a: { "@int": "1" } }] });
    let renders = 0;
    function Value() {
      const { data } = useFaunaSuspenseQuery(fql<{ list: { a: number }[] }>`value()`);
      renders++;
      return <p>{JSON.stringify(data)}</p>;
    }
    const { cache } = renderFauna(
      <Boundary>
        <Value />
      </Boundary>,
      { clerk, fauna, wrap },
    );
    await screen.findByText('{"list":[{"a":1}]}');
    const before = renders;
    await act(() => cache.refetchQueries());
    expect(fauna.requests).toHaveLength(2);
    expect(renders).toBe(before);
  });
});
