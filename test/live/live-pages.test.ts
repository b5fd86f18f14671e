import fc from "fast-check";
import { Document, DocumentReference, Module, NullDocument, TimeStub } from "fauna";
import { describe, expect, test } from "vitest";

import type { FaunaPage, FaunaPages } from "../../src/cache/pages";
import type { QueryRecord } from "../../src/cache/query-record";
import { share } from "../../src/cache/share";
import { LivePages } from "../../src/live/live-pages";
import type { FaunaEvent } from "../../src/live/event-types";
import { compareBy } from "../../src/live/row-order";
import { type Applied, compareIds, type RowRules } from "../../src/live/rows";
import { runs } from "../support/runs";

const BEGIN = 1_767_225_600_000_000;
const SIZE = 3;
const coll = new Module("Todo");
const classes = new Set<unknown>([Document, TimeStub, Module, Object, Array]);

interface Version {
  readonly txn: number;
  /** Undefined once the document has been deleted. */
  readonly n: number | undefined;
}
type Row = { id: string; n: number };

/** What a list is of. */
interface ListOptions {
  /** Whether it is ordered by `n`, the largest first. Otherwise it is by ids. */
  readonly byField: boolean;
  /** Whether its rows are documents, which always come as they are now. */
  readonly isWhole: boolean;
}

/** A collection, of which a list has the documents with a small `n`. */
class Server {
  readonly events: FaunaEvent[] = [];
  readonly #versions = new Map<string, Version[]>();
  #txn = BEGIN;

  constructor(readonly options: ListOptions) {}

  get now(): number {
    return this.#txn;
  }

