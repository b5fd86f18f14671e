import type { QueryValue } from "fauna";
import { useEffect, useInsertionEffect, useMemo, useRef, useState } from "react";

import type { Skip } from "../cache/query-options";
import { followEvents, hashOfSource } from "../live/follow-events";
import {
  type FaunaLiveInfo,
  firstStatus,
  type LiveStatus,
  whyNotFollowed,
} from "../live/live-info";
import type { FaunaLiveState } from "../live/phase";
import type { FaunaEvent, FaunaEventSource } from "../live/event-types";
import { useFaunaContext } from "./fauna-context";

/** Options of {@link useFaunaEvents}. */
export interface UseFaunaEventsOptions<T extends QueryValue> {
  /** Called with each event, once and in order. */
  onEvent: (event: FaunaEvent<T>) => void;
  /** Called with the reason why no more events will come, or why some may have been missed. */
  onError?: ((error: Error) => void) | undefined;
  /** @default true */
  enabled?: boolean | undefined;
}

/** What {@link useFaunaEvents} returns. */
export interface UseFaunaEventsResult {
  readonly live: FaunaLiveState;
  /** Why it is not live, and when it tries again. */
  readonly liveInfo: FaunaLiveInfo;
}

/**
 * Calls `onEvent` for each event of an event source while the component is on the screen, even if the connection is
 * lost or the token expires. After a change of user it starts again, and a query returns a new event source.
 *
 * @param source - a query that returns an event source (``fql`Todo.all().eventSource()` ``, `eventsOn(…)`), or an
 * event source that a query has returned. It is the same source as long as its text and arguments are. The source
 * of an index reports only changes of the index's terms and values. A falsy value skips it.
 * @throws ConfigurationError without a `FaunaProvider` above, and for anything that is not an FQL v10 query or source.
 *
 * @example
 * ```tsx
 * useFaunaEvents(fql`Message.where(.to == ${me}).eventSource()`, {
 *   onEvent: ({ type, data }) => type === "add" && notify(data),
 * });
 * ```
 */
export function useFaunaEvents<T extends QueryValue = QueryValue>(
  source: FaunaEventSource | Skip,
  options: UseFaunaEventsOptions<T>,
): UseFaunaEventsResult {
  const context = useFaunaContext();
  const { connection, identity } = context;
  const { enabled = true } = options;
  const reason = whyNotFollowed(identity, Boolean(source) && enabled);
  const isOn = reason === "loading";
  const hash = isOn && source ? `${identity.key} ${hashOfSource(context, source)}` : "";
  const [state, setState] = useState<State>();
  const latest = useRef({ source, options });
  useInsertionEffect(() => void (latest.current = { source, options }));

  useEffect(() => {
    const { source } = latest.current;
    if (!hash || !source) return;
    const subscription = new AbortController();
    const { signal } = subscription;
    const listener = {
      onEvent: (event: FaunaEvent) => latest.current.options.onEvent(event as FaunaEvent<T>),
      onError: (error: Error) => latest.current.options.onError?.(error),
      onStatus: (status: LiveStatus) => signal.aborted || setState({ of: hash, status }),
    };
    followEvents(connection, identity, source, listener, signal);
    return () => {
      subscription.abort();
      setState(undefined);
    };
  }, [connection, identity, hash]);

  const { error = null } = identity;
  const initial = useMemo(() => firstStatus(reason, error), [reason, error]);
  const { live, info } = state?.of === hash ? state.status : initial;
  return { live, liveInfo: info };
}

interface State {
  /** What it is the status of: identity and source of the run that reported it. */
  readonly of: string;
  readonly status: LiveStatus;
}
