import { fql, type Page, type Query } from "fauna";
import faunadb from "faunadb";
import { describe, expect, test, vi } from "vitest";

import { eventually } from "../support/eventually";
import { failure, success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { type Respond, startFakeFauna } from "../support/fake-fauna";
import { cursorIn, doc, invalidCursor, nullDoc, servePages, v4Ref } from "../support/fake-pages";
import { List, nothingSeen, shown } from "../support/list";
import { renderFauna } from "../support/render-fauna";

const { query: q } = faunadb;

type AnyPage = Query<Page<any>>; // any: whatever the fake server sends
const all: AnyPage = fql`Todo.all()`;
const asQuery = (expression: unknown): AnyPage => expression as AnyPage;

async function list(respond: Respond, query = all, options?: object) {
  const [fauna, clerk, seen] = [await startFakeFauna(), createFakeClerk(ada), nothingSeen()];
  fauna.respond = respond;
  const app = renderFauna(<List query={query} seen={seen} {...(options && { options })} />, {
    clerk,
    fauna,
  });
  return { fauna, clerk, seen, ...app };
}

describe("what a query may return", () => {
  test("a page of Set.paginate()", async () => {
    const page = { data: [doc(1)], after: "next" };
    await list((request) => success(request, page));
    await shown("1");
  });

  test("a Set that comes as only its cursor, whose page is then read", async () => {
    const { fauna } = await list((request) =>
      success(request, cursorIn(request) ? { data: [doc(7)] } : { "@set": "embedded" }),
    );
    await shown("7");
    expect(fauna.requests.map(cursorIn)).toEqual([undefined, "embedded"]);
  });

  test("anything else is an error that names the fix", async () => {
    await list((request) => success(request, "no set"));
    await shown("not_a_set");
  });

  test("an empty Set", async () => {
    const { seen } = await list(servePages([[]]));
    await shown("");
    expect(seen.list.hasNextPage).toBe(false);
  });
});

describe("items", () => {
  test("documents that have been deleted since are left out", async () => {
    const { seen } = await list(
      servePages([
        [doc(1), nullDoc(2)],
        [nullDoc(3), doc(4)],
      ]),
    );
    await shown("1");
    await seen.list.fetchNextPage();
    await shown("1 4");
    expect(seen.list.data?.pages[0]?.data).toHaveLength(2);
  });

  test("documents of two collections with the same id are different items", async () => {
    await list(servePages([[doc(1), doc(1, {}, "Note")]]));
    await shown("1 1");
  });

  test("equal values that are not documents are all kept", async () => {
    await list(servePages([["a", { id: "b" }, { id: "b" }, "a"]]));
    await shown("a b b a");
  });

  test("items come from the pages that select returns", async () => {
    const pages = [[doc(1), doc(2)]];
    const select = (data: { pages: { data: unknown[] }[] }) => ({
      ...data,
      pages: data.pages.map((page) => ({ ...page, data: [...page.data].reverse() })),
    });
    await list(servePages(pages), all, { select });
    await shown("2 1");
  });
});

describe("an invalid cursor", () => {
  const noCursors: Respond = (request) =>
    cursorIn(request) === undefined
      ? success(request, { data: [doc(9)], after: "bad" })
      : invalidCursor(request);

  test("on a later page restarts the list at its first page, silently", async () => {
    let old = true;
    const { seen } = await list((request, index) => {
      const pages = [[doc(1)], [doc(2)], [doc(3)]];
      if (old && cursorIn(request) === "2") return invalidCursor(request);
      return servePages(pages)(request, index);
    });
    await shown("1");
    await seen.list.fetchNextPage();
    await shown("1 2");
    await seen.list.fetchNextPage();
    await shown("1");
    expect(seen.list.error).toBeNull();
    expect(seen.list.data?.pageParams).toEqual([null]);
    old = false;
    await seen.list.fetchNextPage();
    await seen.list.fetchNextPage();
    await shown("1 2 3");
  });

  test("right after a restart is an error, so that no list runs in circles", async () => {
    const { fauna, seen } = await list(noCursors);
    await shown("9");
    await seen.list.fetchNextPage();
    expect(seen.list.error).toBeNull();
    await seen.list.fetchNextPage();
    await eventually(() => expect(seen.list.error).toMatchObject({ code: "invalid_cursor" }));
    expect(seen.list.items).toHaveLength(1);
    expect(fauna.requests.map(cursorIn)).toEqual([undefined, "bad", undefined, "bad"]);
  });

  test("in the middle of a refetch keeps the pages read since the restart", async () => {
    let refused = 0;
    const pages = [[doc(1)], [doc(2)], [doc(3)]];
    const { seen } = await list((request, index) =>
      cursorIn(request) === "1" && refused-- > 0
        ? invalidCursor(request)
        : servePages(pages)(request, index),
    );
    await shown("1");
    await seen.list.fetchNextPage();
    await seen.list.fetchNextPage();
    await shown("1 2 3");
    refused = 1;
    await seen.list.refetch();
    await shown("1 2");
    expect(seen.list.error).toBeNull();
    await seen.list.fetchNextPage();
    await shown("1 2 3");
  });

  test("any other error of a page is the list's error", async () => {
    const { seen } = await list((request) =>
      cursorIn(request) === undefined
        ? success(request, { data: [doc(1)], after: "1" })
        : failure(request, 400, "permission_denied"),
    );
    await shown("1");
    await seen.list.fetchNextPage();
    await eventually(() => expect(seen.list.isFetchNextPageError).toBe(true));
    expect(seen.list.error).toMatchObject({ code: "permission_denied" });
  });
});

describe("FQL v4", () => {
  const documents = q.Paginate(q.Documents(q.Collection("Todo")), { size: 2 });

  test("Map of Paginate follows its cursors", async () => {
    const query = asQuery(q.Map(documents, q.Lambda("ref", q.Get(q.Var("ref")))));
    const { fauna, seen } = await list(servePages([["a"], ["b"]]), query);
    await shown("a");
    await seen.list.fetchNextPage();
    await shown("a b");
    const bodies = fauna.requests.map(({ body }) => JSON.parse(body));
    expect(bodies[1]).toEqual({
      ...bodies[0],
      collection: { ...bodies[0].collection, after: ["1"] },
    });
  });

  test("cursors with references are sent as they came", async () => {
    const after = [v4Ref(3), { "@ts": "2026-01-01T00:00:00Z" }];
    const { fauna, seen } = await list(
      (request) =>
        success(request, JSON.parse(request.body).after ? { data: ["b"] } : { data: ["a"], after }),
      asQuery(documents),
    );
    await shown("a");
    await seen.list.fetchNextPage();
    await shown("a b");
    const { after: sent } = JSON.parse(fauna.requests[1]?.body ?? "");
    const { after: built } = JSON.parse(
      JSON.stringify(
        q.Paginate(q.Documents(q.Collection("Todo")), {
          after: [
            new faunadb.values.Ref(
              "3",
              new faunadb.values.Ref("Todo", faunadb.values.Native.COLLECTIONS),
            ),
            new faunadb.values.FaunaTime("2026-01-01T00:00:00Z"),
          ],
        }),
      ),
    );
    expect(sent).toEqual(built);
  });

  test("before leads to the previous page", async () => {
    const { seen, fauna } = await list(
      (request) => {
        const { before } = JSON.parse(request.body);
        if (!before) return success(request, { data: ["c"], before: ["c"] });
        const isFirst = JSON.stringify(before).includes("b");
        return success(request, isFirst ? { data: ["a"] } : { data: ["b"], before: ["b"] });
      },
      asQuery(q.Paginate(q.Documents(q.Collection("Todo")), { after: ["c"] })),
    );
    await shown("c");
    expect(seen.list.hasPreviousPage).toBe(true);
    // Two calls at once are one page.
    const { fetchPreviousPage } = seen.list;
    await Promise.all([fetchPreviousPage(), fetchPreviousPage()]);
    expect(fauna.requests).toHaveLength(2);
    await shown("b c");
    await fetchPreviousPage();
    await shown("a b c");
    expect(seen.list.hasPreviousPage).toBe(false);
  });

  test.each([
    { first: "fetchPreviousPage", second: "fetchNextPage" },
    { first: "fetchNextPage", second: "fetchPreviousPage" },
  ] as const)("$second during $first fetches its page after that", async ({ first, second }) => {
    const { seen, fauna } = await list(
      (request) => {
        const { before, after } = JSON.parse(request.body);
        if (before?.[0] === "b") return success(request, { data: ["a"], after: ["b"] });
        if (after?.[0] === "c") return success(request, { data: ["c"], before: ["c"] });
        return success(request, { data: ["b"], before: ["b"], after: ["c"] });
      },
      asQuery(q.Paginate(q.Documents(q.Collection("Todo")), { after: ["b"] })),
    );
    await shown("b");
    const hold = fauna.hold();
    const one = seen.list[first]();
    await hold.reached();
    // The second call of a kind joins the first.
    const others = [seen.list[second](), seen.list[first](), seen.list[second]()];
    hold.release();
    await Promise.all([one, ...others]);
    await shown("a b c");
    expect(fauna.requests).toHaveLength(3);
  });

  test("an expression without pages is an error that names the fix", async () => {
    vi.mocked(console.error).mockImplementation(() => undefined);
    await expect(list(servePages([]), asQuery(q.CurrentIdentity()))).rejects.toMatchObject({
      name: "ConfigurationError",
      code: "not_a_set",
      message: expect.stringContaining("q.Paginate"),
    });
    vi.mocked(console.error).mockClear();
  });
});
