import { describe, expect, test } from "vitest";

import {
  FIRST_RETRY_DELAY_MS,
  MAX_BAD_EVENTS,
  MAX_RETRY_DELAY_MS,
  nextState,
  OPEN_TIMEOUT_MS,
  SILENCE_TIMEOUT_MS,
  STABLE_AFTER_MS,
} from "../../src/live/next-state";
import { INITIAL_STATE, type Phase, type PhaseEvent, type StreamState } from "../../src/live/phase";

type PhaseName = Phase["name"];
type EventName = PhaseEvent["type"];

const NOW = 1_000_000;
const error = new Error("No.");
const restartAt = NOW + 5000;

const phases: { [N in PhaseName]: Extract<Phase, { name: N }> } = {
  ready: { name: "ready" },
  loading: { name: "loading" },
  connecting: { name: "connecting", restartAt },
  applying: { name: "applying", restartAt, fromFeed: false },
  catchingUp: { name: "catchingUp", restartAt },
  streaming: { name: "streaming", restartAt },
  polling: { name: "polling" },
  retrying: { name: "retrying", maxDelayMs: 250 },
  checkingRights: { name: "checkingRights", error },
  paused: { name: "paused" },
  off: { name: "off", error },
  ended: { name: "ended" },
};

const events: { [N in EventName]: Extract<PhaseEvent, { type: N }> } = {
  began: { type: "began", isPaused: false, hasPosition: true },
  loaded: { type: "loaded" },
  token: { type: "token", lifetimeMs: 50_000, hasOtherRights: false },
  received: { type: "received", fromFeed: false, hasChanges: true },
  applied: { type: "applied" },
  caughtUp: { type: "caughtUp", mayStream: false },
  waited: { type: "waited" },
  failed: { type: "failed", error, reason: "temporary" },
  rightsChecked: { type: "rightsChecked" },
  tick: { type: "tick" },
  pageShown: { type: "pageShown" },
  resumed: { type: "resumed" },
  slotGained: { type: "slotGained" },
  heard: { type: "heard" },
  slotLost: { type: "slotLost" },
  ended: { type: "ended" },
};

const stateIn = (phase: PhaseName | Phase, more?: Partial<StreamState>): StreamState => ({
  ...INITIAL_STATE,
  beganAt: NOW - 1000,
  renewAt: NOW + 50_000,
  ...more,
  phase: typeof phase === "string" ? phases[phase] : phase,
});
const after = (state: StreamState, event: EventName | PhaseEvent, now: number = NOW): StreamState =>
  nextState(state, typeof event === "string" ? events[event] : event, now);

/** The next phase; "=" if only the rest of the state changes, "-" if the event changes nothing at all. */
type Cell = PhaseName | "=" | "-";
const __ = "-";

// Every pair is written out, so that a phase or an event without its cells does not compile.
const row = (
  began: Cell,
  loaded: Cell,
  token: Cell,
  received: Cell,
  applied: Cell,
  caughtUp: Cell,
  waited: Cell,
  failed: Cell,
  rightsChecked: Cell,
  tick: Cell,
  pageShown: Cell,
  resumed: Cell,
  slotGained: Cell,
  heard: Cell,
  slotLost: Cell,
  ended: Cell,
): Record<EventName, Cell> => ({
  ...{ began, loaded, token, received, applied, caughtUp, waited },
  ...{ failed, rightsChecked, tick, pageShown, resumed, slotGained, heard, slotLost, ended },
});

/** What it reads begins anew: it is resumed, or loses its slot. To gain one, or to hear something, changes nothing. */
const cut = ["ready", __, __, "ready"] as const;
/** What it reads comes to its end, or fails. To have waited means nothing. */
const ends = ["polling", __, "retrying"] as const;
/** Nothing is under way but a delay. */
const waits = [__, __, __, __, __, __, "ready"] as const;

