import { hashKey } from "@tanstack/react-query";
import { useCallback, useInsertionEffect, useRef, useSyncExternalStore } from "react";

import { followQuery, type LiveQuery, liveStateOf } from "../live/follow-query";
import type { FaunaLiveState } from "../live/live-state";
import type { FaunaContextValue } from "./fauna-context";

/**
 * Follows a query while the component is on the screen, and says how it is connected.
 *
 * @param initial - the state until then.
 */
export function useLive(
  context: FaunaContextValue,
  asked: LiveQuery,
  isOn: boolean,
  initial: FaunaLiveState,
): FaunaLiveState {
  const { cache } = context;
  const hash = hashKey(asked.built.queryKey);
  const latest = useRef(asked);
  useInsertionEffect(() => void (latest.current = asked));
  const subscribe = useCallback(
    (listener: () => void) =>
      hash && isOn ? followQuery(context, latest.current, listener) : () => {},
    [context, hash, isOn],
  );
  const current = (): FaunaLiveState =>
    (isOn && liveStateOf(cache.getQueryCache().get(hash))) || initial;
  return useSyncExternalStore(subscribe, current, () => initial);
}
