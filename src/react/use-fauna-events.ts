import { hashKey } from "@tanstack/react-query";
import type { QueryValue } from "fauna";
import { useEffect, useInsertionEffect, useRef, useState } from "react";

import { keyIn } from "../cache/keys";
import type { Skip } from "../cache/query-options";
import { followEvents } from "../live/live-events";
import type { FaunaLiveState } from "../live/phase";
import type { FaunaEvent, FaunaEventSource } from "../live/read-events";
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

/**
 * Hears of each event of an event source while the component is on the screen, whatever happens to connection and token.
 * After a change of user the source is made anew.
 *
 * @param source - a query that returns an event source (``fql`Todo.all().eventSource()` ``, `eventsOn(…)`), or an event
 * source that a query has returned. It keeps while its text and arguments are the same. One of an index tells only of
 * changes of the index's terms and values. Falsy skips it.
 * @throws ConfigurationError without a `FaunaProvider` above.
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
  const isWanted = Boolean(source) && enabled && identity.status !== "signed-out";
  const isOn = isWanted && identity.status === "signed-in";
  const hash = isOn && source ? hashOf(context, source) : "";
  const [{ of, live }, setState] = useState<State>({ of: "", live: "off" });
  const latest = useRef({ source, options });
  useInsertionEffect(() => void (latest.current = { source, options }));

  useEffect(() => {
    const { source } = latest.current;
    if (!hash || !source) return;
    const life = new AbortController();
    const { signal } = life;
    const listener = {
      onEvent: (event: FaunaEvent) => latest.current.options.onEvent(event as FaunaEvent<T>),
      onError: (error: Error) => latest.current.options.onError?.(error),
      onState: (live: FaunaLiveState) => signal.aborted || setState({ of: hash, live }),
    };
    followEvents(connection, identity, source, listener, signal);
    return () => life.abort();
  }, [connection, identity, hash]);

  if (!isWanted) return { live: "off" };
  return { live: of === hash && hash ? live : "connecting" };
}

interface State {
  readonly of: string;
  readonly live: FaunaLiveState;
}

const hashOf = (context: Parameters<typeof keyIn>[0], source: FaunaEventSource): string =>
  "token" in source ? source.token : hashKey(keyIn(context, source));
