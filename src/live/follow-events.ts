import { hashKey } from "@tanstack/react-query";
import type { EventSource } from "fauna";

import type { Identity } from "../auth/identity";
import { identitySignal, throwIfAborted } from "../auth/signals";
import { keyIn, type IdentityScope } from "../cache/keys";
import { type Connection, driverFor } from "../client/connection";
import { ConfigurationError } from "../errors";
import type { ApplyEvents, EventSink } from "./event-sink";
import { type FaunaEvent, type FaunaEventSource, isChange } from "./event-types";
import type { LiveStatus } from "./live-info";
import { loadOnDemand } from "./load-on-demand";
import { nextStatus } from "./next-status";
import { advancePlace } from "./position";
import { RequestBudget } from "./request-budget";
import { safely } from "./safely";

/** Receives the events of a source. */
export interface SourceListener {
  readonly onEvent: (event: FaunaEvent) => void;
  readonly onError: (error: Error) => void;
  readonly onStatus: (status: LiveStatus) => void;
}

/** Returns what identifies an event source: equal for equal queries of an identity, in all tabs. */
export const hashOfSource = (scope: IdentityScope, source: FaunaEventSource): string =>
  "token" in source ? source.token : hashKey(keyIn(scope, source));

/** Follows an event source until the signal aborts. */
export function followEvents(
  connection: Connection,
  identity: Identity,
  source: FaunaEventSource,
  { onEvent, onError, onStatus }: SourceListener,
  signal: AbortSignal,
): void {
  /** Why the given event source can no longer be used. */
  let rejection: Error | undefined;
  /** The last error that the listener was told of since it was live. */
  let reportedError = "";
  const budget = new RequestBudget();
  const sink: EventSink & { status: LiveStatus } = {
    source: hashOfSource({ connection, identity }, source),
    budget,
    status: nextStatus(undefined, { live: "connecting", reason: "loading" }),
    position: "token" in source ? { token: source.token } : undefined,

    async fetchSnapshot() {
      if (rejection) throw rejection;
      const driver = driverFor(connection, source);
      const { data } = await driver.run(source, {
        identity,
        signal,
        beforeSend: budget.beforeSend,
      });
      const { token } = Object(data) as EventSource;
      if (!token)
        throw new ConfigurationError(
          "not_streamable",
          "Return an event source: set.eventSource().",
        );
      sink.position = { token };
    },

    onPositionRejected(error) {
      if ("token" in source) rejection = error;
      // The query will return a new event source, but events in between may have been missed.
      else safely(() => onError(error));
    },

    onStatus(status) {
      sink.status = status;
      onStatus(status);
      const { error } = status.info;
      if (status.live === "live") reportedError = "";
      // Each return to the tab tries again, and may fail for the same reason.
      if (status.live !== "off" || !error || String(error) === reportedError) return;
      reportedError = String(error);
      safely(() => onError(error));
    },
  };
  const applyEvents: ApplyEvents = (events, attempt) => {
    for (const event of events) {
      // The listener may have unsubscribed.
      throwIfAborted(attempt);
      const { position } = sink;
      // Another connection reads a `remove` again that the position has not moved over.
      const isKnown = event.type === "remove" && event.cursor === position?.removed?.cursor;
      if (isChange(event) && !isKnown) safely(() => onEvent(event));
      if (position) advancePlace(position, [event]);
    }
  };
  const lifetime = identitySignal(connection.identityStore, identity, signal);
  void loadOnDemand(sink, lifetime, ({ EventStream }) => {
    new EventStream({ connection, identity }, sink, applyEvents, lifetime);
  });
}