const TABLE: Record<PhaseName, Record<EventName, Cell>> = {
  ready: row("connecting", __, __, __, __, __, __, __, __, __, __, __, __, __, __, "ended"),
  loading: row(__, "ready", __, __, __, __, __, "retrying", __, __, __, __, __, __, __, "ended"),
  connecting: row(__, __, "=", "applying", __, ...ends, __, __, __, ...cut, "ended"),
  applying: row(__, __, "=", "=", "streaming", ...ends, __, __, __, ...cut, "ended"),
  catchingUp: row(__, __, "=", "applying", __, ...ends, __, __, __, ...cut, "ended"),
  streaming: row(__, __, "=", "applying", __, ...ends, __, __, __, ...cut, "ended"),
  polling: row(...waits, "retrying", __, __, "ready", "ready", "ready", "ready", __, "ended"),
  retrying: row(...waits, __, __, __, "ready", "ready", __, __, __, "ended"),
  checkingRights: row(__, __, __, __, __, __, __, __, "off", __, __, __, __, __, __, "ended"),
  paused: row(...waits, __, __, __, "ready", "ready", __, __, __, "ended"),
  off: row(...waits, __, __, __, "ready", "ready", __, __, __, "ended"),
  ended: row(__, __, __, __, __, __, __, __, __, __, __, __, __, __, __, __),
};

const pairs = (Object.keys(TABLE) as PhaseName[]).flatMap((phase) =>
  (Object.keys(events) as EventName[]).map((event) => ({
    phase,
    event,
    next: TABLE[phase][event],
  })),
);

test.each(pairs)("$phase + $event → $next", ({ phase, event, next }) => {
  const state = stateIn(phase);
  const result = after(state, event);
  if (next === "-") expect(result).toBe(state);
  else expect(result.phase.name).toBe(next === "=" ? phase : next);
});

test.each(["tick", "received"] as const)(
  "a stream is current if its token ended before anything else: %s",
  (type) => {
    const phase = { name: "streaming", restartAt: NOW } as const;
    const isCurrent = (state: StreamState, event: EventName = type): unknown =>
      (after(state, event).phase as { isCurrent?: boolean }).isCurrent;
    expect(isCurrent(stateIn(phase, { renewAt: NOW }))).toBe(true);
    expect(isCurrent(stateIn(phase, { renewAt: NOW, error }))).toBe(false);
    expect(isCurrent(stateIn({ ...phase, name: "catchingUp" }, { renewAt: NOW }))).toBe(false);
    expect(isCurrent(stateIn(phase, { renewAt: NOW }), "resumed")).toBeUndefined();
    expect(isCurrent(stateIn(phase, { renewAt: NOW + 1 }), "tick")).toBeUndefined();
  },
);

test("the end of a feed leads on at once if there is more to read", () => {
  const state = stateIn("catchingUp", { beganAt: NOW, failures: 2 });
  const next = after(state, { type: "caughtUp", mayStream: true });
  expect(next).toMatchObject({ phase: { name: "ready", isCurrent: true }, failures: 2 });
});

