import { describe, expect, test, vi } from "vitest";

import {
  addPage,
  type FaunaPage,
  type FaunaPageParam,
  type FaunaPages,
  nextPage,
  previousPage,
  readPage,
  selectShown,
  sharePages,
  shownPages,
  sinceRestart,
  toPage,
} from "../../src/cache/pages";
import { recordOf } from "../../src/cache/query-record";
import { share } from "../../src/cache/share";

type Pages = FaunaPages<unknown>;

const classes = new Set([Object, Array]);
const sharing = (previous: unknown, next: unknown): unknown => share(previous, next, classes);
const shared = sharePages(sharing) as (previous: Pages | undefined, next: Pages) => Pages;

const pagesOf = (...pages: FaunaPage<unknown>[]): Pages => ({
  pages,
  pageParams: pages.map(() => null),
});

test("a page with only a new cursor keeps its rows and takes the new cursor", () => {
  const before = pagesOf({ data: ["a"], after: "old" });
  const { pages } = shared(before, pagesOf({ data: ["a"], after: "new" }));
  expect(pages[0]?.data).toBe(before.pages[0]?.data);
  expect(pages[0]?.after).toBe("new");
});

test("an equal page is the same object", () => {
  const before = pagesOf({ data: ["a"], after: "same" });
  const { pages } = shared(before, pagesOf({ data: ["a"], after: "same" }));
  expect(pages[0]).toBe(before.pages[0]);
});

test("pages that only moved up stay the same objects", () => {
  const [a, b, c] = [{ data: ["a"] }, { data: ["b"] }, { data: ["c"] }];
  const { pages } = shared(pagesOf(a, b), pagesOf(b, c));
  expect(pages[0]).toBe(b);
  expect(pages[1]).toBe(c);
});

test("without sharing, the new data is returned", () => {
  const next = pagesOf({ data: ["a"] });
  expect(sharePages(false)(pagesOf({ data: ["a"] }), next)).toBe(next);
});

test("the shown data stays the same while its rows do", () => {
  const rows = ["a"];
  const before = pagesOf({ data: rows, after: "old" });
  expect(shownPages(before)).toBe(before);
  expect(shownPages(pagesOf({ data: rows, after: "new" }))).toBe(before);
  const longer = pagesOf({ data: rows }, { data: ["b"] });
  expect(shownPages(longer)).toBe(longer);
});

test("data without pages is shown as it is", () => {
  const empty = pagesOf();
  expect(shownPages(empty)).toBe(empty);
  const other = pagesOf();
  expect(shownPages(other)).toBe(other);
});

test("the shown data changes with the rows of any page", () => {
  const rows = ["a"];
  const before = pagesOf({ data: rows }, { data: ["b"] });
  shownPages(before);
  const next = pagesOf({ data: rows }, { data: ["c"] });
  expect(shownPages(next)).toBe(next);
  expect(shownPages(next)).toBe(next);
});

describe("what a component selects", () => {
  test("is made once for the same data, and TanStack is given the same function each time", () => {
    const app = vi.fn((data: Pages): Pages => ({ ...data, pages: [] }));
    const select = selectShown(app);
    expect(selectShown(app)).toBe(select);
    const rows = ["a"];
    const selected = select(pagesOf({ data: rows, after: "old" }));
    expect(selected.pages).toEqual([]);
    expect(select(pagesOf({ data: rows, after: "new" }))).toBe(selected);
    expect(app).toHaveBeenCalledTimes(1);
    expect(select(pagesOf({ data: ["b"] }))).not.toBe(selected);
  });

  test("without a function is the shown data", () => {
    const before = pagesOf({ data: ["x"] });
    expect(selectShown(undefined)(before)).toBe(before);
  });
});

describe("an answer", () => {
  test.each([
    [
      { data: [1], after: "a", before: "b", other: 1 },
      { data: [1], after: "a", before: "b" },
    ],
    [{ data: [1], after: null, before: undefined }, { data: [1] }],
    [{ data: [] }, { data: [] }],
  ])("%j is the page %j", (answer, page) => {
    expect(toPage(answer)).toStrictEqual(page);
  });

  test.each([[{ data: 1 }], [null], [undefined], ["text"], [[1]]])("%j is no page", (answer) => {
    expect(() => toPage(answer)).toThrow(
      expect.objectContaining({
        code: "not_a_set",
        message: expect.stringContaining(
          "This query has no pages. Return a Set, such as Todo.all().",
        ) as string,
      }) as Error,
    );
  });
});

test("the cursors of a page are those of its neighbours, null at the ends", () => {
  expect(nextPage({ data: [], after: "a", before: "b" })).toEqual({ after: "a" });
  expect(previousPage({ data: [], after: "a", before: "b" })).toEqual({ before: "b" });
  expect([nextPage({ data: [], before: "b" }), previousPage({ data: [], after: "a" })]).toEqual([
    null,
    null,
  ]);
});

