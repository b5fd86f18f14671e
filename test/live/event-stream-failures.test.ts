import { onlineManager } from "@tanstack/react-query";
import { NetworkError } from "fauna";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { EventServer, refusal, stopTime } from "../support/event-server";
import { followSource, type FollowSourceOptions } from "../support/source-follower";

let pass: (ms?: number) => Promise<void>;
let server: EventServer;

beforeEach(() => {
  pass = stopTime();
  server = new EventServer();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  onTestFinished(() => {
    vi.restoreAllMocks();
    onlineManager.setOnline(true);
  });
});

const follow = (options?: FollowSourceOptions) => followSource(server, options);

const temporary = new NetworkError("No.", { cause: undefined });

describe("the failure of a stream", () => {
  test("is followed by another attempt after a random time that doubles", async () => {
    const { shown, sink } = await follow();
    await server.send();
    server.answer = () => refusal(503, "unavailable");
    server.streams[0]?.end();
    await pass();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      const { retryAt } = sink.status.info;
      waits.push(Number(retryAt) - Date.now());
      expect(shown()).toBe("reconnecting failed");
      await pass(waits.at(-1));
    }
    expect(waits).toEqual([125, 250, 500]);
  });

  test("is followed by none before the budget allows it", async () => {
    const { sink } = await follow();
    sink.budget.waitMs.mockReturnValue(7000);
    server.streams[0]?.end();
    await pass();
    expect(Number(sink.status.info.retryAt) - Date.now()).toBe(7000);
  });

  test("is followed by none while the device is offline, and by one at once when it is online again", async () => {
    const { shown, sink } = await follow();
    await server.send();
    onlineManager.setOnline(false);
    server.answer = () => Promise.reject(new TypeError("Failed to fetch"));
    await pass(600_000);
    const { length } = server.asked;
    expect([shown(), sink.status.info.retryAt]).toEqual(["reconnecting offline", null]);
    await pass(600_000);
    expect(server.asked).toHaveLength(length);
    server.answer = () => undefined;
    onlineManager.setOnline(true);
    await pass();
    await server.send();
    expect(shown()).toBe("live null");
  });

  test("soon after another one is followed by a feed, too: events may have been missed", async () => {
    await follow();
    for (const wait of [125, 250]) {
      await server.send();
      server.streams.at(-1)?.end();
      await pass(wait);
    }
    expect(server.paths).toEqual([
      ...["/stream/1", "/feed/1", "/stream/1", "/feed/1", "/stream/1"],
    ]);
  });

  test("tells until when it waits, as long as it does", async () => {
    const { sink } = await follow();
    sink.budget.waitMs.mockReturnValue(7000);
    server.streams[0]?.end();
    await pass();
    const { retryAt } = sink.status.info;
    await pass(3000);
    expect(sink.status.info.retryAt).toBe(retryAt);
  });

  test("of events that can never be applied lets it begin anew with a snapshot", async () => {
    const { stream, sink } = await follow();
    const error = new Error("The order throws.");
    for (const wait of [125, 250, 500, 1000]) {
      expect(sink.fetchSnapshot).not.toHaveBeenCalled();
      await server.send();
      stream.fail(error);
      await pass(wait);
    }
    expect(sink.onPositionRejected.mock.calls).toEqual([[error]]);
    expect(sink.fetchSnapshot).toHaveBeenCalledOnce();
  });

  test("of an event that cannot be applied lets it read again after a while", async () => {
    const { stream, shown, sink } = await follow();
    await server.send();
    const error = new Error("The order throws.");
    stream.fail(error);
    await pass();
    expect([shown(), sink.status.info.error]).toEqual(["reconnecting failed", error]);
    expect(server.open).toEqual([]);
    await pass(125);
    expect(server.open).toHaveLength(1);
  });

  test("because the server refuses the position drops it, says so, and fetches a snapshot", async () => {
    const { sink } = await follow();
    server.answer = ({ body }) =>
      body["cursor"] === "c0" ? refusal(400, "invalid_stream_start_time") : undefined;
    sink.fetchSnapshot.mockRejectedValueOnce(temporary);
    sink.position = { token: "source", cursor: "c0" };
    server.streams[0]?.end();
    await pass(125);
    expect(sink.onPositionRejected.mock.calls).toMatchObject([
      [{ code: "invalid_stream_start_time" }],
    ]);
    expect(sink.position).toBeUndefined();
    await pass(250);
    await pass(500);
    expect(sink.position).toMatchObject({ cursor: "fetched" });
    expect(server.open).toHaveLength(1);
  });
});
