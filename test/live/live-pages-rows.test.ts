import { describe, expect, test } from "vitest";

import type { QueryRecord } from "../../src/cache/query-record";
import type { FaunaEvent } from "../../src/live/event-types";
import { createRows } from "../../src/live/live-pages";
import { compareBy } from "../../src/live/row-order";
import { compareIds, type RowRules } from "../../src/live/rows";
import { doc, event, gone, idsOf, type List, SINCE } from "../support/page-documents";

// Cases one by one. That all of them together agree with a fresh query is in live-pages.test.ts.

/** Pages of rows; the last one has a cursor unless the list is complete. */
function listOf(isComplete: boolean, ...pages: unknown[][]): List {
  const all = pages.map((data, index) =>
    isComplete && index === pages.length - 1 ? { data } : { data, after: `after ${index}` },
  );
  return { pages: all, pageParams: pages.map(() => null) } as never;
}
const open = (...pages: unknown[][]): List => listOf(false, ...pages);
const complete = (...pages: unknown[][]): List => listOf(true, ...pages);

const share: RowRules["share"] = (_previous, next) => next;
const byId: RowRules = { compare: compareIds, pageSize: 2, share };
const byField: RowRules = { compare: compareBy(["n"]), pageSize: 2, share };
const unordered: RowRules = { compare: undefined, pageSize: 2, share };

/** What applies events to pages as they have come, and the record of their query. */
function follow(rules: RowRules, list?: List) {
  const record: QueryRecord = {};
  const rows = createRows(rules, record);
  const begin = (data: unknown) => rows.applyHistory!(data, SINCE);
  if (list) begin(list);
  /** The ids, or `n` with the order of it, of all pages. */
  const apply = (data: unknown, ...events: FaunaEvent[]) => {
    const applied = rows.apply(data, events);
    return { ...applied, ids: idsOf(applied.data) };
  };
  return { rows, record, apply, begin };
}

describe("a list that only a refetch can tell about", () => {
  test.each<[string, unknown]>([
    ["undefined", undefined],
    ["one page", { data: [doc(1)] }],
    ["pages that are none", { pages: "none" }],
    ["a page that is none among others", { pages: [{ data: [doc(1)] }, null] }],
  ])("is what is no list: %s", (_, data) => {
    const { rows, begin } = follow(byId);
    expect(rows.apply(data, [event("add", doc(2))])).toEqual({ data, needsRefetch: true });
    expect(begin(data)).toEqual({ data, needsRefetch: false });
  });

  test("is one whose rows are not what events tell of", () => {
    const { rows, begin, record } = follow({ ...byId, isUncertain: true });
    const list = complete([doc(1)]);
    expect(rows.apply(list, [event("add", doc(2))])).toEqual({ data: list, needsRefetch: true });
    const later = open([doc(1), gone(2)]);
    expect(begin(later)).toEqual({ data: later, needsRefetch: false });
    // For the case that it can be told later.
    expect(record.history?.since).toBe(SINCE);
  });

  test.each<[string, unknown[], unknown]>([
    ["an event of what has no id", [doc(1)], { n: 1 }],
    ["two rows with the same id", [doc(1), doc(1)], doc(2)],
    ["two rows without an id", [{ n: 1 }, { n: 2 }], doc(2)],
  ])("has %s", (_, data, changed) => {
    const list = complete(data);
    for (const rules of [byId, byField]) {
      const applied = follow(rules, list).apply(list, event("add", changed));
      expect([applied.data, applied.needsRefetch]).toEqual([list, true]);
    }
  });
});

