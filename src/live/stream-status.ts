import { onlineManager } from "@tanstack/react-query";

import type { FaunaLiveReason, LiveStatus, StatusSink } from "./live-info";
import { type LiveStatusNow, nextStatus } from "./next-status";
import { type FaunaLiveState, isDelayed, liveStateIn, type StreamState } from "./phase";

/** What {@link StreamStatus} needs to know besides the state of the stream. */
export interface StreamCircumstances {
  readonly hasPosition: boolean;
  /** Why it has no stream; null if it has one. */
  readonly whyPolls: FaunaLiveReason | null;
  /** When it will try again. */
  readonly retryAt: number | undefined;
}

/** Tells users how an event stream is connected, and why it is not. */
export class StreamStatus {
  readonly #sink: StatusSink;
  #hasBeenLive = false;
  /** Whether it has had to wait since it was live. */
  #hasWaited = false;

  constructor(sink: StatusSink) {
    this.#sink = sink;
  }

  report(state: StreamState, circumstances: StreamCircumstances): void {
    const { phase, error = null } = state;
    const { whyPolls, retryAt = null } = circumstances;
    let live = liveStateIn(phase) ?? this.#sink.status.live;
    if (error && live === "live") live = "reconnecting";
    this.#hasBeenLive ||= live === "live";
    // It cannot reconnect if it has never been connected.
    if (live === "reconnecting" && !this.#hasBeenLive) live = "connecting";
    this.#hasWaited = live !== "live" && (this.#hasWaited || phase.name === "retrying");
    if (live !== "live")
      this.#set({ live, reason: this.#reasonIn(state, circumstances), retryAt, error });
    else if (isDelayed(phase)) this.#set({ live, transport: "feed", reason: "limited", retryAt });
    else this.#set({ live, transport: whyPolls ? "feed" : "stream", reason: whyPolls });
  }

  /** Why it is not live. */
  #reasonIn({ phase, error }: StreamState, { hasPosition }: StreamCircumstances): FaunaLiveReason {
    if (phase.name === "paused") return "hidden";
    if (!onlineManager.isOnline()) return "offline";
    if (error) return "failed";
    // It waits until it may ask, or tries since then.
    if (this.#hasWaited) return "limited";
    return hasPosition ? "connecting" : "loading";
  }

  reportEnd(): void {
    this.#set({ live: "off", reason: "idle" });
  }

  #set(now: LiveStatusNow): void {
    const status = nextStatus(this.#sink.status, now);
    if (status !== this.#sink.status) this.#sink.onStatus(status);
  }
}

const STATES: readonly FaunaLiveState[] = ["off", "connecting", "reconnecting", "paused", "live"];

/** The lower, the farther from being live. Only who is live has a stream. */
const rankOf = ({ live, info }: LiveStatus): number =>
  STATES.indexOf(live) + Number(info.transport === "stream");

/** Returns the status that is the farthest from being live. */
export const worstOf = (statuses: readonly LiveStatus[]): LiveStatus =>
  statuses.reduce((worst, status) => (rankOf(status) < rankOf(worst) ? status : worst));
