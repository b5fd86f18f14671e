import { onlineManager } from "@tanstack/react-query";

import { MAX_TIMEOUT_MS } from "../auth/fetch-with-token";
import { ONCE, throwIfAborted } from "../auth/signals";
import type { IdentityScope } from "../cache/keys";
import type { Driver } from "../client/driver";
import { dateNow, now } from "./clock";
import type { ApplyEvents, EventSink } from "./event-sink";
import { isChange, type ReadEvent } from "./event-types";
import { failureReason } from "./failure-reason";
import { nextState } from "./next-state";
import { INITIAL_STATE, isDelayed, isReading, type Phase, type PhaseEvent } from "./phase";
import type { Position } from "./position";
import { decode, decodeOptions, type EventReader, readEvents } from "./read-events";
import { relayOf } from "./relay";
import { RELAYED_POLL_MS, RelayLink } from "./relay-link";
import { schedulerOf, type StreamSchedule, type Tick } from "./scheduler";
import { sleep } from "./sleep";
import { StreamStatus } from "./stream-status";

/** How often a renewed stream reads a feed first. In between, what the server replays on it is enough. */
const FEED_EVERY_MS = 60_000;
const NO_SOURCE = new Error("Another fetch has brought the data without an event source.");

/**
 * Follows an event source for an identity until the identity ends or `signal` aborts, whatever happens to
 * connection, token and page. `next-state.ts` decides what to do next; this class does it. `readEvents` reads the
 * events and calls `onRead`, which hands them to `applyEvents`: for a live query that is `LiveUpdater.#applyEvents`.
 */
export class EventStream implements EventReader {
  readonly #scope: IdentityScope;
  readonly #sink: EventSink;
  readonly #applyEvents: ApplyEvents;
  readonly #schedule: StreamSchedule;
  #state = INITIAL_STATE;
  readonly #status: StreamStatus;
  #isStreaming = false;
  /** Whether it may open a stream since it began to read. */
  #hasGainedSlot = false;
  /** The same source in the user's other tabs. */
  readonly #others: RelayLink;
  readonly #lifetime: AbortSignal;
  /** When it last asked a feed. */
  #caughtUpAt = -Infinity;
  #attempt = new AbortController();
  /** The last attempt in which a token was refused. */
  #refusedIn: AbortController | undefined;