describe("an attempt", () => {
  test("waits while the page is hidden", () => {
    const began = { type: "began", isPaused: true, hasPosition: true } as const;
    expect(after(stateIn("ready"), began).phase).toEqual({ name: "paused" });
  });

  test.each<[string, boolean, Partial<StreamState>, Phase]>([
    ["polls", true, {}, { name: "polling", isLimited: true }],
    ["waits if it has failed", true, { error }, { name: "retrying", maxDelayMs: 0 }],
    ["waits if there is no position", false, {}, { name: "retrying", maxDelayMs: 0 }],
  ])("after too many requests %s", (_, hasPosition, more, phase) => {
    const began = { type: "began", isPaused: false, isLimited: true, hasPosition } as const;
    expect(after(stateIn("ready", more), began).phase).toEqual(phase);
  });

  test("fetches a snapshot first if there is no position", () => {
    const began = { type: "began", isPaused: false, hasPosition: false } as const;
    expect(after(stateIn("ready"), began)).toMatchObject({
      phase: { name: "loading" },
      beganAt: NOW,
    });
  });

  test("is given up if it is not open in time", () => {
    const connecting = after(stateIn("ready"), "began");
    expect(connecting).toMatchObject({ beganAt: NOW, phase: { restartAt: NOW + OPEN_TIMEOUT_MS } });
    expect(after(connecting, "tick", NOW + OPEN_TIMEOUT_MS - 1)).toBe(connecting);
    expect(after(connecting, "tick", NOW + OPEN_TIMEOUT_MS).phase.name).toBe("ready");
    expect(after(connecting, "pageShown", NOW + OPEN_TIMEOUT_MS).phase.name).toBe("ready");
  });

  test("that is not open in time tells so, and that is no renewal though its token has ended, too", () => {
    for (const phase of ["connecting", "streaming"] as const) {
      const late = after(stateIn(phase), "tick", restartAt);
      expect(late).toMatchObject({ phase: { name: "ready" }, error: expect.any(Error) as Error });
      expect(late.error?.message).toBe("Fauna answers too slowly, or not at all.");
      expect(late.phase).not.toHaveProperty("isCurrent");
    }
    const both = after(stateIn("connecting", { renewAt: NOW }), "tick", restartAt);
    expect(both.error).toBeInstanceOf(Error);
    expect(after(stateIn("streaming", { renewAt: NOW }), "tick", restartAt).error).toBeUndefined();
  });

  test("to load a snapshot tells once that it is late, and goes on: the query has limits of its own", () => {
    const loading = stateIn("loading", { notLiveSince: NOW - OPEN_TIMEOUT_MS });
    expect(after(loading, "tick", NOW - 1)).toBe(loading);
    const late = after(loading, "tick");
    expect(late).toMatchObject({ phase: phases.loading, error: expect.any(Error) as Error });
    expect(after(late, "tick")).toBe(late);
    const failed = { ...loading, error };
    expect(after(failed, "tick")).toBe(failed);
    const waiting = stateIn("retrying", { beganAt: NOW - OPEN_TIMEOUT_MS });
    expect(after(waiting, "tick")).toBe(waiting);
  });

  test("that the network interrupts again and again is late when all of them have lasted for so long", () => {
    let state = after(stateIn("ready"), "began");
    let time = NOW;
    for (; time < NOW + OPEN_TIMEOUT_MS - 1; time += 7000) {
      state = after(after(state, "resumed", time), "began", time);
      expect(after(state, "tick", time)).toBe(state);
    }
    expect(after(state, "tick", NOW + OPEN_TIMEOUT_MS - 1)).toBe(state);
    const late = after(state, "tick", NOW + OPEN_TIMEOUT_MS);
    expect(late.error?.message).toBe("Fauna answers too slowly, or not at all.");
    expect(late.phase).toBe(state.phase);
  });

  test.each([
    ["loading", "loaded"],
    ["connecting", { type: "received", fromFeed: true, hasChanges: true }],
    [{ name: "applying", restartAt, fromFeed: true }, "applied"],
    ["catchingUp", { type: "caughtUp", mayStream: true }],
  ] as const)("that is answered is late all the same until it is live: %o, %o", (phase, event) => {
    const state = stateIn(phase, { notLiveSince: NOW - OPEN_TIMEOUT_MS });
    expect(after(after(state, event), "tick").error).toBeInstanceOf(Error);
  });

  test.each([
    ["ready", { type: "began", isPaused: true, hasPosition: true }],
    ["ready", { type: "began", isPaused: false, isLimited: true, hasPosition: false }],
    ["applying", "applied"],
    ["catchingUp", "caughtUp"],
  ] as const)("is not late any more once it is live, or has to wait: %s, %o", (phase, event) => {
    const state = stateIn(phase, { notLiveSince: NOW - OPEN_TIMEOUT_MS });
    expect(after(state, event).notLiveSince).toBeUndefined();
  });

  test("that worked for a while makes a restart forget earlier failures; one that did not does not", () => {
    const state = stateIn("streaming", { failures: 4, permissionLoss: "reported", beganAt: NOW });
    const kept = { failures: 4, permissionLoss: "reported" };
    expect(after(state, "resumed", NOW + STABLE_AFTER_MS)).toMatchObject(kept);
    const forgotten = { failures: 0, permissionLoss: "none" };
    expect(after(state, "resumed", NOW + STABLE_AFTER_MS + 1)).toMatchObject(forgotten);
    expect(after(state, "failed", NOW + STABLE_AFTER_MS + 1).failures).toBe(1);
  });
});

