import fc from "fast-check";
import {
  Document,
  Module,
  NullDocument,
  DocumentReference,
  Page,
  type QueryValue,
  TimeStub,
} from "fauna";
import { describe, expect, test } from "vitest";

import type { FaunaEvent } from "../../src/live/event-types";
import {
  type Applied,
  compareIds,
  indexFor,
  LiveRows,
  orderAround,
  rowId,
  type RowRules,
} from "../../src/live/rows";
import { share } from "../../src/cache/share";
import { runs } from "../support/runs";

const coll = new Module("Todo");
const classes = new Set<unknown>([Document, TimeStub, Module, Page, Object, Array]);
const byId: RowRules = {
  compare: compareIds,
  pageSize: 16,
  share: (previous, next) => share(previous, next, classes),
};
const unknown: RowRules = { ...byId, compare: undefined };

const applyEvents = (data: unknown, events: readonly FaunaEvent[], rules: RowRules): Applied =>
  new LiveRows(rules).apply(data, events);

const doc = (id: number | string, title = `#${id}`, at = 0): Document =>
  new Document({
    coll,
    id: String(id),
    ts: TimeStub.from(`2026-01-01T00:00:00.${String(at).padStart(6, "0")}Z`),
    title,
  } as never);
const page = (ids: readonly (number | string)[], after?: string): Page<Document> =>
  new Page({ data: ids.map((id) => doc(id)), ...(after && { after }) });
const event = (type: "add" | "update" | "remove", data: unknown): FaunaEvent =>
  ({ type, data, txn_ts: 1, cursor: "", stats: {} }) as never;
const titleOf = (row: Document): string => (row as Document & { title: string }).title;
const idsOf = (data: unknown): string[] => (data as Page<Document>).data.map(({ id }) => id);

test("an add is placed by its id, compared as a number of any length", () => {
  const before = page([9, "99999999999999999"]);
  const { data, needsRefetch } = applyEvents(
    before,
    [event("add", doc("100000000000000001")), event("add", doc(10))],
    byId,
  );
  expect(idsOf(data)).toEqual(["9", "10", "99999999999999999", "100000000000000001"]);
  expect(needsRefetch).toBe(false);
  expect(data).toBeInstanceOf(Page);
  expect(idsOf(before)).toHaveLength(2);
});

test("an add after the end of a page that is not the last one is ignored; one inside pushes the last row out", () => {
  const before = page([1, 3, 5], "next");
  expect(applyEvents(before, [event("add", doc(6))], byId)).toEqual({
    data: before,
    needsRefetch: false,
  });
  const { data, needsRefetch } = applyEvents(before, [event("add", doc(2))], byId);
  expect(idsOf(data)).toEqual(["1", "2", "3"]);
  expect(needsRefetch).toBe(true);
});

test("a page that becomes too long is cut, and needs a refetch for its next page", () => {
  const full = page([1, 3]);
  const { data, needsRefetch } = applyEvents(full, [event("add", doc(2))], {
    ...byId,
    pageSize: 2,
  });
  expect(idsOf(data)).toEqual(["1", "2"]);
  expect(needsRefetch).toBe(true);
});

test("if the order is not known, an add needs a refetch, and so does a change that may move a row", () => {
  const before = page([3, 1]);
  expect(applyEvents(before, [event("add", doc(2))], unknown)).toEqual({
    data: before,
    needsRefetch: true,
  });
  const changed = applyEvents(before, [event("update", doc(3, "new", 1))], unknown);
  expect((changed.data as Page<Document>).data[0]).toMatchObject({ title: "new" });
  expect(changed.needsRefetch).toBe(true);
  expect(applyEvents(before, [event("remove", doc(3))], unknown)).toEqual({
    data: page([1]),
    needsRefetch: false,
  });
});

