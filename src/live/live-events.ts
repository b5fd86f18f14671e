import type { EventSource } from "fauna";

import type { Identity } from "../auth/identity";
import { throwIfAborted } from "../auth/signals";
import { type Connection, driverFor } from "../client/connection";
import { ConfigurationError } from "../errors";
import { type EventSink, EventStream } from "./event-stream";
import type { FaunaLiveState } from "./phase";
import type { FaunaEvent, FaunaEventSource } from "./read-events";
import { safely } from "./safely";

/** Receives the events of a source. */
export interface EventListener {
  readonly onEvent: (event: FaunaEvent) => void;
  readonly onError: (error: Error) => void;
  readonly onState: (state: FaunaLiveState) => void;
}

/** Follows an event source until the signal aborts. */
export function followEvents(
  connection: Connection,
  identity: Identity,
  source: FaunaEventSource,
  { onEvent, onError, onState }: EventListener,
  signal: AbortSignal,
): void {
  /** Why the given event source can no longer be used. */
  let rejection: Error | undefined;
  const sink: EventSink = {
    position: "token" in source ? { token: source.token } : undefined,

    async fetchSnapshot() {
      if (rejection) throw rejection;
      const driver = driverFor(connection, source);
      const { data } = await driver.run(source, { identity, signal });
      const { token } = Object(data) as EventSource;
      if (!token)
        throw new ConfigurationError(
          "not_streamable",
          "Return an event source: set.eventSource().",
        );
      sink.position = { token };
    },

    onEvents(events, attempt) {
      for (const event of events) {
        // The listener may have unsubscribed.
        throwIfAborted(attempt);
        if (event.type !== "status") safely(() => onEvent(event));
        if (sink.position) sink.position.cursor = event.cursor;
      }
    },

    onPositionRejected(error) {
      // The query will return a new event source, but events in between may have been missed.
      if ("token" in source) rejection = error;
      else safely(() => onError(error));
    },

    onStateChange(state, error) {
      onState(state);
      if (error) safely(() => onError(error));
    },
  };
  const lifetime = connection.identityStore.requestSignal(identity, signal);
  new EventStream(connection, identity, sink, lifetime);
}
