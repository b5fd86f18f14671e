import { hashKey, type Query as CachedQuery } from "@tanstack/react-query";
import type { Query } from "fauna";
import { useCallback, useInsertionEffect, useRef, useSyncExternalStore } from "react";

import type { FaunaLiveQueryOptions } from "../live/fauna-live-query-options";
import { followQuery, liveStateOf } from "../live/live-queries";
import type { FaunaLiveState } from "../live/live-state";
import type { FaunaQueryOptionsResult, Skip } from "../query/fauna-query-options";
import type { FaunaContextValue } from "./fauna-context";

/** Follows a query while the component is on the screen, and says how it is connected. */
export function useLive(
  context: FaunaContextValue,
  query: Query | Skip,
  options: FaunaLiveQueryOptions<unknown>,
  built: FaunaQueryOptionsResult<unknown>,
): FaunaLiveState {
  const { connection, identity, cache } = context;
  const hash = hashKey(built.queryKey);
  const isWanted = Boolean(query) && isEnabled(built.enabled, cache.getQueryCache().get(hash));
  const isOn = isWanted && identity.status === "signed-in";
  const latest = useRef({ query, options, built });
  useInsertionEffect(() => void (latest.current = { query, options, built }));
  const subscribe = useCallback(
    (listener: () => void) => {
      const { query, options, built } = latest.current;
      return isOn && query ? followQuery(context, query, options, built, hash, listener) : none;
    },
    [context, hash, isOn],
  );
  const initial = isWanted && identity.status !== "signed-out" ? "connecting" : "off";
  return useSyncExternalStore(
    subscribe,
    () => (isOn && liveStateOf(connection, hash)) || initial,
    () => initial,
  );
}

const isEnabled = (
  enabled: FaunaQueryOptionsResult<unknown>["enabled"],
  cached: CachedQuery | undefined,
): boolean =>
  (typeof enabled === "function" && cached ? enabled(cached as never) : enabled) !== false;

const none = (): void => {};
