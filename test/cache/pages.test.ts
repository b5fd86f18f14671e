import { expect, test } from "vitest";

import { type FaunaPage, type FaunaPages, sharePages, shownPages } from "../../src/cache/pages";
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