  put(id: string, n: number | undefined): void {
    const [before, txn] = [this.#versionOf(id), ++this.#txn];
    const all = this.#versions.get(id) ?? [];
    this.#versions.set(id, [...all, { txn, n }]);
    const [was, is] = [this.#isIn(before), this.#isIn({ txn, n })];
    if (!was && !is) return;
    const type = was && is ? "update" : is ? "add" : "remove";
    const data = this.#render(id, is ? { txn, n } : (before as Version));
    this.events.push({ type, data, txn_ts: txn, cursor: "", stats: {} } as never);
  }

  /** What a query answers that has all. */
  all(at: number = this.now): Row[] {
    const ids = [...this.#versions.keys()].filter((id) => this.#isIn(this.#versionOf(id, at)));
    const rows = ids.map((id): Row => ({ id, n: this.#versionOf(id, at)?.n ?? 0 }));
    return rows.sort((a, b) => (this.options.byField ? b.n - a.n : 0) || compareIds(a, b));
  }

  page(at: number, from: number): FaunaPage<never> {
    const all = this.all(at);
    const rows = all.slice(from, from + SIZE).map(({ id }) => {
      const version = this.#versionOf(id, this.options.isWhole ? this.now : at);
      return version?.n === undefined ? missing(id) : this.#render(id, version);
    });
    const next = from + SIZE;
    return { data: rows as never[], ...(next < all.length && { after: `${at} ${next}` }) };
  }

  #versionOf(id: string, at: number = this.now): Version | undefined {
    return this.#versions.get(id)?.findLast(({ txn }) => txn <= at);
  }

  #isIn(version: Version | undefined): boolean {
    return version?.n !== undefined && version.n < 5;
  }

  #render(id: string, { n, txn }: Version): unknown {
    if (!this.options.isWhole) return { id, n };
    return new Document({ coll, id, ts: timeAt(txn), n } as never);
  }
}

const timeAt = (micros: number): TimeStub => {
  const seconds = new Date(micros / 1000).toISOString().slice(0, 19);
  return TimeStub.from(`${seconds}.${String(micros).slice(-6)}Z`);
};
const missing = (id: string): NullDocument =>
  new NullDocument(new DocumentReference({ coll, id }), "deleted");

/** Who shows a list: what TanStack and the live query do with its pages. */
class Viewer {
  data!: FaunaPages<Row>;
  needsRefetch = false;
  refetches = 0;
  readonly #rows: LivePages;
  readonly #record: QueryRecord = {};
  #since = 0;
  #delivered = 0;
  #fetching: { pages: FaunaPages<Row>; page: FaunaPage<Row> } | undefined;

  constructor(readonly server: Server) {
    const rules: RowRules = {
      compare: server.options.byField ? compareBy([["n", "desc"]]) : compareIds,
      pageSize: SIZE,
      share: (previous, next) => share(previous, next, classes),
    };
    this.#rows = new LivePages(rules, this.#record);
    this.refetch();
  }

  get items(): Row[] {
    return this.data.pages.flatMap(({ data }) => data.map(({ id, n }) => ({ id, n })));
  }

  get after(): unknown {
    return this.data.pages.at(-1)?.after;
  }

  refetch(): void {
    const { now } = this.server;
    const count = this.#since ? this.data.pages.length : 1;
    this.#since = now;
    this.#fetching = undefined;
    this.data = { pages: [this.server.page(now, 0)], pageParams: [null] };
    this.needsRefetch = false;
    this.#take(this.#rows.applyHistory(this.data, now));
    while (this.data.pages.length < count && this.after) this.fetchPage();
  }

  startPage(): void {
    if (!this.after || this.#fetching) return;
    const [at, from] = String(this.after).split(" ").map(Number) as [number, number];
    this.#fetching = { pages: this.data, page: this.server.page(at, from) };
  }

  endPage(): void {
    if (!this.#fetching) return;
    const { pages, page } = this.#fetching;
    this.#fetching = undefined;
    const pageParams = [...pages.pageParams, { after: pages.pages.at(-1)?.after }] as never;
    this.data = { pages: [...pages.pages, page], pageParams };
    this.#take(this.#rows.applyHistory(this.data, this.#since));
  }

  fetchPage(): void {
    this.startPage();
    this.endPage();
  }

  deliver(count: number): void {
    const { events } = this.server;
    const next = events.slice(this.#delivered, this.#delivered + count);
    this.#delivered += next.length;
    const newer = next.filter(({ txn_ts }) => txn_ts > this.#since);
    if (newer.length) this.#take(this.#rows.apply(this.data, newer));
  }

  /** Lets come what is on its way. */
  settle(): void {
    this.endPage();
    this.deliver(Infinity);
    if (!this.needsRefetch) return;
    this.refetches++;
    this.refetch();
  }

  #take({ data, needsRefetch }: Applied): void {
    this.data = data as FaunaPages<Row>;
    this.needsRefetch ||= needsRefetch;
  }
}

const id = fc.integer({ min: 1, max: 14 }).map(String);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("put" as const), id, n: fc.nat(6) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), id }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("deliver" as const), count: fc.nat(3) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom("startPage", "endPage", "fetchPage", "refetch") }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("settle" as const) }) },
);

const expectPrefix = ({ items, after, server }: Viewer): void => {
  const fresh = server.all();
  expect(items).toEqual(after ? fresh.slice(0, items.length) : fresh);
};

describe.each<ListOptions>([
  { byField: false, isWhole: true },
  { byField: false, isWhole: false },
  { byField: true, isWhole: true },
  { byField: true, isWhole: false },
])("in a list with %o", (options) => {
  test("all that is loaded equals a fresh query, whatever happens in whatever order", () => {
    const steps = fc.array(step, { minLength: 5, maxLength: 40 });
    const first = fc.array(fc.tuple(id, fc.nat(6)), { maxLength: 12 });
    fc.assert(
      fc.property(first, steps, (documents, all) => {
        const server = new Server(options);
        for (const [of, n] of documents) server.put(of, n);
        const viewer = new Viewer(server);
        for (const each of all) {
          if (each.do === "put") server.put(each.id, each.n);
          else if (each.do === "delete") server.put(each.id, undefined);
          else if (each.do === "deliver") viewer.deliver(each.count);
          else viewer[each.do]();
          if (each.do === "settle") expectPrefix(viewer);
        }
        viewer.settle();
        expectPrefix(viewer);
        while (viewer.after) {
          viewer.fetchPage();
          viewer.settle();
          expectPrefix(viewer);
        }
        // Where every row says of which time it is, or none can have moved, nothing is asked for again.
        if (!options.byField || !options.isWhole) expect(viewer.refetches).toBe(0);
      }),
      runs(100),
    );
  });
});
