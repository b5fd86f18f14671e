import { expect, test } from "vitest";

import { type FaunaLiveState, liveStateIn, type Phase } from "../../src/live/phase";

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
