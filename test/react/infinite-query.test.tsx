import { fql, type Page, type Query } from "fauna";
import faunadb from "faunadb";
import { describe, expect, test } from "vitest";

import { success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { cursorIn, doc, servePages, v4Doc } from "../support/fake-pages";
import { List, nothingSeen, shown } from "../support/list";
import { modes } from "../support/modes";
import { renderFauna } from "../support/render-fauna";

const { query: q } = faunadb;

type AnyPage = Query<Page<any>>; // any: whatever the fake server sends

const drivers = [
  { driver: "v10", query: fql`Todo.all()` as AnyPage, item: doc },
  {
    driver: "v4",
    query: q.Paginate(q.Documents(q.Collection("Todo"))) as unknown as AnyPage,
    item: v4Doc,
  },
];

describe.each(modes)("$mode", ({ wrap }) => {
  describe.each(drivers)("$driver", ({ query, item }) => {
    const threePages = () => [
      [item(1), item(2)],
      [item(3), item(4)],
      [item(5), item(6)],
    ];

    async function setUp(pages: readonly (readonly unknown[])[] = threePages()) {
      const [fauna, clerk, seen] = [await startFakeFauna(), createFakeClerk(ada), nothingSeen()];
      fauna.respond = servePages(pages);
      const show = (options?: object) =>
        renderFauna(<List query={query} seen={seen} {...(options && { options })} />, {
          clerk,
          fauna,
          wrap,
        });
      return { fauna, clerk, seen, show };
    }

    test("pages follow the cursors to the end", async () => {
      const { seen, show } = await setUp();
      show();
      await shown("1 2");
      await seen.list.fetchNextPage();
      await seen.list.fetchNextPage();
      await shown("1 2 3 4 5 6");
      expect(seen.list.hasNextPage).toBe(false);
      expect(seen.list.data?.pages.map(({ data }) => data.length)).toEqual([2, 2, 2]);
    });

    test("every page is requested with its own token", async () => {
      const { fauna, clerk, seen, show } = await setUp();
      show();
      await shown("1 2");
      await seen.list.fetchNextPage();
      expect(clerk.getToken).toHaveBeenCalledTimes(2);
      expect(new Set(fauna.requests.map(({ token }) => token)).size).toBe(2);
    });

    test("fetchNextPage is single-flight", async () => {
      const { fauna, seen, show } = await setUp();
      show();
      await shown("1 2");
      const { fetchNextPage } = seen.list;
      await Promise.all([fetchNextPage(), fetchNextPage(), fetchNextPage()]);
      await shown("1 2 3 4");
      expect(fauna.requests.map(cursorIn)).toEqual([undefined, "1"]);
    });

    test("fetchNextPage during a refetch waits for it, and then fetches the page", async () => {
      const { fauna, seen, show } = await setUp();
      show();
      await shown("1 2");
      const hold = fauna.hold();
      const refetched = seen.list.refetch();
      await hold.reached();
      const fetched = Promise.all([seen.list.fetchNextPage(), seen.list.fetchNextPage()]);
      hold.release();
      await Promise.all([refetched, fetched]);
      await shown("1 2 3 4");
      expect(fauna.requests.map(cursorIn)).toEqual([undefined, undefined, "1"]);
      expect(fauna.requests.map(({ aborted }) => aborted)).toEqual([false, false, false]);
    });

    test("fetchNextPage waits for the list that is shown now, not for one that was shown before", async () => {
      const { fauna, clerk, seen } = await setUp();
      const app = renderFauna(<List query={null} seen={seen} />, { clerk, fauna, wrap });
      app.update(<List query={query} seen={seen} />);
      await shown("1 2");
      const hold = fauna.hold();
      const refetched = seen.list.refetch();
      await hold.reached();
      const fetched = seen.list.fetchNextPage();
      hold.release();
      await Promise.all([refetched, fetched]);
      await shown("1 2 3 4");
      expect(fauna.requests.map(cursorIn)).toEqual([undefined, undefined, "1"]);
    });

    test("fetchNextPage keeps its identity", async () => {
      const { seen, show } = await setUp();
      show();
      await shown("1 2");
      const { fetchNextPage } = seen.list;
      await fetchNextPage();
      await shown("1 2 3 4");
      expect(seen.list.fetchNextPage).toBe(fetchNextPage);
    });

    test("maxPages keeps the last pages", async () => {
      const { seen, show } = await setUp();
      show({ maxPages: 2 });
      await shown("1 2");
      await seen.list.fetchNextPage();
      await seen.list.fetchNextPage();
      await shown("3 4 5 6");
    });

    test("a refetch reads every page again, starting with the first", async () => {
      const pages = threePages();
      const { fauna, seen, show } = await setUp(pages);
      show();
      await shown("1 2");
      await seen.list.fetchNextPage();
      pages.splice(0, 2, [item(0), item(1)], [item(2), item(3)]);
      await seen.list.refetch();
      await shown("0 1 2 3");
      expect(fauna.requests.map(cursorIn)).toEqual([undefined, "1", undefined, "1"]);
    });

    test("items hold each document once, at its first position and with its last value", async () => {
      const pages = [
        [item(1, { n: 1 }), item(2)],
        [item(1, { n: 2 }), item(3)],
      ];
      const { seen, show } = await setUp(pages);
      show();
      await shown("1 2");
      await seen.list.fetchNextPage();
      await shown("1 2 3");
      const [first] = seen.list.items;
      expect(first.n ?? first.data.n).toBe(2);
    });

    test("an unchanged refetch with new cursors renders nothing, and items stay the same array", async () => {
      const { fauna, seen, show } = await setUp();
      show({ notifyOnChangeProps: ["data"] });
      await shown("1 2");
      const { items, data } = seen.list;
      const { renders } = seen;
      fauna.respond = (request) => {
        const data = [item(1), item(2)];
        const page = { data, after: request.path.endsWith("/query/1") ? "new" : ["new"] };
        return success(request, page);
      };
      await seen.list.refetch();
      expect(seen.renders).toBe(renders);
      expect(seen.list.items).toBe(items);
      expect(seen.list.data).toBe(data);
      await seen.list.fetchNextPage();
      expect(fauna.requests.map(cursorIn)).toEqual([undefined, undefined, "new"]);
    });
  });
});
