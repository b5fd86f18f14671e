import { onlineManager } from "@tanstack/react-query";
import { ServiceError } from "fauna";

import { MAX_TIMEOUT_MS } from "../auth/fetch-with-token";
import type { Identity } from "../auth/identity";
import { ONCE, throwIfAborted } from "../auth/signals";
import { isTransient } from "../cache/retry";
import type { Connection } from "../client/connection";
import type { Driver } from "../client/driver";
import { isTokenError } from "../errors";
import { isUnauthorizedError } from "../auth/unauthorized-error";
import { nextState } from "./next-state";
import {
  type FailureReason,
  INITIAL_STATE,
  isReading,
  type Phase,
  type StreamEvent,
} from "./phase";
import type { FaunaLiveReason, StatusSink } from "./live-info";
import {
  decode,
  decodeOptions,
  type EventReader,
  type Position,
  type ReadEvent,
  readEvents,
} from "./read-events";
import { relayOf } from "./relay";
import { RELAYED_POLL_MS, RelayLink } from "./relay-link";
import type { RequestBudget } from "./request-budget";
import { advance } from "./position";
import { type LiveScheduler, schedulerOf, type TickListener } from "./scheduler";
import { sleep } from "./sleep";
import { StreamStatus } from "./stream-status";

/** Where an {@link EventStream} delivers events, and where it keeps its position. */
export interface EventSink extends StatusSink {
  /** What the events are of: equal in all tabs that follow the same. */
  readonly source: string;
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
  /** All requests for snapshots and events are noted there. */
  readonly budget: RequestBudget;
}

/** Clerk has no token, or another user's, while it changes users. A read says so at once, but a stream asks again. */
const PASSING_CODES: readonly string[] = ["token_missing", "token_mismatch"];

const NO_SOURCE = new Error("Another fetch has brought the data without an event source.");

/** How many times as long the next pause between two polls is if nothing happens. */
const POLL_GROWTH = 1.5;

/** The shortest time in ms that a token is used. */
const MIN_RENEWAL_MS = 1000;

/**
 * Follows an event source for an identity until the identity ends or `signal` aborts, whatever happens to
 * connection, token and page. `next-state.ts` decides what to do next; this class does it.
 */
export class EventStream implements EventReader {
  readonly #connection: Connection;
  readonly #identity: Identity;
  readonly #sink: EventSink;
  readonly #scheduler: LiveScheduler;
  #state = INITIAL_STATE;
  readonly #status: StreamStatus;
  #isStreaming = false;
  /** Whether it may open a stream since it began to read. */
  #hasGainedSlot = false;
  /** The same source in the user's other tabs. */
  readonly #others: RelayLink;
  /** How far it has read, which may be further than what has been applied. */
  #read: Pick<Position, "cursor" | "txn"> = {};
  /** Time in ms until the next poll, which grows while nothing happens. */
  #pollDelay: number;
  readonly #lifetime: AbortSignal;
  #attempt = new AbortController();
  /** The last attempt in which a token was refused. */
  #refusedIn: AbortController | undefined;

  constructor(connection: Connection, identity: Identity, sink: EventSink, signal: AbortSignal) {
    this.#connection = connection;
    this.#identity = identity;
    this.#sink = sink;
    this.#status = new StreamStatus(sink);
    this.#scheduler = schedulerOf(connection);
    this.#pollDelay = this.#scheduler.pollInterval;
    this.#others = new RelayLink(relayOf(connection, identity), sink.source, () => this.#onHeard());
    this.#lifetime = signal;
    // React's StrictMode unmounts and mounts again synchronously.
    if (!signal.aborted) void this.#run();
  }

  /** Ends what it does or waits for, and goes on from its position at once. */
  resume(): void {
    this.#dispatch({ type: "resumed" });
  }

  /** Decides whether a token is used. If not, a newer one is requested. */
  acceptToken(lifetimeMs: number, hasOtherRights: boolean): boolean {
    // After a permission loss, a token that Clerk has cached may be the one that was refused.
    if (this.#state.permissionLoss === "reported" && this.#refusedIn !== this.#attempt) {
      this.#refusedIn = this.#attempt;
      return false;
    }
    const time = Math.max(lifetimeMs, MIN_RENEWAL_MS);
    this.#dispatch({ type: "token", lifetimeMs: time, hasOtherRights });
    return true;
  }

