// When an event stream connects, waits and gives up, as one pure function. EventStream carries it out;
// test/live/phase.test.ts is a table of every phase and event.
import { NetworkError } from "fauna";

/**
 * How a live query is connected.
 *
 * - `"connecting"`: its first connection is on the way.
 * - `"live"`: the data follows the database.
 * - `"reconnecting"`: the connection was lost; the data is that of the last event, and catches up without a new
 * snapshot.
 * - `"paused"`: the page is hidden; it catches up when it is shown.
 * - `"off"`: skipped, disabled, nobody is signed in, or it failed for good (see `error`).
 */
export type FaunaLiveState = "connecting" | "live" | "reconnecting" | "paused" | "off";

/** What an event stream is doing. Times are in ms since the epoch. */
export type Phase =
  /** Is about to begin an attempt. */
  | { readonly name: "ready" }
  /** Fetches a snapshot, because there is no position to go on from. */
  | { readonly name: "loading" }
  /** Waits for the first events of a feed or stream. */
  | { readonly name: "connecting"; readonly restartAt: number }
  /** Hands events to the sink, which may take its time. */
  | { readonly name: "applying"; readonly restartAt: number; readonly fromFeed: boolean }
  /** Reads past events out of a feed. */
  | { readonly name: "catchingUp"; readonly restartAt: number }
  /** Waits for the next event of an open stream. */
  | { readonly name: "streaming"; readonly restartAt: number }
  /** Has read a feed to its end and waits for the next poll. */
  | { readonly name: "polling" }
  /** Waits after a failure, or after too many requests. If the server refused the position, `rejection` says why. */
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
export type StreamEvent =
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
  /** The sink has taken them. */
  | { readonly type: "applied" }
  /** A feed has been read to its end, and no stream follows. */
  | { readonly type: "caughtUp" }
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
  /** When the connection needs a new token. */
  readonly renewAt: number;
  /** Whether the user may see other data than before. */
  readonly rightsMayHaveChanged: boolean;
  /** The last failure since it was live. */
  readonly error?: Error | undefined;
}

/** How long a stream may take to open, and a feed to send its next page. */
export const OPEN_TIMEOUT_MS = 30_000;
/** How long a stream may be silent. The server sends a status event every 5 minutes. */
export const SILENCE_TIMEOUT_MS = 330_000;
/** An attempt that lasts longer than this counts as successful. */
export const STABLE_AFTER_MS = 10_000;
/** Upper bounds of the random delay before the first retry, and before every retry. */
export const FIRST_RETRY_DELAY_MS = 250;
export const MAX_RETRY_DELAY_MS = 30_000;
/** After so many failures in a row, a bad event makes the stream drop its position. */
export const MAX_BAD_EVENTS = 3;

const READY: Phase = { name: "ready" };
const noAnswer = (): Error =>
  new NetworkError("Fauna has not answered in time.", { cause: undefined });
const SETTLED = { failures: 0, permissionLoss: "none" } as const;

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
const isWaiting = ({ name }: Phase): boolean => name in WAITING;

/** What users see of a phase; undefined if it changes nothing for them. */
export const liveStateIn = ({ name }: Phase): FaunaLiveState | undefined =>
  name === "streaming" ? "live" : WAITING[name];

