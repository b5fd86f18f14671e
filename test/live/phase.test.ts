import { expect, test } from "vitest";

import {
  type FaunaLiveState,
  isDelayed,
  isReading,
  isWaiting,
  liveStateIn,
  type Phase,
} from "../../src/live/phase";

// Complete, so that a phase without a line does not compile.
const SEEN: Record<Phase["name"], FaunaLiveState | undefined> = {
  ready: undefined,
  loading: undefined,
  connecting: undefined,
  applying: undefined,
  catchingUp: undefined,
  streaming: "live",
  polling: "live",
  retrying: "reconnecting",
  checkingRights: undefined,
  paused: "paused",
  off: "off",
  ended: undefined,
};

test("each phase has the live state that users see, or keeps the previous one", () => {
  const seen = Object.keys(SEEN).map((name) => [name, liveStateIn({ name } as Phase)]);
  expect(Object.fromEntries(seen)).toEqual(SEEN);
});

const named = (...names: Phase["name"][]): Phase[] => names.map((name) => ({ name }) as Phase);

test("it waits in those phases in which nothing is under way", () => {
  const waiting = named(...(Object.keys(SEEN) as Phase["name"][])).filter(isWaiting);
  expect(waiting).toEqual(named("polling", "retrying", "paused", "off"));
});

test("it waits until a time that is known after a failure, and when it has asked too often", () => {
  expect(isDelayed({ name: "retrying", maxDelayMs: 0 })).toBe(true);
  expect(isDelayed({ name: "polling", isLimited: true })).toBe(true);
  expect(isDelayed({ name: "polling" })).toBe(false);
  expect(isDelayed({ name: "paused" })).toBe(false);
});

test("it reads in those phases that end at a time", () => {
  expect(isReading({ name: "catchingUp", restartAt: 0 })).toBe(true);
  expect(isReading({ name: "polling" })).toBe(false);
});