  readonly onSend = (): Response | undefined => this.#sink.budget.onSend();

  onNextPage(): void {
    if (this.#sink.budget.waitMs() > 0) this.resume();
  }

  async onEvents(
    events: readonly ReadEvent[],
    signal: AbortSignal,
    lines?: readonly string[],
  ): Promise<void> {
    // What an aborted connection has read already comes again with the next one.
    throwIfAborted(signal);
    const hasChanges = events.some(({ type }) => type !== "status");
    this.#dispatch({ type: "received", fromFeed: !lines, hasChanges });
    throwIfAborted(signal);
    if (hasChanges) this.#pollDelay = this.#scheduler.pollInterval;
    this.#tellOthers(events, lines, hasChanges);
    try {
      await this.#sink.onEvents(events, signal);
    } catch (error) {
      // An order of the app's may have thrown.
      if (!signal.aborted)
        this.#dispatch({ type: "failed", error: error as Error, reason: "badEvent" });
      throw error;
    }
    if (this.#state.rightsMayHaveChanged) this.#sink.onRightsChange?.();
    this.#dispatch({ type: "applied" });
  }

  async #run(): Promise<void> {
    const lifetime = this.#lifetime;
    const onTick: TickListener = (type) => {
      // Somebody looks, or the network is another one: it should not have to wait for what was before.
      if (type === "pageShown" || type === "resumed") {
        this.#sink.budget.forget();
        this.#pollDelay = this.#scheduler.pollInterval;
      }
      if (this.#state.phase.name === "streaming") this.#others.keepAlive();
      if (type === "slotGained") this.#hasGainedSlot = true;
      // Another tab may have begun to stream, or ended.
      if (this.#state.phase.name === "polling") this.#report();
      this.#dispatch({ type });
    };
    const leave = this.#scheduler.join(this, onTick);
    lifetime.addEventListener("abort", () => this.#dispatch({ type: "ended" }), ONCE);
    while (!lifetime.aborted) {
      this.#attempt = new AbortController();
      this.#dispatch(await this.#perform(this.#state.phase, this.#attempt.signal));
    }
    leave();
    this.#others.leave();
    this.#status.reportEnd();
  }

  /** Does what a phase says. Resolves with the event that ends the phase. */
  async #perform(phase: Phase, signal: AbortSignal): Promise<StreamEvent> {
    switch (phase.name) {
      case "ready": {
        const hasPosition = this.#sink.position !== undefined;
        const isLimited = this.#sink.budget.waitMs() > 0 && !this.#others.hasLines;
        const isPaused = this.#scheduler.isPaused();
        // A page that may be kept for "back" has no channels.
        if (isPaused) this.#others.leave();
        else this.#others.join();
        return { type: "began", isPaused, isLimited, hasPosition };
      }
      case "loading":
      case "connecting":
        try {
          if (phase.name === "connecting") {
            await this.#readOn(this.#sink.position as Position, signal);
            return { type: this.#hasGainedSlot || this.#hasHeard() ? "resumed" : "caughtUp" };
          }
          await this.#sink.fetchSnapshot();
          if (!this.#sink.position) throw NO_SOURCE;
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
          return {
            type: "rightsChecked",
            error: error as Error,
            reason: this.#reasonOf(error),
          };
        }
      default: {
        const delay = this.#delayIn(phase);
        if (phase.name === "retrying" && delay < MAX_TIMEOUT_MS) this.#report(Date.now() + delay);
        await sleep(delay, signal);
        return { type: "resumed" };
      }
    }
  }

  async #readOn(position: Position, signal: AbortSignal): Promise<void> {
    this.#hasGainedSlot = false;
    this.#isStreaming = this.#scheduler.mayStream(this);
    this.#read = { ...position };
    if (!this.#isStreaming) this.#others.endStream();
    const relayed = this.#others.take(position);
    if (relayed && !this.#isStreaming) {
      const events = [...decode(relayed, decodeOptions(this.#connection, position))];
      if (events.length) await this.onEvents(events, signal);
      return;
    }
    await readEvents({
      connection: this.#connection,
      identity: this.#identity,
      position,
      isStreaming: this.#isStreaming,
      reader: this,
      signal,
    });
  }

  /** @param lines - how the events came on a stream. */
  #tellOthers(
    events: readonly ReadEvent[],
    lines: readonly string[] | undefined,
    hasChanges: boolean,
  ): void {
    const { cursor: previous, txn: since } = this.#read;
    advance(this.#read, events);
    const { cursor } = this.#read;
    this.#others.useRights(this.#sink.position?.rights);
    if (!lines || cursor === undefined) return;
    this.#others.keepAlive();
    if (hasChanges) this.#others.tell({ lines, previous, cursor, since });
  }

  #onHeard(): void {
    if (this.#hasHeard()) this.#dispatch({ type: "heard" });
  }

  /** Whether it has heard events, or has to ask for them and may. */
  #hasHeard(): boolean {
    return this.#others.hasLines || (this.#others.hasToAsk && this.#sink.budget.waitMs() === 0);
  }

  #delayIn(phase: Phase): number {
    const least = this.#sink.budget.waitMs();
    if (phase.name === "polling") {
      const delay = this.#others.isFollowing ? RELAYED_POLL_MS : this.#pollDelay;
      this.#pollDelay = Math.min(this.#pollDelay * POLL_GROWTH, this.#scheduler.maxPollInterval);
      return Math.max(least, delay);
    }
    // While the device is offline, its being online again ends the wait.
    if (phase.name !== "retrying" || !onlineManager.isOnline()) return MAX_TIMEOUT_MS;
    return Math.max(least, Math.random() * phase.maxDelayMs);
  }

  #dispatch(event: StreamEvent): void {
    // When an identity ends, its first stream to end makes room for the next one, which is about to end, too.
    if (this.#lifetime.aborted && event.type !== "ended") return;
    const previous = this.#state;
    const now = Date.now();
    this.#state = nextState(previous, event, now);
    const { phase, error } = this.#state;
    if (phase === previous.phase && error === previous.error) return;
    if (phase.name === "off") this.#sink.position = undefined;
    if (phase.name === "retrying" && phase.rejection) {
      this.#sink.onPositionRejected?.(phase.rejection);
      this.#sink.position = undefined;
    }
    // A stream that worked as long as its token counts for nothing.
    const isRenewal = event.type === "tick" || event.type === "received";
    if (isRenewal && previous.phase.name === "streaming" && phase.name === "ready" && !error)
      this.#sink.budget.forget(previous.beganAt);
    // The end is told when all has come to it.
    if (phase.name !== "ended") this.#report();
    if (phase.name === "off" || phase.name === "retrying") this.#others.endStream();
    // Whatever went on has another phase now.
    if (phase !== previous.phase && !isReading(phase)) this.#attempt.abort();
    // Another stream may take the place of one that has given up.
    if (phase.name === "off") this.#scheduler.release(this);
  }

  /** @param retryAt - when it will try again. */
  #report(retryAt?: number): void {
    const hasPosition = this.#sink.position !== undefined;
    this.#status.report(this.#state, {
      hasPosition,
      whyPolls: this.#isStreaming ? null : this.#whyPolls(),
      ...(retryAt && { retryAt }),
    });
  }

  #whyPolls(): FaunaLiveReason {
    if (!this.#scheduler.canStream()) return "no_stream";
    return this.#others.isFollowing ? "relayed" : "no_slot";
  }

  #reasonOf(error: unknown): FailureReason {
    const { code, httpStatus } = error as { code?: string; httpStatus?: number };
    const isBetweenUsers = isTokenError(error) && PASSING_CODES.includes(error.code);
    if (error === NO_SOURCE || isBetweenUsers) return "temporary";
    if (code === "permission_loss") return "permissionLoss";
    if (code === "invalid_stream_start_time") return "positionRejected";
    if (error instanceof ServiceError && !httpStatus) return "badEvent";
    if (isTransient(this.#connection.drivers[0] as Driver, error)) return "temporary";
    return httpStatus || isUnauthorizedError(error) ? "positionRejected" : "other";
  }
}
