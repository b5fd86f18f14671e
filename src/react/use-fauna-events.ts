import type { QueryValue } from "fauna";

import type { Skip } from "../query/fauna-query-options";
import type { FaunaEvent, FaunaEventSource } from "../live/fauna-event";
import type { FaunaLiveState } from "../live/live-state";
import { useFaunaContext } from "./fauna-context";

/** Options of {@link useFaunaEvents}. */
export interface UseFaunaEventsOptions<T extends QueryValue> {
  /** Told of each event, in order, once. */
  onEvent: (event: FaunaEvent<T>) => void;
  /** Told why no more events will come, or why some may have been missed. */
  onError?: ((error: Error) => void) | undefined;
  /** @defaultValue `true` */
  enabled?: boolean | undefined;
}

/** What {@link useFaunaEvents} returns. */
export interface UseFaunaEventsResult {
  readonly live: FaunaLiveState;
}

export function useFaunaEvents<T extends QueryValue = QueryValue>(
  source: FaunaEventSource | Skip,
  { enabled = true }: UseFaunaEventsOptions<T>,
): UseFaunaEventsResult {
  const { identity } = useFaunaContext();
  return { live: source && enabled && identity.status !== "signed-out" ? "connecting" : "off" };
}
