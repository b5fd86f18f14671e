// When an event stream connects, waits and gives up, as one pure function. EventStream carries it out;
// test/live/next-state.test.ts is a table of every phase and event.
import { NetworkError } from "fauna";

import {
  isReading,
  isWaiting,
  type Phase,
  READY,
  type PhaseEvent,
  type StreamState,
} from "./phase";

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

const tooLate = (): Error =>
  new NetworkError("Fauna answers too slowly, or not at all.", { cause: undefined });
const ON_TIME = { notLiveSince: undefined };
/** Nothing is wrong any more. */
const LIVE = { ...ON_TIME, error: undefined };
const SETTLED = { failures: 0, permissionLoss: "none" } as const;

/** Returns the state after an event. An event that means nothing in the current phase changes nothing. */
export function nextState(state: StreamState, event: PhaseEvent, now: number): StreamState {
  const { phase } = state;
  const enter = (phase: Phase, more?: Partial<StreamState>): StreamState => ({
    ...state,
    ...more,
    phase,
  });
  switch (event.type) {
    case "began":
      if (phase.name !== "ready") return state;
      if (event.isPaused) return enter({ name: "paused" }, ON_TIME);
      if (event.isLimited)
        return enter(
          event.hasPosition && !state.error
            ? { name: "polling", isLimited: true }
            : { name: "retrying", maxDelayMs: 0 },
          ON_TIME,
        );
      return enter(
        event.hasPosition
          ? { name: "connecting", restartAt: now + OPEN_TIMEOUT_MS }
          : { name: "loading" },
        { beganAt: now, notLiveSince: state.notLiveSince ?? now },
      );
    case "loaded":
      return phase.name === "loading" ? enter(READY) : state;
    case "token":
      return isReading(phase) ? withToken(state, event, now) : state;
    case "received": {
      if (!isReading(phase)) return state;
      const { fromFeed, hasChanges } = event;
      // Once a token has expired, the server withholds the first change, but sends those after it.
      if (!fromFeed && now >= state.renewAt) return renew(state, now);
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
        { rightsMayHaveChanged: false, ...(!fromFeed && LIVE) },
      );
    }
    case "caughtUp":
      if (!isReading(phase)) return state;
      return event.mayStream
        ? restart(state, now, { name: "ready", isCurrent: true })
        : enter({ name: "polling" }, { ...LIVE, failures: 0 });
    case "failed":
      if (!["loading", "polling"].includes(phase.name) && !isReading(phase)) return state;
      return afterFailure(settleIfStable(state, now), event, now);
    case "rightsChecked":
      if (phase.name !== "checkingRights") return state;
      return event.error && event.reason === "temporary"
        ? retry(state, event.error)
        : giveUp(state, event.error ?? phase.error);
    case "tick":
      return afterTick(state, now);
    case "pageShown":
      return isWaiting(phase) ? enter(READY) : afterTick(state, now);
    case "resumed":
      if (isReading(phase)) return restart(state, now);
      return isWaiting(phase) ? enter(READY) : state;
    case "waited":
      return isWaiting(phase) ? enter(READY) : state;
    case "slotGained":
    case "heard":
      return phase.name === "polling" ? enter(READY) : state;
    case "slotLost":
      return isReading(phase) ? restart(state, now) : state;
    case "ended":
      return phase.name === "ended" ? state : enter({ name: "ended" });
  }
}

const restart = (state: StreamState, now: number, phase: Phase = READY): StreamState => ({
  ...settleIfStable(state, now),
  phase,
});

/** Begins anew with another token. */
const renew = (state: StreamState, now: number): StreamState => {
  const isCurrent = state.phase.name === "streaming" && !state.error;
  return restart(state, now, { name: "ready", isCurrent });
};

function afterTick(state: StreamState, now: number): StreamState {
  const { phase, error, notLiveSince = now } = state;
  if (isReading(phase) && now >= phase.restartAt) {
    const isRenewal = phase.name !== "connecting" && now >= state.renewAt;
    return isRenewal ? renew(state, now) : { ...restart(state, now), error: tooLate() };
  }
  // The query has time limits of its own, which may be longer, and slow answers or a network that changes again and again
  // may keep it from being live.
  const isLate = !error && now >= notLiveSince + OPEN_TIMEOUT_MS;
  return isLate ? { ...state, error: tooLate() } : state;
}

/** Forgets earlier failures if the attempt has worked for a while. */
const settleIfStable = (state: StreamState, now: number): StreamState =>
  now - state.beganAt > STABLE_AFTER_MS ? { ...state, ...SETTLED } : state;

function withToken(
  state: StreamState,
  { lifetimeMs, hasOtherRights }: Extract<PhaseEvent, { type: "token" }>,
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
  { error, reason }: Extract<PhaseEvent, { type: "failed" }>,
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
