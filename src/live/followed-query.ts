import type { Query as CachedQuery } from "@tanstack/react-query";
import type { Query } from "fauna";

import type { Scope } from "../cache/keys";
import type { LiveStatus } from "./live-info";
import type { FaunaLiveQueryOptions } from "./live-query-options";
import type { FaunaEvent } from "./event-types";
import type { Position } from "./position";
import type { RequestBudget } from "./request-budget";

/** A live query, as what keeps its data up to date needs it. */
export interface FollowedQuery {
  readonly scope: Scope;
  readonly cached: CachedQuery;
  readonly query: Query;
  readonly options: FaunaLiveQueryOptions<unknown>;
  /** Aborts when nobody follows any more, or when the identity ends in the provider that connects it. */
  readonly lifetime: AbortSignal;
  /** How far the events of each of its sources have been applied. Its successor goes on from there. */
  readonly positions: (Position | undefined)[];
  /** All its requests are noted there. */
  readonly budget: RequestBudget;
  readonly status: LiveStatus;
  /** Fetches data and event source, or waits for the fetch that is under way. */
  readonly fetchSnapshot: () => Promise<unknown>;
  /** The orders of those who follow it. */
  readonly orders: () => readonly FaunaLiveQueryOptions<unknown>["order"][];
  /** Called when the query has left the cache. */
  readonly onRemoved: () => void;
  readonly onStatus: (status: LiveStatus) => void;
  /** Tells those who follow that the data has changed, and by which events. */
  readonly notify: (events?: readonly FaunaEvent[]) => void;
}