/** Returns the state after an event. An event that means nothing in the current phase changes nothing. */
export function nextState(state: StreamState, event: StreamEvent, now: number): StreamState {
  const { phase } = state;
  const enter = (phase: Phase, more?: Partial<StreamState>): StreamState => ({
    ...state,
    ...more,
    phase,
  });
  switch (event.type) {
    case "began":
      if (phase.name !== "ready") return state;
      if (event.isPaused) return enter({ name: "paused" });
      if (event.isLimited) return enter({ name: "retrying", maxDelayMs: 0 });
      return enter(
        event.hasPosition
          ? { name: "connecting", restartAt: now + OPEN_TIMEOUT_MS }
          : { name: "loading" },
        { beganAt: now },
      );
    case "loaded":
      return phase.name === "loading" ? enter(READY) : state;
    case "token":
      return isReading(phase) ? withToken(state, event, now) : state;
    case "received": {
      if (!isReading(phase)) return state;
      const { fromFeed, hasChanges } = event;
      // Once a token has expired, the server withholds changes but sends those after them.
      if (!fromFeed && now >= state.renewAt) return restart(state, now);
      const timeout = fromFeed ? OPEN_TIMEOUT_MS : SILENCE_TIMEOUT_MS;
      const restartAt = Math.min(state.renewAt, now + timeout);
      // What a feed brings does not show that a stream can be opened.
      const { permissionLoss, failures } = hasChanges ? SETTLED : state;
      return enter(
        { name: "applying", restartAt, fromFeed },
        { permissionLoss, failures: fromFeed ? state.failures : failures },
      );
    }
    case "applied": {
      if (phase.name !== "applying") return state;
      const { fromFeed, restartAt } = phase;
      return enter(
        { name: fromFeed ? "catchingUp" : "streaming", restartAt },
        { rightsMayHaveChanged: false, error: fromFeed ? state.error : undefined },
      );
    }
    case "caughtUp":
      return isReading(phase)
        ? enter({ name: "polling" }, { failures: 0, error: undefined })
        : state;
    case "failed":
      if (phase.name !== "loading" && !isReading(phase)) return state;
      return afterFailure(settleIfStable(state, now), event, now);
    case "rightsChecked":
      if (phase.name !== "checkingRights") return state;
      return event.error && event.reason === "temporary"
        ? retry(state, event.error)
        : giveUp(state, event.error ?? phase.error);
    case "tick":
      return afterTick(state, now);
    case "pageShown":
      return isWaiting(phase) ? enter(READY) : nextState(state, { type: "tick" }, now);
    case "resumed":
      if (isReading(phase)) return restart(state, now);
      return isWaiting(phase) ? enter(READY) : state;
    case "slotGained":
      return phase.name === "polling" ? enter(READY) : state;
    case "slotLost":
      return isReading(phase) ? restart(state, now) : state;
    case "ended":
      return phase.name === "ended" ? state : enter({ name: "ended" });
  }
}

/** Whether a feed or a stream is open or being opened. */
export const isReading = (phase: Phase): phase is Extract<Phase, { restartAt: number }> =>
  "restartAt" in phase;

const restart = (state: StreamState, now: number): StreamState => ({
  ...settleIfStable(state, now),
  phase: READY,
});

function afterTick(state: StreamState, now: number): StreamState {
  const { phase, error } = state;
  const isLate = phase.name === "loading" && !error && now >= state.beganAt + OPEN_TIMEOUT_MS;
  // The query has time limits of its own, which may be longer.
  if (isLate) return { ...state, error: noAnswer() };
  if (!isReading(phase) || now < phase.restartAt) return state;
  const isRenewal = phase.name !== "connecting" && now >= state.renewAt;
  return { ...restart(state, now), error: isRenewal ? error : noAnswer() };
}

/** Forgets earlier failures if the attempt has worked for a while. */
const settleIfStable = (state: StreamState, now: number): StreamState =>
  now - state.beganAt > STABLE_AFTER_MS ? { ...state, ...SETTLED } : state;

function withToken(
  state: StreamState,
  { lifetimeMs, hasOtherRights }: Extract<StreamEvent, { type: "token" }>,
  now: number,
): StreamState {
  const { permissionLoss, rightsMayHaveChanged } = state;
  return {
    ...state,
    renewAt: now + lifetimeMs,
    rightsMayHaveChanged: rightsMayHaveChanged || hasOtherRights,
    permissionLoss: permissionLoss === "reported" ? "retriedWithFreshToken" : permissionLoss,
  };
}

function afterFailure(
  state: StreamState,
  { error, reason }: Extract<StreamEvent, { type: "failed" }>,
  now: number,
): StreamState {
  const { phase, failures, permissionLoss } = state;
  if (phase.name === "loading" && reason !== "temporary") return giveUp(state, error);
  if (reason === "permissionLoss") {
    if (permissionLoss !== "none")
      return { ...state, error, phase: { name: "checkingRights", error } };
    // The server says the same when the token has expired. Before that, the rights are other ones.
    const rightsMayHaveChanged = state.rightsMayHaveChanged || now < state.renewAt;
    return { ...state, phase: READY, permissionLoss: "reported", rightsMayHaveChanged };
  }
  const isStuck = reason === "badEvent" && failures >= MAX_BAD_EVENTS;
  const isRejected = reason === "positionRejected" || isStuck;
  return retry(state, error, isRejected);
}

const giveUp = (state: StreamState, error: Error): StreamState => ({
  ...state,
  error,
  phase: { name: "off", error },
});

function retry(state: StreamState, error: Error, isRejected = false): StreamState {
  const { failures } = state;
  const maxDelayMs = Math.min(MAX_RETRY_DELAY_MS, FIRST_RETRY_DELAY_MS * 2 ** failures);
  return {
    ...state,
    error,
    failures: failures + 1,
    phase: { name: "retrying", maxDelayMs, ...(isRejected && { rejection: error }) },
  };
}
