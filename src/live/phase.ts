// What an event stream can be doing, and what can happen to it. next-state.ts says what follows from that.

/**
 * How a live query is connected.
 *
 * - `"connecting"`: its first connection is on the way.
 * - `"live"`: the data follows the database.
 * - `"reconnecting"`: the connection was lost; the data is that of the last event, and catches up.
 * - `"paused"`: the page is hidden; it catches up when it is shown.
 * - `"off"`: skipped, disabled, nobody is signed in, or it has stopped after a failure: `liveInfo` says which. After a
 * failure it tries again when the page is shown, the network returns or the data is fetched.
 */
export type FaunaLiveState = "connecting" | "live" | "reconnecting" | "paused" | "off";

/** What an event stream is doing. Times are those of `now()` in clock.ts. */
export type Phase =
  /** Is about to begin an attempt. `isCurrent` says that it had read all there was when this phase began. */
  | { readonly name: "ready"; readonly isCurrent?: boolean }
  /** Fetches a snapshot, because there is no position to go on from. */
  | { readonly name: "loading" }
  /** Waits for the first events of a feed or stream. */
  | { readonly name: "connecting"; readonly restartAt: number }
  /** Waits until the events that it has read are applied. */
  | { readonly name: "applying"; readonly restartAt: number; readonly fromFeed: boolean }
  /** Reads past events out of a feed. */
  | { readonly name: "catchingUp"; readonly restartAt: number }
  /** Waits for the next event of an open stream. */
  | { readonly name: "streaming"; readonly restartAt: number }
  /** Has read all there is and waits for the next poll, or, `isLimited`, until it may ask again. */
  | { readonly name: "polling"; readonly isLimited?: true }
  /** Waits after a failure, or until it may ask again. If the server refused the position, `rejection` says why. */
  | { readonly name: "retrying"; readonly maxDelayMs: number; readonly rejection?: Error }
  /** The events are forbidden, also to a fresh token: asks whether the data are, too. */
  | { readonly name: "checkingRights"; readonly error: Error }
  /** Waits until the page is shown again. */
  | { readonly name: "paused" }
  /**
   * Has stopped with `error`. Tries again when the page is shown, the network returns or somebody fetches the data.
   */
  | { readonly name: "off"; readonly error: Error }
  /** The identity or the subscription has ended. */
  | { readonly name: "ended" };

/** What happens to an event stream. */
export type PhaseEvent =
  | {
      readonly type: "began";
      readonly isPaused: boolean;
      /** Whether there have been too many requests for another one now. */
      readonly isLimited?: boolean;
      readonly hasPosition: boolean;
    }
  | { readonly type: "loaded" }
  /** A token is about to be sent. */
  | { readonly type: "token"; readonly lifetimeMs: number; readonly hasOtherRights: boolean }
  /** Events have been read, or only news of the position: then `hasChanges` is false. */
  | { readonly type: "received"; readonly fromFeed: boolean; readonly hasChanges: boolean }
  /** They have been applied. */
  | { readonly type: "applied" }
  /** A feed has been read to its end. `mayStream`: it may open a stream now. */
  | { readonly type: "caughtUp"; readonly mayStream: boolean }
  /** The delay is over for which it waits. */
  | { readonly type: "waited" }
  | { readonly type: "failed"; readonly error: Error; readonly reason: FailureReason }
  | {
      readonly type: "rightsChecked";
      readonly error?: Error;
      readonly reason?: FailureReason;
    }
  /** Time has passed. */
  | { readonly type: "tick" }
  /** The page has just become visible, so nobody should wait any longer. */
  | { readonly type: "pageShown" }
  /**
   * Whatever it does, it should go on from its position at once: connections may be dead, or there is a new
   * snapshot.
   */
  | { readonly type: "resumed" }
  /** It may open a stream that it has asked for. */
  | { readonly type: "slotGained" }
  /** Another tab has told what has happened, or that something has. */
  | { readonly type: "heard" }
  /** Its stream has to end at once. */
  | { readonly type: "slotLost" }
  | { readonly type: "ended" };

/**
 * Why an attempt failed.
 *
 * - `"temporary"`: it may succeed if it is repeated.
 * - `"permissionLoss"`: the token's user may no longer read the events.
 * - `"positionRejected"`: the server refuses the event source or the cursor.
 * - `"badEvent"`: the stream has reported an error of an event, such as one for which the query's own `.map()`
 * fails.
 * - `"other"`: anything else. For a snapshot that is final; a stream that has been live goes on.
 */
export type FailureReason =
  "temporary" | "permissionLoss" | "positionRejected" | "badEvent" | "other";

/** How far recovering from a permission loss has come. A change resets it. */
export type PermissionLoss = "none" | "reported" | "retriedWithFreshToken";

export interface StreamState {
  readonly phase: Phase;
  /** Failed attempts since the last one that worked. */
  readonly failures: number;
  readonly permissionLoss: PermissionLoss;
  /** When the attempt began. */
  readonly beganAt: number;
  /** Since when it has tried to become live, or to read all there is, in one attempt or in several. */
  readonly notLiveSince?: number | undefined;
  /** When the connection needs a new token. */
  readonly renewAt: number;
  /** Whether the user may see other data than before. */
  readonly rightsMayHaveChanged: boolean;
  /** The last failure since it was live. */
  readonly error?: Error | undefined;
}

export const READY: Phase = { name: "ready" };

export const INITIAL_STATE: StreamState = {
  phase: READY,
  failures: 0,
  permissionLoss: "none",
  beganAt: 0,
  renewAt: 0,
  rightsMayHaveChanged: false,
};

/** Phases that only wait, and what users see meanwhile. */
const WAITING: { readonly [N in Phase["name"]]?: FaunaLiveState } = {
  polling: "live",
  retrying: "reconnecting",
  paused: "paused",
  off: "off",
};

/** Whether a stream only waits. */
export const isWaiting = ({ name }: Phase): boolean => name in WAITING;

/** Whether a stream waits until a time that is known. */
export const isDelayed = (phase: Phase): boolean =>
  phase.name === "retrying" || "isLimited" in phase;

/** What users see of a phase; undefined if it changes nothing for them. */
export const liveStateIn = ({ name }: Phase): FaunaLiveState | undefined =>
  name === "streaming" ? "live" : WAITING[name];

/** Whether a feed or a stream is open or being opened. */
export const isReading = (phase: Phase): phase is Extract<Phase, { restartAt: number }> =>
  "restartAt" in phase;
