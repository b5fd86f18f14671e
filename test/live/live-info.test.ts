import { describe, expect, onTestFinished, test, vi } from "vitest";

import { createIdentity } from "../../src/auth/identity";
import { firstStatus, whyNotFollowed } from "../../src/live/live-info";
import { nextStatus } from "../../src/live/next-status";

test.each([
  ["signed-in", true, "loading"],
  ["signed-out", true, "signed_out"],
  ["loading", true, "auth"],
  ["signed-in", false, "idle"],
  ["signed-out", false, "idle"],
] as const)(
  "while a user is %s, and it is wanted (%o), it is followed or not: %s",
  (status, isWanted, why) => {
    expect(whyNotFollowed(createIdentity(status, "fauna", { userId: "ada" }), isWanted)).toBe(why);
  },
);

describe("before the connection has a status", () => {
  test.each([
    ["auth", "connecting"],
    ["loading", "connecting"],
    ["idle", "off"],
    ["signed_out", "off"],
  ] as const)("%s is %s", (reason, live) => {
    expect(firstStatus(reason)).toMatchObject({
      live,
      info: { transport: null, reason, retryAt: null, error: null },
    });
  });

  test("the clock is read when somebody asks, and once", () => {
    vi.useFakeTimers({ now: 1000 });
    onTestFinished(() => void vi.useRealTimers());
    const { info } = firstStatus("loading", new Error("No."));
    vi.setSystemTime(2000);
    expect(info.since).toBe(2000);
    vi.setSystemTime(3000);
    expect(info.since).toBe(2000);
    expect(info.error).toEqual(new Error("No."));
    expect(firstStatus("loading", null, 5).info.since).toBe(5);
  });
});

describe("a status that follows another one", () => {
  const before = firstStatus("loading", null, 1000);

  test("is since then what it is now", () => {
    vi.useFakeTimers({ now: 2000 });
    onTestFinished(() => void vi.useRealTimers());
    const live = nextStatus(before, { live: "live", transport: "stream" });
    expect(live).toEqual({
      live: "live",
      info: { transport: "stream", reason: null, since: 2000, retryAt: null, error: null },
    });
    vi.setSystemTime(3000);
    expect(nextStatus(live, { live: "live", transport: "feed" }).info.since).toBe(2000);
    expect(nextStatus(undefined, { live: "live" }).info.since).toBe(3000);
  });

  test("is the same object if nothing has changed, and another one if anything has", () => {
    expect(nextStatus(before, { live: "connecting", reason: "loading" })).toBe(before);
    for (const changed of [
      { reason: "offline" },
      { reason: "loading", error: new Error("No.") },
      { reason: "loading", retryAt: 5 },
      { reason: "loading", transport: "feed" },
    ] as const)
      expect(nextStatus(before, { live: "connecting", ...changed })).not.toBe(before);
    expect(nextStatus(before, { live: "off", reason: "loading" })).not.toBe(before);
  });
});
