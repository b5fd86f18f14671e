import { QueryClient } from "@tanstack/react-query";
import type { Query } from "fauna";
import { onTestFinished, vi } from "vitest";

import { recordOf } from "../../src/cache/query-record";
import { buildQuery } from "../../src/cache/tanstack";
import type { FollowedQuery } from "../../src/live/followed-query";
import { firstStatus } from "../../src/live/live-info";
import { sourceKey } from "../../src/live/live-query-options";
import { LiveSource } from "../../src/live/live-source";
import type { Position } from "../../src/live/position";
import { RequestBudget } from "../../src/live/request-budget";

/** A source of a live query at a position, and the signal of its connection. */
export function createSource({ on, index = 0 }: { on?: Query[]; index?: number } = {}) {
  const position: Position = { token: "source", cursor: "c0", txn: 0 };
  const positions: (Position | undefined)[] = [];
  positions[index] = position;
  const cached = buildQuery(new QueryClient(), { queryKey: ["a list"] });
  const record = recordOf(cached.queryKey);
  record.origin = { txn: 1, writes: 0, source: { tokens: ["source"], of: sourceKey(on) } };
  const options = { on, request: { long_type: "bigint" } };
  const owner = {
    ...{ onRightsChange: vi.fn(), onSourceStatus: vi.fn() },
    ...{ waitMs: () => 0, beforeSend: () => undefined },
  };
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const live = {
    ...{ cached, positions, options, budget: new RequestBudget(), lifetime: ending.signal },
    status: firstStatus("loading", null, 0),
    fetchSnapshot: vi.fn(async () => "snapshot"),
  };
  const source = new LiveSource(live as object as FollowedQuery, index, owner);
  const connection = new AbortController();
  return { ...{ source, position, record, connection, live, owner }, signal: connection.signal };
}
