import { Document, TimeStub } from "fauna";
import { describe, expect, test } from "vitest";

import type { QueryRecord } from "../../src/cache/query-record";
import type { FaunaEvent } from "../../src/live/event-types";
import { createRows } from "../../src/live/live-pages";
import { compareBy } from "../../src/live/row-order";
import { compareIds, type RowOrder, type RowRules } from "../../src/live/rows";
import { coll, doc, event, gone, idsOf, type List, SINCE } from "../support/page-documents";

// Later pages are as of the moment of the first one: what has happened since is kept for them.

/** Pages with a cursor after each; a page that ends with `null` is the last one of the list. */
const listOf = (...pages: unknown[][]): List =>
  ({
    pages: pages.map((data, index) =>
      data.at(-1) === null ? { data: data.slice(0, -1) } : { data, after: `after ${index}` },
    ),
    pageParams: pages.map(() => null),
  }) as never;

const RULES: Record<"byId" | "byField", RowOrder> = {
  byId: compareIds,
  byField: compareBy(["n"]),
};

/** Has fetched pages, one after the other or anew. */
function follow(order: "byId" | "byField", compare: RowOrder | null = RULES[order]) {
  const record: QueryRecord = {};
  const rules: RowRules = { compare: compare ?? undefined, pageSize: 2, share: (_, next) => next };
  const rows = createRows(rules, record);
  return {
    record,
    apply(data: unknown, ...events: FaunaEvent[]) {
      const applied = rows.apply(data, events);
      return { ...applied, ids: idsOf(applied.data) };
    },
    fetched(data: List, since = SINCE) {
      const applied = rows.applyHistory!(data, since);
      return { ...applied, ids: idsOf(applied.data) };
    },
  };
}

describe("a page that comes later", () => {
  test("gets what has happened to its rows, and rows that have joined it", () => {
    const { apply, fetched } = follow("byId");
    const first = listOf([doc(1), doc(2)]);
    fetched(first);
    const changed = doc(4, 40, ".9");
    const events = [
      event("update", changed),
      event("add", doc(5, 5, ".9")),
      event("remove", doc(3)),
    ];
    expect(apply(first, ...events)).toMatchObject({ ids: "1,2", needsRefetch: false });
    const { data, ids, needsRefetch } = fetched(listOf([doc(1), doc(2)], [doc(3), doc(4), null]));
    expect([ids, needsRefetch]).toEqual(["1,2 | 4,5", false]);
    expect((data as List).pages[1]?.data[0]).toBe(changed);
  });

  test("stays as it came if nothing has happened", () => {
    const { fetched } = follow("byField");
    const list = listOf([doc(1), doc(2)], [doc(3), null]);
    expect(fetched(list).data).toBe(list);
  });

  test("has documents as they are now: of those that are deleted there is none", () => {
    const { fetched } = follow("byId");
    expect(fetched(listOf([doc(1), doc(2)], [gone(3), doc(4), null]))).toMatchObject({
      ids: "1,2 | 4",
      needsRefetch: false,
    });
  });

  test("has documents where they were: they are put where they belong by now", () => {
    const { fetched } = follow("byField");
    fetched(listOf([doc(1, 10), doc(2, 20)]));
    // Written since, as its time says.
    const moved = listOf([doc(1, 10), doc(2, 20)], [doc(3, 5, ".500001"), doc(4, 40), null]);
    expect(fetched(moved)).toMatchObject({ ids: "3,1,2 | 4", needsRefetch: false });
    // Not written since, whatever the place is.
    const asIs = listOf([doc(1, 10), doc(2, 20)], [doc(3, 5, ".5"), doc(4, 40), null]);
    expect(fetched(asIs).ids).toBe("1,2 | 3,4");
  });

  test("does not move documents in a list by ids, or where nothing tells the order", () => {
    const list = listOf([doc(5, 1, ".9"), doc(4)], [doc(3, 1, ".9"), null]);
    for (const { fetched } of [follow("byId"), follow("byField", null)])
      expect(fetched(list)).toMatchObject({ ids: "5,4 | 3", needsRefetch: false });
  });

  test("tells by whole seconds, too, what has been written since", () => {
    const { fetched } = follow("byField");
    const later = doc(3, 5, "");
    const ts = TimeStub.from("2026-01-01T00:00:01Z");
    const list = listOf([doc(1, 10)], [new Document({ ...later, coll, ts } as never), null]);
    expect(fetched(list).ids).toBe("3,1 | ");
  });

  test.each([
    ["first", [doc(3, 5, ".9"), doc(1, 10)], [doc(3, 20, ".8"), null]],
    ["second", [doc(3, 5, ".8"), doc(1, 10)], [doc(3, 20, ".9"), null]],
  ])(
    "may have a document of another page again: the newer version counts, here the %s",
    (which, ...pages) => {
      const { fetched } = follow("byField");
      expect(fetched(listOf(...pages)).ids).toBe(which === "first" ? "3,1 | " : "1 | 3");
    },
  );

  test("may have rows of an event, whose time nothing tells: they are put in their place, too", () => {
    const { apply, fetched } = follow("byField");
    const first = listOf([{ id: "1", n: 10 }]);
    fetched(first);
    const changed = apply(first, event("add", { id: "2", n: 30 })).data as List;
    expect(
      fetched(listOf(changed.pages[0]!.data, [{ id: "2", n: 30 }, { id: "3", n: 20 }, null])).ids,
    ).toBe("1 | 3,2");
  });
});