test("the app's own order places rows, and moves them when they change", () => {
  const byTitle = {
    ...byId,
    compare: (a: Document, b: Document) => titleOf(a).localeCompare(titleOf(b)),
  };
  const before = new Page({ data: [doc(5, "a"), doc(2, "b"), doc(9, "b"), doc(1, "d")] });
  const { data, needsRefetch } = applyEvents(
    before,
    [event("add", doc(7, "b")), event("update", doc(5, "e", 1))],
    byTitle,
  );
  expect(idsOf(data)).toEqual(["2", "7", "9", "1", "5"]);
  expect(needsRefetch).toBe(false);
});

test("a remove of an unknown row, and an event that is not newer than its row, change nothing", () => {
  const before = new Page({ data: [doc(1, "new", 5)] });
  const events = [
    event("remove", doc(2)),
    event("update", doc(1, "old", 4)),
    event("remove", doc(1, "old", 4)),
  ];
  expect(applyEvents(before, events, byId).data).toBe(before);
});

test.each(["", ".5", ".500", ".500000", ".500000001"])(
  "times with the fraction %j are compared as times",
  (fraction) => {
    const at = (text: string, title: string): Document =>
      new Document({
        coll,
        id: "1",
        ts: TimeStub.from(`2026-01-01T00:00:00${text}Z`),
        title,
      } as never);
    const before = new Page({ data: [at(".6", "newer")] });
    expect(applyEvents(before, [event("update", at(fraction, "older"))], byId).data).toBe(before);
  },
);

test("an update to a null document removes the row", () => {
  const gone = new NullDocument(new DocumentReference({ coll, id: "1" }), "not found");
  expect(idsOf(applyEvents(page([1, 2]), [event("update", gone)], byId).data)).toEqual(["2"]);
});

test("rows without ids, or with equal ids, need a refetch", () => {
  const twins = new Page({ data: [{ id: "1" }, { id: "1" }] });
  expect(applyEvents(twins, [event("update", { id: "1", n: 1 })], byId)).toEqual({
    data: twins,
    needsRefetch: true,
  });
  const bare = new Page({ data: ["a", "b"] });
  expect(applyEvents(bare, [event("add", "c")], byId)).toEqual({ data: bare, needsRefetch: true });
});

test("an id that a map returns may not be the document's, so a row's place is not known", () => {
  const before = new Page({ data: [{ id: "x" }] });
  expect(applyEvents(before, [event("add", { id: "a" })], byId)).toEqual({
    data: before,
    needsRefetch: true,
  });
});

test("a document is replaced when it changes, and needs a refetch when it is deleted", () => {
  const before = doc(1, "one", 1);
  expect(applyEvents(before, [event("update", doc(1, "two", 2))], byId)).toMatchObject({
    data: { title: "two" },
    needsRefetch: false,
  });
  expect(applyEvents(before, [event("update", doc(1, "zero", 0))], byId).data).toBe(before);
  expect(applyEvents(before, [event("remove", before)], byId)).toEqual({
    data: before,
    needsRefetch: true,
  });
});

test("any other data needs a refetch", () => {
  for (const data of [42, null, { some: "object" }])
    expect(applyEvents(data, [event("add", doc(1))], byId)).toEqual({ data, needsRefetch: true });
});

test("events are applied to the current rows, even if these have been replaced since", () => {
  const live = new LiveRows(byId);
  live.apply(page([1, 2]), [event("add", doc(3))]);
  const { data } = live.apply(page([5]), [event("add", doc(4)), event("remove", doc(1))]);
  expect(idsOf(data)).toEqual(["4", "5"]);
});

test("after an order that throws, the next events are applied to the rows as they were", () => {
  let isBroken = true;
  const compare = (a: Document, b: Document): number => {
    if (isBroken) throw new Error("No order today.");
    return titleOf(a).localeCompare(titleOf(b));
  };
  const live = new LiveRows({ ...byId, compare });
  const before = page([1, 3]);
  const events = [event("remove", doc(1)), event("add", doc(2))];
  expect(() => live.apply(before, events)).toThrow("No order today.");
  isBroken = false;
  expect(idsOf(live.apply(before, events).data)).toEqual(["2", "3"]);
});