describe("a page whose cursor has expired", () => {
  const expired = Object.assign(new Error("Gone."), { code: "invalid_cursor" });
  const first: FaunaPage<unknown> = { data: ["a"], after: "next" };
  /** Only first pages can be read. */
  const read = async (param: FaunaPageParam): Promise<FaunaPage<unknown>> => {
    if (param) throw expired;
    return { ...first };
  };

  test("is the first page, and the list starts again there", async () => {
    const old: Pages = {
      pages: [{ data: ["old"] }, { data: ["older"] }],
      pageParams: [null, { after: "1" }],
    };
    const page = await readPage([], { after: "2" }, read);
    expect(page).toEqual(first);
    const next = {
      more: 1,
      pages: [...old.pages, page, { data: ["b"] }],
      pageParams: [...old.pageParams, { after: "2" }, { after: "next" }],
    };
    expect(sinceRestart(next)).toEqual({
      more: 1,
      pages: [page, { data: ["b"] }],
      pageParams: [null, { after: "next" }],
    });
    // Once.
    expect(sinceRestart(next)).toBe(next);
  });

  test("starts the list that TanStack stores again", async () => {
    const page = await readPage([], { after: "2" }, read);
    const next: Pages = { pages: [{ data: ["old"] }, page], pageParams: [null, { after: "2" }] };
    const app = vi.fn((_previous: unknown, data: unknown) => data);
    const stored = sharePages(app)("before", next);
    expect(stored).toEqual({ pages: [page], pageParams: [null] });
    expect(app).toHaveBeenCalledExactlyOnceWith("before", stored);
  });

  test("fails if the list has just started again: it would run in circles", async () => {
    const key: unknown[] = [];
    await readPage(key, { after: "2" }, read);
    expect(recordOf(key).restartCursor).toBe("next");
    await expect(readPage(key, { after: "next" }, read)).rejects.toBe(expired);
    // Later it may.
    expect(await readPage(key, { after: "next" }, read)).toEqual(first);
  });

  test("may be one of FQL v4's, before another", async () => {
    expect(await readPage([], { before: "1" }, read)).toEqual(first);
    const key: unknown[] = [];
    await readPage(key, { after: "1" }, read);
    expect(await readPage(key, { before: "next" }, read)).toEqual(first);
  });

  test("is not what any other failure is, nor that of the first page", async () => {
    for (const failure of [new Error("No."), null, { code: "other" }]) {
      const fail = vi.fn(() => Promise.reject(failure as Error));
      await expect(readPage([], { after: "1" }, fail)).rejects.toBe(failure);
      expect(fail).toHaveBeenCalledTimes(1);
    }
    const fail = vi.fn(() => Promise.reject(expired));
    await expect(readPage([], null, fail)).rejects.toBe(expired);
    expect(fail).toHaveBeenCalledTimes(1);
  });
});

test.each([[undefined], ["text"], [{ pages: 1 }], [{ data: [] }]])(
  "data that has no pages stays as it is: %j",
  (data) => {
    expect(sinceRestart(data)).toBe(data);
    expect(sharePages(true)(undefined, data)).toBe(data);
  },
);

describe("a page that was fetched, added to other data of its list,", () => {
  const page = (name: string, after?: string): FaunaPage<unknown> => ({
    data: [name],
    ...(after && { after }),
  });
  const list = (...names: string[]): Pages => ({
    pages: names.map((name) => page(name, `after ${name}`)),
    pageParams: names.map((name, index) => (index === 0 ? null : { after: `to ${name}` })),
  });
  const titles = (data: Pages | undefined) => data?.pages.flatMap(({ data }) => data);
  const fetched = (names: string[], params: FaunaPageParam[]): Pages => ({
    pages: names.map((name) => page(name)),
    pageParams: params,
  });

  test("comes last", () => {
    const more = addPage(list("A"), fetched(["a", "b"], [null, { after: "1" }]), "forward");
    expect(titles(more)).toEqual(["A", "b"]);
    expect(more?.pageParams).toEqual([null, { after: "1" }]);
  });

  test("comes first if it was fetched backward", () => {
    const more = addPage(list("A"), fetched(["b", "a"], [{ before: "1" }, null]), "backward");
    expect(titles(more)).toEqual(["b", "A"]);
    expect(more?.pageParams).toEqual([{ before: "1" }, null]);
  });

  test("moves another one out if the list has a maximum of pages", () => {
    const forward = fetched(["b", "c"], [{ after: "1" }, { after: "2" }]);
    expect(titles(addPage(list("A", "B"), forward, "forward"))).toEqual(["B", "c"]);
    const backward = fetched(["z", "a"], [{ before: "1" }, null]);
    expect(titles(addPage(list("A", "B"), backward, "backward"))).toEqual(["z", "A"]);
  });

  test("is none if there was no further page", () => {
    const same: Pages = { pages: [page("a"), page("b")], pageParams: [null, { after: "1" }] };
    const known: Pages = { ...same, pages: [page("A"), page("B")] };
    expect(addPage(known, same, "forward")).toBe(known);
    const before: Pages = { pages: [page("b"), page("a")], pageParams: [{ before: "1" }, null] };
    const knownBefore: Pages = { ...before, pages: [page("B"), page("A")] };
    expect(addPage(knownBefore, before, "backward")).toBe(knownBefore);
  });

  test("is a new beginning if the list has started again", () => {
    const again: Pages = { pages: [page("a", "new")], pageParams: [null] };
    expect(addPage(list("A"), again, "forward")).toBeUndefined();
    const to = { pages: [page("A", "new")], pageParams: [null] };
    expect(addPage(to, again, "forward")).toBe(to);
    // Without any page there is nothing it could follow on.
    expect(addPage({ pages: [], pageParams: [] }, again, "forward")).toBeUndefined();
  });
});
