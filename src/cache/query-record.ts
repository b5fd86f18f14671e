import type { QueryKey } from "@tanstack/react-query";
import type { QueryInfo, QueryValue, StreamEventData } from "fauna";

import { getOrAdd } from "../auth/collections";

/** What may keep data from being stale: live queries that follow the database, or that a server has just read it. */
export interface Freshness {
  /** Whether the data is fresh, whatever its stale time. */
  readonly isFresh: () => boolean;
}

/** Bounds how often a query is asked for: a `RequestBudget` (live/request-budget.ts). */
export interface RequestLimit {
  /** How long the next request has to wait, in ms, until there is room for as many, or, if that is 0, for all pages. */
  readonly waitMs: (requests?: number) => number;
  /** Called before each request is sent. If it returns an answer, nothing is sent. */
  readonly beforeSend: () => Response | undefined;
}

/** The tokens of event sources, and what they are of: see live-query-options.ts. */
export interface QueryEventSource {
  readonly tokens: readonly string[];
  readonly of: string;
}

/** What others need to know about a query's optimistic updates: see optimistic-layers.ts. */
export interface QueryLayers {
  /** The server's data, without the updates. */
  readonly base: unknown;
  /** Whether writes to the query have not settled yet. */
  readonly hasPending: () => boolean;
  /** Resolves when the writes that are in flight now have been answered; undefined if there are none. */
  readonly whenDecided: () => Promise<unknown> | undefined;
  /** Returns the base with the updates of those writes alone. */
  readonly withUndecided: () => unknown;
  /** Replaces the base. `includes` tells whether it includes the transaction of a time. */
  readonly rebase: (data: unknown, includes: (txn: number) => boolean) => void;
}

/** What has happened to a list since its first page was read. Later pages are as of that moment. */
export interface ListHistory {
  /** That moment: the time of a transaction. */
  readonly since: number;
  /** The last event of each document, by its id. */
  readonly events: Map<string, StreamEventData<QueryValue>>;
  /** The last row of each page as it came, by the cursor of the next page. */
  readonly ends: Map<unknown, QueryValue | undefined>;
}

/** A write that was applied, or may have been. */
export interface SettledWrite {
  /** The time of its transaction; undefined if no answer told it. */
  readonly txn: number | undefined;
  /** Counts the writes that have settled here, from 1 on (seen-writes.ts). 0: before any write. */
  readonly number: number;
}

/** What a query's data has to include: see origins.ts. It only ever rises. */
export interface Floor {
  /** The time of the latest transaction among it that is known. */
  readonly txn: number | undefined;
  /** Whether data includes it. */
  readonly isReachedBy: (origin: Origin) => boolean;
  /** Returns the floor of data that has to include another write, too. */
  readonly raisedBy: (write: SettledWrite) => Floor;
}

/** Where data comes from. Of a list that is where its first page does: the others are as of the same moment. */
export interface Origin {
  /** The time of the transaction that read it; undefined if the answer did not tell it. */
  readonly txn: number | undefined;
  /** How many writes had settled here when it was asked for (seen-writes.ts). 0: before any write. */
  readonly writes: number;
  /** The time of the last event that has been applied to it. */
  until?: number;
  /** What came with a snapshot. */
  source?: QueryEventSource | undefined;
}

/**
 * What the library knows about a cached query beyond TanStack's state. Kept out of that state so that it neither
 * re-renders nor gets persisted.
 */
export interface QueryRecord {
  /** The hash of its key, if a hook has made it: to hash the key again takes time. */
  hash?: string;
  /** Whether it has been fetched here. A query that a persister has restored has not. */
  wasFetched?: boolean;
  /** The metadata of the last successful response. */
  info?: QueryInfo | undefined;
  /** Where the data comes from. */
  origin?: Origin | undefined;
  /** Where the data comes from that is being fetched, until TanStack takes it: see origins.ts. */
  fetched?: Origin | undefined;
  /** The time of the last event that the data was refetched for: what was written until then is in it. */
  refetchedFor?: number;
  /** What the data has to include. */
  floor?: Floor;
  /** Exist while the query shows optimistic updates. */
  layers?: QueryLayers | undefined;
  /** Exists during the fetches of a live query: returns what bounds its requests. */
  budget?: (() => RequestLimit) | undefined;
  /** The cursor after the first page of the last restart. If it fails, the list does not restart again. */
  restartCursor?: unknown;
  /** What may keep the data fresh. */
  fresh?: Freshness;
  /** Exists for a list that is live, or has been. */
  history?: ListHistory;
}

const records = new WeakMap<QueryKey, QueryRecord>();

/**
 * Returns the record of a cached query.
 *
 * @param queryKey - the query's own key object, which its query function receives, too. An equal key is not enough.
 */
export const recordOf = (queryKey: QueryKey): QueryRecord =>
  getOrAdd(records, queryKey, () => ({}));