interface Change {
  readonly id: number;
  readonly title: string | null;
}
const longPages = { ...byId, pageSize: 20 };
const changes = fc.array(
  fc.record({
    id: fc.integer({ min: 1, max: 20 }),
    title: fc.option(fc.constantFrom("a", "b", "c")),
  }),
  { maxLength: 40 },
);

test("for any events in any batches, the rows equal a model's, and unchanged rows keep their identity", () => {
  fc.assert(
    fc.property(changes, changes, fc.integer({ min: 1, max: 5 }), (first, rest, size) => {
      const model = new Map<number, Document>();
      let clock = 0;
      const make = ({ id, title }: Change): FaunaEvent => {
        const before = model.get(id);
        const next = title === null ? undefined : doc(id, title, ++clock);
        if (next) model.set(id, next);
        else model.delete(id);
        return event(next ? (before ? "update" : "add") : "remove", next ?? before ?? doc(id));
      };
      const fresh = (): Document[] => [...model].sort(([a], [b]) => a - b).map(([, row]) => row);
      for (const change of first) make(change);
      let data: unknown = new Page({ data: fresh() as QueryValue[] });
      const untouched = new Map((data as Page<Document>).data.map((row) => [row.id, row]));
      const events = rest.map((change) => (untouched.delete(String(change.id)), make(change)));
      const live = new LiveRows(longPages);
      for (let at = 0; at < events.length; at += size) {
        const applied = live.apply(data, events.slice(at, at + size));
        expect(applied.needsRefetch).toBe(false);
        ({ data } = applied);
      }
      const rows = (data as Page<Document>).data;
      expect(rows).toEqual(fresh());
      for (const row of rows) if (untouched.has(row.id)) expect(row).toBe(untouched.get(row.id));
    }),
    runs(100),
  );
});

test("where nothing is certain, only a refetch tells", () => {
  const before = page([1]);
  const rules = { ...byId, isUncertain: true };
  expect(applyEvents(before, [event("add", doc(2))], rules)).toEqual({
    data: before,
    needsRefetch: true,
  });
  const document = doc(1);
  expect(applyEvents(document, [event("update", doc(1, "new", 1))], rules)).toEqual({
    data: document,
    needsRefetch: true,
  });
});

test("of a page with a next one, a removed row is replaced by that's first, and a moved one may leave it", () => {
  const before = page([1, 3, 5], "next");
  const removed = applyEvents(before, [event("remove", doc(5))], byId);
  expect([idsOf(removed.data), removed.needsRefetch]).toEqual([["1", "3"], true]);
  const rank = (row: Document): number => Number(titleOf(row).slice(1));
  const byTitle: RowRules = {
    ...byId,
    compare: ((a: Document, b: Document) => rank(a) - rank(b)) as never,
  };
  const away = applyEvents(before, [event("update", doc(1, "#9", 1))], byTitle);
  expect([idsOf(away.data), away.needsRefetch]).toEqual([["3", "5"], true]);
  const within = applyEvents(before, [event("update", doc(1, "#4", 1))], byTitle);
  expect([idsOf(within.data), within.needsRefetch]).toEqual([["3", "1", "5"], true]);
  const same = applyEvents(before, [event("update", doc(1, "#2", 1))], byTitle);
  expect([idsOf(same.data), same.needsRefetch]).toEqual([["1", "3", "5"], false]);
});

test("a row without an id is not what an event without an id tells of", () => {
  const before = new Page<any>({ data: [{ n: 1 }] });
  expect(applyEvents(before, [event("update", { n: 2 })], byId)).toEqual({
    data: before,
    needsRefetch: true,
  });
});