describe("a token", () => {
  test("says when the connection needs the next one", () => {
    expect(after(stateIn("connecting"), "token").renewAt).toBe(NOW + 50_000);
  });

  test("with other rights is remembered until events have been applied", () => {
    const token = { ...events.token, hasOtherRights: true };
    const changed = after(stateIn("connecting"), token);
    expect(changed.rightsMayHaveChanged).toBe(true);
    expect(after(stateIn("connecting"), "token").rightsMayHaveChanged).toBe(false);
    expect(after(changed, "token").rightsMayHaveChanged).toBe(true);
    expect(after(after(changed, "received"), "applied").rightsMayHaveChanged).toBe(false);
  });
});

describe("events", () => {
  test("of a feed lead back to the feed", () => {
    const applying = after(stateIn("connecting"), { ...events.received, fromFeed: true });
    expect(after(applying, "applied").phase.name).toBe("catchingUp");
  });

  test("keep a stream open until it is silent for too long, and a feed until its next page is late", () => {
    const state = stateIn("connecting", { renewAt: Infinity });
    const restartAtAfter = (fromFeed: boolean) =>
      after(after(state, { ...events.received, fromFeed }), "applied").phase;
    expect(restartAtAfter(false)).toMatchObject({ restartAt: NOW + SILENCE_TIMEOUT_MS });
    expect(restartAtAfter(true)).toMatchObject({ restartAt: NOW + OPEN_TIMEOUT_MS });
  });

  test("keep a stream open no longer than its token", () => {
    const state = stateIn("streaming", { renewAt: NOW + 3 });
    expect(after(state, "received").phase).toMatchObject({ restartAt: NOW + 3 });
  });

  test("of a stream whose token has expired are not applied; those of a feed are", () => {
    const state = stateIn("streaming", { renewAt: NOW });
    expect(after(state, "received").phase.name).toBe("ready");
    expect(after(state, { ...events.received, fromFeed: true }).phase.name).toBe("applying");
  });

  test("that change something make earlier failures forgotten; a status does not", () => {
    const state = stateIn("connecting", { failures: 2, permissionLoss: "retriedWithFreshToken" });
    const settled = { failures: 0, permissionLoss: "none" };
    expect(after(state, "received")).toMatchObject(settled);
    const status = { ...events.received, hasChanges: false };
    expect(after(state, status)).toMatchObject({
      failures: 2,
      permissionLoss: "retriedWithFreshToken",
    });
  });
});

test("events of a stream end what has failed; so does the end of a feed", () => {
  const applied = after(stateIn("applying", { error }), "applied");
  expect(applied.error).toBeUndefined();
  expect(after(stateIn("catchingUp", { error }), "caughtUp").error).toBeUndefined();
});

test("events of a feed leave the back-off as it is: they do not show that a stream can be opened", () => {
  const state = stateIn("connecting", { failures: 2, error });
  const applying = after(state, { ...events.received, fromFeed: true });
  expect(applying).toMatchObject({ failures: 2, error });
  expect(after(applying, "applied")).toMatchObject({ failures: 2, error });
});

test("the end of a feed makes earlier failures forgotten, but not a permission loss", () => {
  const state = stateIn("catchingUp", { failures: 2, permissionLoss: "reported" });
  expect(after(state, "caughtUp")).toMatchObject({ failures: 0, permissionLoss: "reported" });
});

