import type { EventSource } from "fauna";

import type { Identity } from "../auth/identity";
import { type Connection, driverFor } from "../client/connection";
import { ConfigurationError } from "../errors";
import { follow, type Target } from "./event-stream";
import type { FaunaEvent, FaunaEventSource } from "./fauna-event";
import type { FaunaLiveState } from "./fauna-live-state";
import { safely } from "./safely";

/** Who hears of the events of a source. */
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
  /** Why a given source is of no use any more. */
  let lost: Error | undefined;
  const target: Target = {
    position: "token" in source ? { token: source.token } : undefined,

    async snapshot() {
      if (lost) throw lost;
      const driver = driverFor(connection, source);
      const { token } = Object(await driver.run(source, { identity, signal })) as EventSource;
      if (!token)
        throw new ConfigurationError(
          "not_streamable",
          "Return an event source: set.eventSource().",
        );
      target.position = { token };
    },

    take(events, turn) {
      for (const event of events) {
        // The listener may have let go.
        turn.throwIfAborted();
        if (event.type !== "status") safely(() => onEvent(event));
        if (target.position) target.position.cursor = event.cursor;
      }
    },

    lost(error) {
      // It goes on, but what happened in between nobody can tell.
      if ("token" in source) lost = error;
      else safely(() => onError(error));
    },

    show(state, error) {
      onState(state);
      if (error) safely(() => onError(error));
    },
  };
  follow(connection, identity, target, signal);
}