test.each([1, 2, 3])(
  "a row by ids stays where it is shown, also where no id would: the %i.",
  (place) => {
    // As an app's optimistic update may have put them.
    const shown = page([5, 2, 9], "next");
    const row = shown.data[place - 1] as Document;
    const { data, needsRefetch } = applyEvents(
      shown,
      [event("update", doc(row.id, "new", 1))],
      byId,
    );
    expect([idsOf(data), needsRefetch]).toEqual([["5", "2", "9"], false]);
  },
);

test("the first row keeps its place when it changes", () => {
  const { data, needsRefetch } = applyEvents(
    page([1, 3], "next"),
    [event("update", doc(1, "new", 1))],
    byId,
  );
  expect([idsOf(data), needsRefetch]).toEqual([["1", "3"], false]);
});

describe("what an optimistic update shows already", () => {
  const isShown = (before: unknown, after: unknown, next: FaunaEvent): boolean =>
    new LiveRows(byId).changesIn(before, after)(next);
  const [one, two] = [doc(1), doc(2)];
  const pageOf = (...data: Document[]): Page<Document> => new Page({ data });

  test.each<[string, unknown, unknown, FaunaEvent, boolean]>([
    [
      "a row that it has changed",
      pageOf(one, two),
      pageOf(doc(1, "new"), two),
      event("update", doc(1)),
      true,
    ],
    [
      "a row that it has not",
      pageOf(one, two),
      pageOf(doc(1, "new"), two),
      event("update", doc(2)),
      false,
    ],
    ["a row that it has removed", pageOf(one, two), pageOf(two), event("update", doc(1)), true],
    ["a new row if it has added one", pageOf(one), pageOf(one, two), event("add", doc(9)), true],
    ["a new row if it has added none", pageOf(one), pageOf(one), event("add", doc(9)), false],
    ["a new row if there are fewer", pageOf(one, two), pageOf(one), event("add", doc(9)), false],
    ["no removal", pageOf(one, two), pageOf(two), event("remove", doc(1)), false],
    ["a document that it has changed", one, doc(1, "new"), event("update", doc(1)), true],
    ["a document that it has not", one, one, event("update", doc(1)), false],
  ])("may be %s", (_, before, after, next, expected) => {
    expect(isShown(before, after, next)).toBe(expected);
  });

  test("of a document that has a field named data is told by the document", () => {
    const document = new Document({ coll, id: "1", ts: one.ts, data: [two] } as never);
    expect(isShown(document, document, event("update", doc(2)))).toBe(false);
    expect(isShown(document, doc(1), event("update", doc(1)))).toBe(true);
  });
});

describe("a place among rows", () => {
  test("is not known without an order, and of what has no id in the order of ids", () => {
    expect(orderAround(doc(1), undefined)).toBeUndefined();
    for (const id of ["x1", "1x", undefined])
      expect(orderAround({ id }, compareIds)).toBeUndefined();
    const byTitle = () => 0;
    expect(orderAround({ id: "x" }, byTitle)).toBeTypeOf("function");
    expect(indexFor([1, 2], undefined)).toBe(-1);
  });

  test("is before equal rows with greater ids, and unknown where the order is", () => {
    const around = orderAround(doc(5), () => 0);
    expect(indexFor([doc(1), doc(5), doc(9)], around)).toBe(1);
    expect(
      indexFor(
        [doc(1), doc(2)],
        orderAround(doc(5), () => NaN),
      ),
    ).toBe(-1);
  });

  test("is told by ids as numbers; what has none comes first", () => {
    expect([compareIds({ id: "9" }, { id: "10" }), compareIds({ id: "2" }, { id: "1" })]).toEqual([
      -1, 1,
    ]);
    expect(compareIds({ id: "1" }, { id: "1" })).toBe(0);
    expect([
      compareIds({}, { id: "1" }) < 0,
      compareIds({ id: "1" }, {}) > 0,
      compareIds({}, {}),
    ]).toEqual([true, true, 0]);
    expect([rowId({ id: 1 }), rowId(null), rowId({ id: "1" })]).toEqual([
      undefined,
      undefined,
      "1",
    ]);
  });
});