  constructor(
    scope: IdentityScope,
    sink: EventSink,
    applyEvents: ApplyEvents,
    signal: AbortSignal,
  ) {
    this.#scope = scope;
    this.#sink = sink;
    this.#applyEvents = applyEvents;
    this.#status = new StreamStatus(sink);
    this.#others = new RelayLink(relayOf(scope), sink.source, () => {
      if (this.#mayReadOn()) this.#dispatch({ type: "heard" });
    });
    this.#lifetime = signal;
    this.#schedule = schedulerOf(scope.connection).join((tick) => this.#onTick(tick));
    void this.#run();
  }

  /** Ends what it does or waits for, and goes on from its position at once. */
  resume(): void {
    this.#dispatch({ type: "resumed" });
  }

  /** The events cannot be applied. It reads them again after a while. */
  fail(error: Error): void {
    this.#dispatch({ type: "failed", error, reason: "badEvent" });
  }

  /** Decides whether a token is used. If not, a newer one is requested. */
  acceptToken(lifetimeMs: number, hasOtherRights: boolean): boolean {
    // After a permission loss, a token that Clerk has cached may be the one that was refused.
    if (this.#state.permissionLoss === "reported" && this.#refusedIn !== this.#attempt) {
      this.#refusedIn = this.#attempt;
      return false;
    }
    this.#dispatch({ type: "token", lifetimeMs, hasOtherRights });
    return true;
  }

  readonly beforeSend = (): Response | undefined => {
    const refusal = this.#sink.budget.beforeSend();
    // The stream has not failed: it begins again, and waits until the budget allows a request.
    if (refusal) this.resume();
    return refusal;
  };

  async onRead(
    events: readonly ReadEvent[],
    signal: AbortSignal,
    lines?: readonly string[],
  ): Promise<void> {
    // What an aborted connection has read already comes again with the next one.
    throwIfAborted(signal);
    const hasChanges = events.some(isChange);
    this.#dispatch({ type: "received", fromFeed: !lines, hasChanges });
    throwIfAborted(signal);
    if (hasChanges) this.#schedule.pace.reset();
    this.#others.useRights(this.#sink.position?.rights);
    try {
      await this.#applyEvents(events, signal);
    } finally {
      // To tell other tabs takes longer than to show the events here, so it comes after that.
      this.#others.passOn(events, lines);
    }
    if (this.#state.rightsMayHaveChanged) this.#sink.onRightsChange?.();
    this.#dispatch({ type: "applied" });
  }

  #onTick(type: Tick): void {
    // A page that may be kept for "back" has no channels.
    if (this.#schedule.isPaused()) this.#others.leave();
    // Somebody looks, or the network is another one: it should not have to wait for what was before.
    if (type === "pageShown" || type === "resumed") this.#schedule.pace.reset();
    const { phase } = this.#state;
    if (phase.name === "streaming") this.#others.keepAlive();
    if (type === "slotGained") this.#hasGainedSlot = true;
    // Another tab may have begun to stream, or ended. One that waits until it may ask has told until when.
    if (phase.name === "polling" && !isDelayed(phase)) this.#report();
    this.#dispatch({ type });
  }

  async #run(): Promise<void> {
    const lifetime = this.#lifetime;
    lifetime.addEventListener("abort", () => this.#end(), ONCE);
    while (!lifetime.aborted) {
      this.#attempt = new AbortController();
      this.#dispatch(await this.#perform(this.#state.phase, this.#attempt.signal));
    }
    this.#status.reportEnd();
  }

  /** Gives back its slot, whatever it is waiting for. */
  #end(): void {
    this.#dispatch({ type: "ended" });
    this.#schedule.leave();
    this.#others.leave();
  }

  /** Does what a phase says. Resolves with the event that ends the phase. */
  async #perform(phase: Phase, signal: AbortSignal): Promise<PhaseEvent> {
    switch (phase.name) {
      case "ready": {
        const { position } = this.#sink;
        const isLimited = this.#waitMs > 0 && !this.#others.hasLines;
        const isPaused = this.#schedule.isPaused();
        if (!isPaused) this.#others.join();
        const isSoon = now() - this.#caughtUpAt < FEED_EVERY_MS;
        // Only a moment can have been missed, if it begins now.
        if (phase.isCurrent && position && isSoon && !isLimited && !isPaused)
          position.isBeyondReplay = false;
        return { type: "began", isPaused, isLimited, hasPosition: !!position };
      }
      case "loading":
      case "connecting":
      case "checkingRights":
        // If the attempt was aborted, it has left this phase, and its failure means nothing.
        return this.#ask(phase, signal).catch((error: unknown) => ({
          type: phase.name === "checkingRights" ? "rightsChecked" : "failed",
          error: error as Error,
          reason: failureReason(this.#scope.connection.drivers[0] as Driver, error),
        }));
      default: {
        const delay = this.#delayIn(phase);
        if (isDelayed(phase) && delay < MAX_TIMEOUT_MS) this.#report(dateNow() + delay);
        await sleep(delay, signal);
        return { type: "waited" };
      }
    }
  }

  /** Asks the server. */
  async #ask({ name }: Phase, signal: AbortSignal): Promise<PhaseEvent> {
    if (name === "connecting") {
      await this.#readOn(this.#sink.position as Position, signal);
      return { type: "caughtUp", mayStream: this.#hasGainedSlot };
    }
    await this.#sink.fetchSnapshot();
    if (name === "checkingRights") return { type: "rightsChecked" };
    if (this.#sink.position) return { type: "loaded" };
    return { type: "failed", error: NO_SOURCE, reason: "temporary" };
  }

  async #readOn(position: Position, signal: AbortSignal): Promise<void> {
    this.#hasGainedSlot = false;
    const isStreaming = this.#schedule.mayStream();
    this.#isStreaming = isStreaming;
    if (!isStreaming) this.#others.endStream();
    const relayed = this.#others.takeNewLines(position);
    if (isStreaming ? position.isBeyondReplay : !relayed) this.#caughtUpAt = now();
    if (isStreaming || !relayed)
      await readEvents({ ...this.#scope, position, isStreaming, reader: this, signal });
    else if (relayed.length) {
      const options = decodeOptions(this.#scope.connection, position);
      await this.onRead([...decode(relayed, options)], signal);
    }
  }

  /** Whether another tab has sent events, or a request is due and the budget allows it. */
  #mayReadOn(): boolean {
    return this.#others.hasLines || (this.#others.hasToAsk && !this.#waitMs);
  }

  /** How long it has to wait until it may ask. A feed leaves room for the stream after it, or that might never open. */
  get #waitMs(): number {
    const { position, budget } = this.#sink;
    return budget.waitMs(position?.isBeyondReplay && this.#isStreaming ? 2 : 1);
  }

  #delayIn(phase: Phase): number {
    const least = this.#waitMs;
    if (phase.name === "polling" && !isDelayed(phase)) {
      if (this.#mayReadOn()) return 0;
      const delay = this.#schedule.pace.next();
      return Math.max(least, this.#others.isFollowing ? RELAYED_POLL_MS : delay);
    }
    // While the device is offline, its being online again ends the wait.
    if (!isDelayed(phase) || !onlineManager.isOnline()) return MAX_TIMEOUT_MS;
    return Math.max(least, phase.name === "retrying" ? Math.random() * phase.maxDelayMs : 0);
  }

  #dispatch(event: PhaseEvent): void {
    const previous = this.#state;
    this.#state = nextState(previous, event, now());
    const { phase, error } = this.#state;
    if (phase !== previous.phase) this.#enter(phase);
    else if (error !== previous.error) this.#report();
  }

  /** Does what the beginning of a phase asks for. What goes on until its end is in `#perform`. */
  #enter(phase: Phase): void {
    const { name } = phase;
    const isOff = name === "off";
    if ("rejection" in phase) this.#sink.onPositionRejected?.(phase.rejection);
    if (isOff || "rejection" in phase) this.#sink.position = undefined;
    // `#run` reports the end, once the last attempt is over. That events are being applied is no news.
    if (name !== "ended" && name !== "applying") this.#report();
    if (isOff || name === "retrying") this.#others.endStream();
    // Only a phase that reads goes on with the connection of the phase before it.
    if (!isReading(phase)) this.#attempt.abort();
    // Another stream may take the place of one that has given up.
    if (isOff) this.#schedule.release();
  }

  /** @param retryAt - when it will try again. */
  #report(retryAt?: number): void {
    const whyNoSlot = this.#others.isFollowing ? "relayed" : "no_slot";
    const whyPolls = this.#schedule.canStream() ? whyNoSlot : "no_stream";
    this.#status.report(this.#state, {
      hasPosition: !!this.#sink.position,
      whyPolls: this.#isStreaming ? null : whyPolls,
      retryAt,
    });
  }
}
