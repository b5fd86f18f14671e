import type { QueryKey } from "@tanstack/react-query";

/** The event source of a snapshot. */
export interface Source {
  readonly token: string;
  /** The time of the snapshot's transaction, in microseconds. */
  readonly ts: number;
}

/** The event sources that came with the last snapshots, by the key objects of the queries in the cache. */
export const sources: WeakMap<QueryKey, Source> = new WeakMap();
