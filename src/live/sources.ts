import type { QueryKey } from "@tanstack/react-query";

/** The tokens of the event sources that came with the last snapshots, by the key objects of the queries in the cache. */
export const sources: WeakMap<QueryKey, string> = new WeakMap();
