import { hashKey, type Query as CachedQuery } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";

import { followQuery, liveStateOf } from "../live/follow-query";
import type { LiveQuery } from "../live/keep-live";
import type { FaunaLiveState } from "../live/fauna-live-state";
import type { Skip } from "../query/fauna-query-options";
import { keyIn } from "../query/match";
import { useFaunaContext } from "./fauna-context";

/** Follows a query while the component is on the screen, and says how it is connected. */
export function useLive(
  query: LiveQuery["query"] | Skip,
  options: LiveQuery["options"],
): FaunaLiveState {
  const context = useFaunaContext();
  const { cache, identity } = context;
  const hash = query ? hashKey(keyIn(context, query, options.request)) : "";
  const find = (): CachedQuery | undefined => cache.getQueryCache().get(hash);
  const isWanted = hash !== "" && isEnabled(options.enabled, find());
  const isOn = isWanted && identity.status === "signed-in";
  const subscribe = useCallback(
    (listener: () => void) =>
      query && isOn ? followQuery(context, { query, options }, listener) : () => {},
    // eslint-disable-next-line react-hooks/exhaustive-deps -- hash says which query it is; options as of when it began
    [context, hash, isOn],
  );
  const initial = isWanted && identity.status !== "signed-out" ? "connecting" : "off";
  const current = (): FaunaLiveState => (isOn && liveStateOf(find())) || initial;
  // With the data, unless only what is selected of them is to render.
  const version = (): number => (options.select ? 0 : (find()?.state.dataUpdateCount ?? 0));
  useSyncExternalStore(
    subscribe,
    () => `${version()} ${current()}`,
    () => `0 ${initial}`,
  );
  return current();
}

const isEnabled = (enabled: LiveQuery["options"]["enabled"], cached?: CachedQuery): boolean =>
  typeof enabled === "function" ? !!cached && enabled(cached as never) : enabled !== false;
