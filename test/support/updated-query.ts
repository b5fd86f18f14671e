import { type Query as CachedQuery, QueryClient } from "@tanstack/react-query";
import { fql, type Query } from "fauna";
import { onTestFinished, vi } from "vitest";

import { recordOf } from "../../src/cache/query-record";
import { buildQuery, setFetchedData } from "../../src/cache/tanstack";
import type { Connection } from "../../src/client/connection";
import type { ApplyEvents } from "../../src/live/event-sink";
import type { FaunaEvent, ReadEvent } from "../../src/live/event-types";
import type { FollowedQuery } from "../../src/live/followed-query";
import { firstStatus, type LiveStatus } from "../../src/live/live-info";
import { type FaunaLiveQueryOptions, sourceKey } from "../../src/live/live-query-options";
import { LiveSource } from "../../src/live/live-source";
import { LiveUpdater } from "../../src/live/live-updater";
import type { Position } from "../../src/live/position";
import type { Applied, RowRules, Rows } from "../../src/live/rows";
import { connect } from "./signed-in";

/** An event of a transaction. */
export const eventAt = (txn: number): FaunaEvent =>
  ({ type: "update", txn_ts: txn, cursor: `c${txn}`, data: { id: String(txn) } }) as never;

/** What a query is that a `LiveUpdater` keeps up to date. */
export interface UpdatedQueryOptions {
  readonly on?: Query | readonly Query[];
  readonly query?: Query;
  readonly connection?: Connection;
  /** The time of the transaction of the data that is there before the code is loaded; `null`: there is none. */
  readonly txn?: number | null;
  readonly orders?: FaunaLiveQueryOptions<unknown>["order"][];
  readonly isInCache?: boolean;
  /** Called with the query before the code is loaded. */
  readonly prepare?: (cached: CachedQuery) => void;
  /** The driver's options. */
  readonly request?: object;
  readonly rows?: Partial<Rows>;
}

/** A `LiveUpdater` in whose place of rows and streams is the test, which ends it. */
export function updateQuery({ query = fql`Todo.all()`, ...options }: UpdatedQueryOptions = {}) {
  const { on, txn = 10, connection = connect(), isInCache = true } = options;
  const cache = new QueryClient();
  const cached = buildQuery(cache, { queryKey: ["all"] });
  const record = recordOf(cached.queryKey);
  const ending = new AbortController();
  const live = {
    scope: { connection, cache, identity: connection.identityStore.current().identity },
    ...{ cached, query, options: { on, request: options.request }, lifetime: ending.signal },
    positions: [] as (Position | undefined)[],
    budget: {
      waitMs: vi.fn((_requests?: number) => 0),
      beforeSend: vi.fn<() => Response | undefined>(),
    },
    status: firstStatus("loading", null, 0),
    fetchSnapshot: vi.fn<() => Promise<unknown>>(async () => {}),
    orders: () => [...(options.orders ?? [])],
    onRemoved: vi.fn(),
    onStatus: vi.fn((status: LiveStatus) => void (live.status = status)),
    notify: vi.fn<FollowedQuery["notify"]>(),
  };
  const tokens = Array.from({ length: on ? [on].flat().length : 1 }, (_, n) => `source ${n}`);
  /** Lets a fetch bring data, with sources unless `of` is null. */
  const bring = (data: unknown, at: number, of: string | null = sourceKey(on)): void => {
    record.fetched = { txn: at, writes: 0, ...(of !== null && { source: { tokens, of } }) };
    setFetchedData(cached, data, Date.now());
  };
  if (txn !== null) {
    bring("first", txn);
    record.origin = record.fetched;
  }
  options.prepare?.(cached);
  if (!isInCache) cache.clear();

  const applies: ApplyEvents[] = [];
  const connectSource = vi
    .spyOn(LiveSource.prototype, "connect")
    .mockImplementation((apply) => void applies.push(apply));
  const rows = {
    apply: vi.fn((data: unknown, events: readonly ReadEvent[]): Applied => {
      return { data: `${String(data)} ${events.map(({ cursor }) => cursor)}`, needsRefetch: false };
    }),
    changesIn: vi.fn<Rows["changesIn"]>(() => () => false),
    ...options.rows,
  } as Rows & { apply: ReturnType<typeof vi.fn<Rows["apply"]>> };
  const createRows = (rules: RowRules): Rows => Object.assign(rows, { rules });
  const updater = new LiveUpdater(live as object as FollowedQuery, createRows);
  onTestFinished(() => {
    ending.abort();
    connectSource.mockRestore();
  });
  const attempt = new AbortController();
  return {
    ...{ updater, live, cached, cache, record, rows, ending, attempt, applies, bring },
    sources: connectSource.mock.contexts as LiveSource[],
    /** Lets events come of a source. */
    come: async (events: readonly ReadEvent[], source = 0): Promise<unknown> =>
      applies[source]?.(events, attempt.signal),
    data: () => cached.state.data,
  };
}