describe("an event", () => {
  test("changes its row on whichever page, and leaves all others as they are", () => {
    const list = complete([doc(1), doc(2)], [doc(3)]);
    const changed = doc(3, 30, ".9");
    const { data, needsRefetch } = follow(byId, list).apply(list, event("update", changed));
    const { pages } = data as List;
    expect([pages[0], pages[1]?.data, needsRefetch]).toEqual([list.pages[0], [changed], false]);
    expect(pages[0]).toBe(list.pages[0]);
    expect(list.pages[1]?.data[0]).not.toBe(changed);
  });

  test("that changes nothing leaves the list as it is", () => {
    const rows = [doc(1), doc(2)];
    const list = complete(rows);
    const { apply } = follow(
      { ...byId, share: (previous, next) => (previous as never) ?? next },
      list,
    );
    expect(apply(list, event("update", doc(2, 2, ".9"))).data).toBe(list);
    expect(apply(list, event("remove", doc(9))).data).toBe(list);
    const back = apply(list, event("remove", rows[1]), event("add", rows[1]));
    expect(back.data).toBe(list);
    const inNoOrder = follow({ ...unordered, share: (previous) => previous as never }, list);
    expect(inNoOrder.apply(list, event("update", doc(2, 2, ".9"))).needsRefetch).toBe(false);
  });

  test("is not newer than a row that has been fetched since, but a removal is", () => {
    const list = complete([doc(1, 1, ".9")]);
    const { apply } = follow(byId, list);
    expect(apply(list, event("update", doc(1, 5, ".8"))).data).toBe(list);
    expect(apply(list, event("remove", doc(1, 5, ".8"))).ids).toBe("");
  });

  test("of a deleted document takes its row away", () => {
    const list = complete([doc(1), doc(2)]);
    expect(follow(byId, list).apply(list, event("update", gone(1)))).toMatchObject({
      ids: "2",
      needsRefetch: false,
    });
  });

  test.each<[string, List, number, string]>([
    ["before all", complete([doc(2)], [doc(4)]), 1, "1,2 | 4"],
    ["between pages", complete([doc(2)], [doc(4)]), 3, "2 | 3,4"],
    ["at the end of the last one", complete([doc(2)], [doc(4)]), 5, "2 | 4,5"],
    ["behind empty pages", complete([], [doc(2)], []), 3, " | 2 | 3"],
    ["on the only page", complete([]), 1, "1"],
    ["nowhere, if there are no pages", complete(), 1, ""],
    ["nowhere, if it is on a page that is not loaded", open([doc(2)], [doc(4)]), 5, "2 | 4"],
  ])("adds a row %s", (_, list, id, expected) => {
    const added = follow(byId, list).apply(list, event("add", doc(id)));
    expect(added).toMatchObject({ ids: expected, needsRefetch: false });
  });

  test("moves a row to where its field says, to another page, too", () => {
    const list = complete([doc(1, 10), doc(2, 20)], [doc(3, 30)]);
    const { apply } = follow(byField, list);
    expect(apply(list, event("update", doc(1, 25, ".9")))).toMatchObject({
      ids: "2 | 1,3",
      needsRefetch: false,
    });
  });

  test("keeps a row in its place where that is by ids", () => {
    // As an app's optimistic update may have put it.
    const list = complete([doc(3), doc(1)], [doc(2)]);
    const { apply } = follow(byId, list);
    expect(apply(list, event("update", doc(3, 9, ".9"))).ids).toBe("3,1 | 2");
  });

  test("without a known order changes rows where they are, and a refetch tells where they and new ones belong", () => {
    const list = complete([doc(1), doc(2)], [doc(3)]);
    const { apply } = follow(unordered, list);
    expect(apply(list, event("update", doc(3, 9, ".9")))).toMatchObject({
      ids: "1,2 | 3",
      needsRefetch: true,
    });
    expect(apply(list, event("add", doc(4)))).toMatchObject({ ids: "1,2 | 3", needsRefetch: true });
  });

  test("is applied to other data than before, such as that of a fetch", () => {
    const list = complete([doc(1)]);
    const { apply } = follow(byId, list);
    apply(list, event("add", doc(2)));
    const fetched = complete([doc(1), doc(2), doc(3)]);
    expect(apply(fetched, event("remove", doc(3))).ids).toBe("1,2");
    expect(apply(fetched, event("update", doc(3, 9, ".9"))).ids).toBe("1,2,3");
  });

  test("is applied after one for which the app's order has thrown", () => {
    const list = complete([doc(1, 1), doc(2, 2)]);
    const { rows, apply } = follow(byField, list);
    rows.rules = {
      ...byField,
      compare: () => {
        throw new Error("No such field.");
      },
    };
    expect(() => apply(list, event("update", doc(1, 5, ".9")))).toThrow("No such field.");
    rows.rules = byField;
    expect(apply(list, event("update", doc(1, 5, ".9"))).ids).toBe("2,1");
  });

  test("may come from the write that has changed its row on any page", () => {
    const { rows } = follow(byId);
    const [one, two] = [doc(1), doc(2)];
    const isOwn = rows.changesIn(complete([one], [two]), complete([one], [doc(2, 9)]));
    expect([isOwn(event("update", two)), isOwn(event("update", one))]).toEqual([true, false]);
    const added = rows.changesIn(undefined, complete([one]));
    expect(added(event("add", two))).toBe(true);
    expect(rows.changesIn(undefined, {})(event("add", two))).toBe(false);
  });
});

test("code that is loaded for lists makes what keeps them up to date", () => {
  expect(createRows(byId, {}).rules).toBe(byId);
});
