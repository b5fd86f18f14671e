import { onlineManager } from "@tanstack/react-query";
import { afterEach, describe, expect, test } from "vitest";

import { firstStatus, type LiveStatus } from "../../src/live/live-info";
import { nextStatus } from "../../src/live/next-status";
import { INITIAL_STATE, type Phase, type StreamState } from "../../src/live/phase";
import { type StreamCircumstances, StreamStatus, worstOf } from "../../src/live/stream-status";

afterEach(() => onlineManager.setOnline(true));

const error = new Error("No.");
const restartAt = 5000;
const streaming: Phase = { name: "streaming", restartAt };
const connecting: Phase = { name: "connecting", restartAt };
const retrying: Phase = { name: "retrying", maxDelayMs: 250 };
const stateIn = (phase: Phase, more: Partial<StreamState> = {}): StreamState => ({
  ...INITIAL_STATE,
  ...more,
  phase,
});
const onStream: StreamCircumstances = { hasPosition: true, whyPolls: null, retryAt: undefined };

/** Reports what it is given, and keeps what users are told. */
function setUp() {
  const told: LiveStatus[] = [];
  const sink = {
    status: firstStatus("loading", null),
    onStatus(status: LiveStatus) {
      told.push(status);
      sink.status = status;
    },
  };
  const status = new StreamStatus(sink);
  const report = (state: StreamState, more: Partial<StreamCircumstances> = {}): LiveStatus => {
    status.report(state, { ...onStream, ...more });
    return sink.status;
  };
  return { status, sink, told, report };
}

describe("users are told", () => {
  const live = { live: "live", info: { reason: null, retryAt: null, error: null } };

  test("that it is live by its stream", () => {
    const { report } = setUp();
    expect(report(stateIn(streaming))).toMatchObject({
      ...live,
      info: { ...live.info, transport: "stream" },
    });
  });

  test.each(["relayed", "no_slot", "no_stream"] as const)(
    "that it is live by its feed, and why: %s",
    (reason) => {
      const { report } = setUp();
      const { live, info } = report(stateIn({ name: "polling" }), { whyPolls: reason });
      expect({ live, ...info }).toMatchObject({ live: "live", transport: "feed", reason });
    },
  );

  test("when it will ask again, if it has asked too often", () => {
    const { report } = setUp();
    const polling: Phase = { name: "polling", isLimited: true };
    const { live, info } = report(stateIn(polling), { retryAt: 7 });
    const told = { live: "live", transport: "feed", reason: "limited", retryAt: 7 };
    expect({ live, ...info }).toMatchObject(told);
  });

  test("that it connects, until it has been live once; that it reconnects from then on", () => {
    const { report } = setUp();
    const failed = stateIn(retrying, { error });
    expect(report(failed, { retryAt: 7 })).toMatchObject({
      live: "connecting",
      info: { transport: null, reason: "failed", retryAt: 7, error },
    });
    report(stateIn(streaming));
    expect(report(failed)).toMatchObject({
      live: "reconnecting",
      info: { transport: null, reason: "failed", retryAt: null, error },
    });
  });

  test("that it is not live while a failure lasts, though it reads on", () => {
    const { report } = setUp();
    report(stateIn(streaming));
    expect(report(stateIn({ name: "polling" }, { error })).live).toBe("reconnecting");
    expect(report(stateIn(connecting, { error })).live).toBe("reconnecting");
    expect(report(stateIn(streaming)).live).toBe("live");
  });

  test("what it was before, while a phase says nothing new", () => {
    const { report, told } = setUp();
    report(stateIn(streaming));
    report(stateIn({ name: "applying", restartAt, fromFeed: false }));
    report(stateIn(connecting));
    expect(told).toHaveLength(1);
  });

  test.each<[string, Phase]>([
    ["paused", { name: "paused" }],
    ["off", { name: "off", error }],
  ])("that it is %s, whether it has been live or not, and failed or not", (state, phase) => {
    const { report } = setUp();
    expect(report(stateIn(phase)).live).toBe(state);
    report(stateIn(streaming));
    expect(report(stateIn(phase, { error })).live).toBe(state);
  });

  test.each<[string, StreamState, Partial<StreamCircumstances>]>([
    ["loading", stateIn({ name: "loading" }), { hasPosition: false }],
    ["connecting", stateIn(connecting), {}],
    ["limited", stateIn(retrying), {}],
    ["failed", stateIn(connecting, { error }), {}],
    ["failed", stateIn({ name: "off", error }, { error }), {}],
    ["hidden", stateIn({ name: "paused" }, { error }), {}],
  ])("why it is not live: %s", (reason, state, circumstances) => {
    const { report } = setUp();
    expect(report(state, circumstances).info.reason).toBe(reason);
  });

  test("that it has asked often, also while it asks again, until it is live", () => {
    const { report } = setUp();
    const loading = stateIn({ name: "loading" });
    report(stateIn(retrying), { retryAt: 7 });
    expect(report(loading).info).toMatchObject({ reason: "limited", retryAt: null });
    expect(report(stateIn({ name: "loading" }, { error })).info.reason).toBe("failed");
    expect(report(stateIn(connecting)).info.reason).toBe("limited");
    report(stateIn(streaming));
    report(stateIn(streaming, { error }));
    expect(report(loading).info.reason).toBe("connecting");
  });

  test("that the device is offline, before that anything has failed", () => {
    onlineManager.setOnline(false);
    const { report } = setUp();
    expect(report(stateIn(retrying, { error })).info.reason).toBe("offline");
    expect(report(stateIn({ name: "paused" })).info.reason).toBe("hidden");
  });

  test("that it is off and idle when it has ended, once", () => {
    const { status, sink, told } = setUp();
    status.reportEnd();
    status.reportEnd();
    expect(sink.status).toMatchObject({ live: "off", info: { reason: "idle", transport: null } });
    expect(told).toHaveLength(1);
  });
});

test("of several statuses users see the one that is the farthest from being live", () => {
  const ascending = [
    nextStatus(undefined, { live: "off" }),
    nextStatus(undefined, { live: "connecting" }),
    nextStatus(undefined, { live: "reconnecting" }),
    nextStatus(undefined, { live: "paused" }),
    nextStatus(undefined, { live: "live", transport: "feed" }),
    nextStatus(undefined, { live: "live", transport: "stream" }),
  ];
  ascending.forEach((worst, place) => {
    const statuses = ascending.slice(place);
    expect(worstOf(statuses)).toBe(worst);
    expect(worstOf(statuses.reverse())).toBe(worst);
  });
});

test("of statuses that are as far from it users see the first one, so that it stays the same", () => {
  const [one, other] = [
    nextStatus(undefined, { live: "off" }),
    nextStatus(undefined, { live: "off" }),
  ];
  expect(worstOf([one, other])).toBe(one);
  expect(worstOf([other, one])).toBe(other);
});
