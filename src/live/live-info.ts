import type { Identity } from "../auth/identity";
import { dateNow } from "./clock";
import type { FaunaLiveState } from "./phase";

/**
 * Why a query is not live, or is live without a stream.
 *
 * - `"idle"`: it is skipped, disabled or not subscribed, or has ended.
 * - `"signed_out"`: nobody is signed in.
 * - `"auth"`: it is not known yet who is signed in; with `error` if that takes too long.
 * - `"loading"`: its data is being fetched.
 * - `"connecting"`: its connection is being opened.
 * - `"offline"`: the device is offline.
 * - `"hidden"`: the page is hidden.
 * - `"limited"`: it has asked often, and waits until `retryAt`; without `retryAt` it asks again. If it is live, its
 * data may lack the last changes until then.
 * - `"failed"`: `error` says what went wrong. It tries again by itself, unless `live` is `"off"`.
 * - `"relayed"`: it is live. Another tab has a stream, and tells it what that brings.
 * - `"no_slot"`: it is live. Other queries or tabs have all streams that there may be.
 * - `"no_stream"`: it is live. The `live` prop wants feeds, or the platform has no streams, such as React Native.
 */
export type FaunaLiveReason =
  | ("idle" | "signed_out" | "auth")
  | ("loading" | "connecting")
  | ("offline" | "hidden" | "limited" | "failed")
  | ("relayed" | "no_slot" | "no_stream");

/** What is behind `live`. */
export interface FaunaLiveInfo {
  /** What brings the changes; null while it is not live. */
  readonly transport: "stream" | "feed" | null;
  /** Why it is not live, has no stream or may lack changes; null if it is live by a stream. */
  readonly reason: FaunaLiveReason | null;
  /** Since when `live` is what it is, in ms since the epoch. */
  readonly since: number;
  /** When it will try again, in ms since the epoch; null if it does not wait, or for something else. */
  readonly retryAt: number | null;
  /** The last failure since it was live; null while it is. */
  readonly error: Error | null;
}

/** A state and what is behind it. */
export interface LiveStatus {
  readonly live: FaunaLiveState;
  readonly info: FaunaLiveInfo;
}

/** Hears how an event stream is connected. */
export interface StatusSink {
  /** The last one that `onStatus` was called with. */
  readonly status: LiveStatus;
  readonly onStatus: (status: LiveStatus) => void;
}

/** Returns why a query or a source is not followed; `"loading"` if it is. */
export function whyNotFollowed({ status }: Identity, isWanted: boolean): FaunaLiveReason {
  if (!isWanted) return "idle";
  if (status === "signed-out") return "signed_out";
  return status === "loading" ? "auth" : "loading";
}

/**
 * The status before the connection has one.
 *
 * @param since - when it began. Otherwise the clock is read when somebody asks: what Next.js prerenders must not depend
 * on the time.
 */
export function firstStatus(
  reason: FaunaLiveReason,
  error: Error | null = null,
  since?: number,
): LiveStatus {
  const live = reason === "auth" || reason === "loading" ? "connecting" : "off";
  const info = {
    transport: null,
    reason,
    get since() {
      return (since ??= dateNow());
    },
    retryAt: null,
    error,
  };
  return { live, info };
}
