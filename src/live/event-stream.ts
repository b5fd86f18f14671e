import { onlineManager } from "@tanstack/react-query";
import { ServiceError } from "fauna";

import type { Identity } from "../auth/identity";
import { ONCE, throwIfAborted } from "../auth/signals";
import { isTransient } from "../cache/retry";
import type { Connection } from "../client/connection";
import type { Driver } from "../client/driver";
import { isUnauthorizedError } from "../auth/unauthorized-error";
import {
  type FailureReason,
  type FaunaLiveState,
  INITIAL_STATE,
  isReading,
  liveStateIn,
  nextState,
  type Phase,
  type StreamEvent,
} from "./phase";
import type { EventReader, Position, ReadEvent } from "./read-events";
import { type LiveScheduler, schedulerOf } from "./scheduler";
import { sleep } from "./sleep";

/** Where an {@link EventStream} delivers events, and where it keeps its position. */
export interface EventSink {
  /** Where to go on; undefined while there is no snapshot. */
  position: Position | undefined;
  /** Fetches a snapshot and sets the position to its event source. */
  readonly fetchSnapshot: () => Promise<unknown>;
  /**
   * Takes the next events and moves the position on. No more are read until the result resolves. If `signal` aborts
   * before that, the events come again.
   */
  readonly onEvents: (events: readonly ReadEvent[], signal: AbortSignal) => unknown;
  /** Called when the user may see other data than before. */
  readonly onRightsChange?: () => void;
  /** Called when the server no longer accepts the position, which is then dropped. */
  readonly onPositionRejected?: (error: Error) => void;
  /** @param error - why the stream gave up. */
  readonly onStateChange: (state: FaunaLiveState, error?: Error) => void;
}

/** The longest delay of `setTimeout`, 24.8 days. It fires at once for more. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Follows an event source for an identity until the identity ends or `signal` aborts, whatever happens to
 * connection, token and page. `phase.ts` decides what to do next; this class does it.
 */
export class EventStream implements EventReader {
  readonly #connection: Connection;
  readonly #identity: Identity;
  readonly #sink: EventSink;
  readonly #scheduler: LiveScheduler;
  #state = INITIAL_STATE;
  #liveState: FaunaLiveState = "connecting";
  #attempt = new AbortController();

  /** Starts a microtask later, because React's StrictMode unmounts and mounts again synchronously. */
  constructor(connection: Connection, identity: Identity, sink: EventSink, signal: AbortSignal) {
    this.#connection = connection;
    this.#identity = identity;
    this.#sink = sink;
    this.#scheduler = schedulerOf(connection);
    queueMicrotask(() => void this.#run(signal));
  }

  /** Ends what it does or waits for, and goes on from its position at once. */
  resume(): void {
    this.#dispatch({ type: "resumed" });
  }

  /** Decides whether a token is used. If not, a newer one is requested. */
  acceptToken(lifetimeMs: number, hasOtherRights: boolean): boolean {
    // After a permission loss, a token that Clerk has cached may be the one that was refused.
    const isAccepted = this.#state.permissionLoss !== "reported";
    this.#dispatch({ type: "token", lifetimeMs, hasOtherRights });
    return isAccepted;
  }

  async onEvents(
    events: readonly ReadEvent[],
    signal: AbortSignal,
    fromFeed: boolean,
  ): Promise<void> {
    // What an aborted connection has read already comes again with the next one.
    throwIfAborted(signal);
    const hasChanges = events.some(({ type }) => type !== "status");
    this.#dispatch({ type: "received", fromFeed, hasChanges });
    throwIfAborted(signal);
    await this.#sink.onEvents(events, signal);
    if (this.#state.rightsMayHaveChanged) this.#sink.onRightsChange?.();
    this.#dispatch({ type: "applied" });
  }

  async #run(lifetime: AbortSignal): Promise<void> {
    // Loaded now, so that it is there when the snapshot is. If that fails, the first attempt says so.
    import("./on-demand").catch(() => {});
    const onTick = (type: "tick" | "pageShown" | "resumed"): void => this.#dispatch({ type });
    const leave = this.#scheduler.join(this, onTick);
    lifetime.addEventListener("abort", () => this.#dispatch({ type: "ended" }), ONCE);
    while (!lifetime.aborted) {
      this.#attempt = new AbortController();
      this.#dispatch(await this.#perform(this.#state.phase, this.#attempt.signal));
    }
    leave();
    this.#setLiveState("off");
  }

  /** Does what a phase says. Resolves with the event that ends the phase. */
  async #perform(phase: Phase, signal: AbortSignal): Promise<StreamEvent> {
    switch (phase.name) {
      case "ready": {
        const hasPosition = this.#sink.position !== undefined;
        return { type: "began", isPaused: this.#scheduler.isPaused(), hasPosition };
      }
      case "loading":
      case "connecting":
        try {
          if (phase.name === "connecting") return await this.#read(signal);
          await this.#sink.fetchSnapshot();
          return { type: "loaded" };
        } catch (error) {
          // If the attempt was aborted, it has left this phase, and its failure means nothing.
          return { type: "failed", error: error as Error, reason: this.#reasonOf(error) };
        }
      case "checkingRights":
        try {
          await this.#sink.fetchSnapshot();
          return { type: "rightsChecked" };
        } catch (error) {
          return { type: "rightsChecked", error: error as Error };
        }
      default:
        await sleep(this.#delayIn(phase), signal);
        return { type: "resumed" };
    }
  }

  async #read(signal: AbortSignal): Promise<StreamEvent> {
    const { readEvents } = await import("./on-demand");
    await readEvents({
      connection: this.#connection,
      identity: this.#identity,
      position: this.#sink.position as Position,
      isStreaming: this.#connection.transport.canStream() && this.#scheduler.mayStream(this),
      reader: this,
      signal,
    });
    return { type: "caughtUp" };
  }

  #delayIn(phase: Phase): number {
    if (phase.name === "polling") return this.#scheduler.pollInterval;
    // While the device is offline, its being online again ends the wait.
    if (phase.name !== "retrying" || !onlineManager.isOnline()) return MAX_TIMEOUT_MS;
    return Math.random() * phase.maxDelayMs;
  }

  #dispatch(event: StreamEvent): void {
    const previous = this.#state.phase;
    this.#state = nextState(this.#state, event, Date.now());
    const { phase } = this.#state;
    if (phase === previous) return;
    if (phase.name === "off") this.#sink.position = undefined;
    if (phase.name === "retrying" && phase.rejection) {
      this.#sink.onPositionRejected?.(phase.rejection);
      this.#sink.position = undefined;
    }
    const liveState = liveStateIn(phase);
    if (liveState) this.#setLiveState(liveState, phase.name === "off" ? phase.error : undefined);
    // Whatever went on has another phase now.
    if (!isReading(phase)) this.#attempt.abort();
    // Another stream may take the place of one that has given up.
    if (phase.name === "off") this.#scheduler.release(this);
  }

  #setLiveState(state: FaunaLiveState, error?: Error): void {
    if (state === this.#liveState && !error) return;
    this.#liveState = state;
    this.#sink.onStateChange(state, error);
  }

  #reasonOf(error: unknown): FailureReason {
    const { code, httpStatus } = error as { code?: string; httpStatus?: number };
    if (code === "permission_loss") return "permissionLoss";
    if (code === "invalid_stream_start_time") return "positionRejected";
    if (error instanceof ServiceError && !httpStatus) return "badEvent";
    if (isTransient(this.#connection.drivers[0] as Driver, error)) return "temporary";
    return httpStatus || isUnauthorizedError(error) ? "positionRejected" : "other";
  }
}