describe("what has happened", () => {
  test("since the first page is kept, the last of each document", () => {
    const { apply, fetched, record } = follow("byId");
    const list = listOf([doc(1)]);
    fetched(list);
    const last = event("update", doc(1, 9, ".9"), SINCE + 20);
    apply(list, event("update", doc(1, 8, ".8")), last, event("add", { n: 1 }));
    expect([...record.history!.events]).toEqual([["1", last]]);
    const { history } = record;
    fetched(list);
    expect(record.history).toBe(history);
  });

  test("before another first page is in it: that has the later events alone", () => {
    const { apply, fetched, record } = follow("byId");
    const list = listOf([doc(1)]);
    fetched(list);
    const later = event("update", doc(2, 9, ".9"), SINCE + 21);
    apply(list, event("update", doc(1, 9, ".9"), SINCE + 20), later);
    fetched(list, SINCE + 20);
    expect(record.history).toMatchObject({ since: SINCE + 20 });
    expect([...record.history!.events]).toEqual([["2", later]]);
  });

  test("is kept no longer than pages come that may lack it", () => {
    const { apply, fetched, record } = follow("byId");
    const list = listOf([doc(1), null]);
    fetched(list);
    apply(list, event("update", doc(1, 9, ".9")));
    expect([...record.history!.events]).toEqual([]);
  });

  test("need not be known where no page has been fetched here", () => {
    const { apply, record } = follow("byId");
    expect(apply(listOf([doc(1), null]), event("update", doc(1, 9, ".9"))).ids).toBe("1");
    expect(apply(listOf([doc(1)]), event("update", doc(1, 9, ".9"))).ids).toBe("1");
    expect(record.history).toBeUndefined();
  });
});

describe("the end of the loaded pages", () => {
  test("is the last row of each page as it came, by the cursor after it", () => {
    const { fetched, record } = follow("byId");
    fetched(listOf([doc(1), doc(2)]));
    fetched(listOf([doc(1)], [doc(3), doc(4)], [doc(5), null]));
    const ends = [...record.history!.ends].map(([after, row]) => [
      after,
      (row as { id: string }).id,
    ]);
    expect(ends).toEqual([
      ["after 0", "2"],
      ["after 1", "4"],
    ]);
  });

  test("decides whether a new row is among them, also once that row is gone", () => {
    const { apply, fetched } = follow("byId");
    fetched(listOf([doc(1), doc(5)]));
    const left = apply(listOf([doc(1), doc(5)]), event("remove", doc(5))).data;
    expect(apply(left, event("add", doc(4)))).toMatchObject({ ids: "1,4", needsRefetch: false });
    expect(apply(left, event("add", doc(6)))).toMatchObject({ ids: "1", needsRefetch: false });
  });

  test.each<[string, unknown]>([
    ["has been written since", doc(5, 50, ".9")],
    ["has been deleted since", gone(5)],
  ])("is not known in the order of a field if its row %s: a refetch tells", (_, end) => {
    const added = event("add", doc(7, 70, ".9"));
    const { apply, fetched } = follow("byField");
    const list = fetched(listOf([doc(1, 10), end])).data;
    expect(apply(list, added)).toMatchObject({ needsRefetch: true });
    const known = follow("byField");
    const other = known.fetched(listOf([doc(1, 10), doc(5, 50, ".5")])).data;
    expect(known.apply(other, added)).toMatchObject({ ids: "1,5", needsRefetch: false });
  });

  test("is known in the order of ids, whenever its row was written", () => {
    const { apply, fetched } = follow("byId");
    const list = fetched(listOf([doc(1), doc(5, 50, ".9")])).data;
    expect(apply(list, event("add", doc(7)))).toMatchObject({ ids: "1,5", needsRefetch: false });
  });

  test("is not known where the pages have not been fetched here: a refetch tells of rows behind them", () => {
    const { apply } = follow("byId");
    expect(apply(listOf([doc(1)]), event("add", doc(7)))).toMatchObject({
      ids: "1",
      needsRefetch: true,
    });
  });
});

test("an order that is uncertain between two rows leaves a refetch to tell, and the row where it was", () => {
  const compare = (a: any, b: any): number => (a.id === "2" ? NaN : a.n - b.n);
  const { apply } = follow("byField", compare);
  const list = listOf([doc(1, 10), doc(2, 20), doc(3, 30), null]);
  expect(apply(list, event("update", doc(3, 5, ".9")))).toMatchObject({
    ids: "1,2,3",
    needsRefetch: true,
  });
  expect(apply(list, event("add", doc(4, 5)))).toMatchObject({ ids: "1,2,3", needsRefetch: true });
});
