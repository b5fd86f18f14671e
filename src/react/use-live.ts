import type { Query as CachedQuery } from "@tanstack/react-query";
import type { Query } from "fauna";
import { useMemo, useSyncExternalStore } from "react";

import type { FaunaLiveQueryOptions } from "../live/fauna-live-query-options";
import { followQuery, liveStateOf } from "../live/follow-query";
import type { FaunaLiveState } from "../live/fauna-live-state";
import type { Skip } from "../query/fauna-query-options";
import { hashIn } from "../query/match";
import { useFaunaContext } from "./fauna-context";

interface Live {
  readonly live: FaunaLiveState;
  /** Empty while the query is skipped. */
  readonly queryHash: string;
}

/** Follows a query while the component is on the screen, and says how it is connected. */
export function useLive(query: Query | Skip, options: FaunaLiveQueryOptions<unknown>): Live {
  const context = useFaunaContext();
  const { cache, identity } = context;
  const queryHash = query ? hashIn(context, query, options.request) : "";
  const find = (): CachedQuery | undefined => cache.getQueryCache().get(queryHash);
  const isWanted = !!query && isEnabled(options.enabled, find());
  const isOn = isWanted && identity.status === "signed-in";
  const subscribe = useMemo(
    () => (listener: () => void) =>
      query && isOn ? followQuery(context, query, options, listener) : () => {},
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the hash says which query it is; options as of when it began
    [context, queryHash, isOn],
  );
  const initial = isWanted && identity.status !== "signed-out" ? "connecting" : "off";
  const current = (): FaunaLiveState => (isOn && liveStateOf(find())) || initial;
  // With the data, unless only what is selected of them is to render.
  const version = (): number => (options.select ? 0 : (find()?.state.dataUpdateCount ?? 0));
  const snapshot = (): string => `${version()} ${current()}`;
  useSyncExternalStore(subscribe, snapshot, snapshot);
  return { live: current(), queryHash };
}

const isEnabled = (
  enabled: FaunaLiveQueryOptions<unknown>["enabled"],
  cached?: CachedQuery,
): boolean =>
  typeof enabled === "function" ? !!cached && enabled(cached as never) : enabled !== false;