describe("a failure", () => {
  const failed = (reason: (typeof events.failed)["reason"]): PhaseEvent => ({
    type: "failed",
    error,
    reason,
  });

  test("is followed by a delay that doubles up to a limit", () => {
    let state = stateIn("connecting");
    const delays: unknown[] = [];
    for (let n = 0; n < 9; n++) {
      state = after({ ...state, phase: phases.connecting }, failed("temporary"));
      delays.push((state.phase as { maxDelayMs?: number }).maxDelayMs);
    }
    const doubled = [1, 2, 4, 8, 16, 32, 64].map((factor) => factor * FIRST_RETRY_DELAY_MS);
    expect(delays).toEqual([...doubled, MAX_RETRY_DELAY_MS, MAX_RETRY_DELAY_MS]);
  });

  test.each(["permissionLoss", "positionRejected", "badEvent", "other"] as const)(
    "of a snapshot is final unless it is temporary: %s",
    (reason) => {
      expect(after(stateIn("loading"), failed(reason)).phase).toEqual({ name: "off", error });
    },
  );

  test("that rejects the position says so", () => {
    const { phase } = after(stateIn("streaming"), failed("positionRejected"));
    expect(phase).toMatchObject({ name: "retrying", rejection: error });
  });

  test.each(["temporary", "badEvent", "other"] as const)("keeps the position: %s", (reason) => {
    expect(after(stateIn("streaming"), failed(reason)).phase).not.toHaveProperty("rejection");
  });

  test("by the same bad event again and again gives the position up", () => {
    const state = stateIn("streaming", { failures: MAX_BAD_EVENTS });
    expect(after(state, failed("badEvent")).phase).toMatchObject({ rejection: error });
    expect(after(state, failed("other")).phase).not.toHaveProperty("rejection");
  });
});

describe("a permission loss", () => {
  const lost: PhaseEvent = { type: "failed", error, reason: "permissionLoss" };

  test("is tried again at once, with a token that is newer than the one refused", () => {
    const reported = after(stateIn("streaming"), lost);
    expect(reported).toMatchObject({ phase: { name: "ready" }, permissionLoss: "reported" });
    const next = after({ ...reported, phase: phases.connecting }, "token");
    expect(next.permissionLoss).toBe("retriedWithFreshToken");
    expect(after(next, "token").permissionLoss).toBe("retriedWithFreshToken");
    expect(after(stateIn("connecting"), "token").permissionLoss).toBe("none");
  });

  test("whose cause cannot be asked for now is tried again later", () => {
    const temporary = new Error("Later.");
    const answer = { type: "rightsChecked", error: temporary, reason: "temporary" } as const;
    const result = after(stateIn("checkingRights", { failures: 1 }), answer);
    expect(result).toMatchObject({ phase: { name: "retrying" }, error: temporary, failures: 2 });
    expect(result.phase).not.toHaveProperty("rejection");
    const final = after(stateIn("checkingRights"), { ...answer, reason: "other" });
    expect(final.phase).toEqual({ name: "off", error: temporary });
  });

  test("before the token's end means that the rights have changed; afterwards it may be only that end", () => {
    const rightsAfter = (renewAt: number): boolean =>
      after(stateIn("streaming", { renewAt }), lost).rightsMayHaveChanged;
    expect(rightsAfter(NOW + 1)).toBe(true);
    expect(rightsAfter(NOW)).toBe(false);
  });

  test("that a fresh token does not cure ends in the error of the query, or else its own", () => {
    const state = stateIn("connecting", { permissionLoss: "retriedWithFreshToken" });
    const checking = after(state, lost);
    expect(checking.phase).toEqual({ name: "checkingRights", error });
    const forbidden = new Error("Forbidden.");
    const result = after(checking, { type: "rightsChecked", error: forbidden });
    expect(result.phase).toEqual({ name: "off", error: forbidden });
    expect(after(checking, "rightsChecked").phase).toEqual({ name: "off", error });
  });
});
