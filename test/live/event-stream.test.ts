import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { change, EventServer, feedPage, refusal, status, stopTime } from "../support/event-server";
import { followSource, type FollowSourceOptions } from "../support/source-follower";

let pass: (ms?: number) => Promise<void>;
let server: EventServer;

beforeEach(() => {
  pass = stopTime();
  server = new EventServer();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  onTestFinished(() => void vi.restoreAllMocks());
});

const follow = (options?: FollowSourceOptions) => followSource(server, options);

/** Lets seconds pass one by one, and tells how many requests there have been after each. */
async function countIn(seconds: number): Promise<number[]> {
  const counts: number[] = [];
  for (let second = 0; second < seconds; second++) {
    await pass(1000);
    counts.push(server.asked.length);
  }
  return counts;
}

const FEED = { transport: "feed", pollInterval: 1000, maxPollInterval: 3000 } as const;

describe("events", () => {
  test("come by a stream from the position on, which is live once its first ones are applied", async () => {
    const { cursors, shown, sink } = await follow();
    expect(server.asked).toMatchObject([
      { path: "/stream/1", body: { token: "source", cursor: "c0" } },
    ]);
    expect(shown()).toBe("connecting connecting");
    await server.send();
    expect(sink.status).toMatchObject({
      live: "live",
      info: { transport: "stream", reason: null },
    });
    await server.send(change(1), change(2));
    expect(cursors()).toEqual(["c0", "c1", "c2"]);
  });

  test("come by a feed where there is no stream, asked for later and later until something happens", async () => {
    const { cursors, sink, shown } = await follow({ live: FEED });
    expect([shown(), sink.status.info.transport]).toEqual(["live no_stream", "feed"]);
    // After 1, 1.5, 2.25 and 3 s.
    expect(await countIn(8)).toEqual([2, 2, 3, 3, 4, 4, 4, 5]);
    server.answer = () => feedPage([change(1)], "c9");
    expect(await countIn(3)).toEqual([5, 5, 6]);
    expect(await countIn(1)).toEqual([7]);
    expect(cursors()).toContain("c1");
  });

  test("are applied one batch after the other, and again if that fails", async () => {
    const { apply, shown, sink, cursors } = await follow();
    await server.send();
    apply.mockRejectedValueOnce(new Error("Cannot be applied."));
    await server.send(change(1));
    expect([shown(), sink.status.info.error?.message]).toEqual([
      "reconnecting failed",
      "Cannot be applied.",
    ]);
    await pass(125);
    await server.send(status("c0"), change(1));
    expect([cursors(), shown()]).toEqual([["c0", "c0", "c0", "c1"], "live null"]);
  });

  test("are not applied if they come when the token's time is over: some before them may be withheld", async () => {
    const seconds = (): number => Math.floor(Date.now() / 1000);
    const { cursors } = await follow({ claims: () => ({ iat: seconds(), exp: seconds() + 8 }) });
    await pass(5000);
    await server.send(change(1));
    expect([cursors(), server.paths]).toEqual([["c0"], ["/stream/1", "/feed/1", "/stream/1"]]);
  });
});

describe("a stream that is renewed because its token ends", () => {
  test("reads a feed first, but not more often than once a minute", async () => {
    await follow();
    const paths: string[][] = [];
    for (let renewal = 0; renewal < 3; renewal++) {
      const before = server.asked.length;
      await server.send();
      await pass(50_000);
      paths.push(server.paths.slice(before));
    }
    expect(paths).toEqual([["/feed/1", "/stream/1"], ["/stream/1"], ["/feed/1", "/stream/1"]]);
  });

  test("asks for the token once, as Clerk has it", async () => {
    const { scope, stream } = await follow();
    const getToken = vi.spyOn(scope.connection.identityStore.current(), "getToken");
    stream.resume();
    await pass();
    await server.send();
    expect([server.paths.length, getToken.mock.calls.length]).toEqual([3, 2]);
  });

  test("need not be told what it says of its user, nor that its position is refused", async () => {
    let role = "reader";
    const { sink, shown, stream } = await follow({ claims: () => ({ role }) });
    Object.assign(sink, { onRightsChange: undefined, onPositionRejected: undefined });
    await server.send();
    role = "writer";
    stream.resume();
    await pass();
    await server.send(change(1));
    expect(shown()).toBe("live null");
    server.answer = () => {
      server.answer = () => undefined;
      return refusal(400, "invalid_stream_start_time");
    };
    server.streams.at(-1)?.end();
    await pass(125);
    await pass(250);
    await server.send();
    expect([shown(), sink.position?.cursor]).toEqual(["live null", "c0"]);
  });

  test("says so if the token says something else of its user", async () => {
    let role = "reader";
    const { sink } = await follow({ claims: () => ({ role }) });
    await server.send();
    await pass(50_000);
    await server.send();
    expect(sink.onRightsChange).not.toHaveBeenCalled();
    role = "writer";
    await pass(50_000);
    await server.send();
    await server.send(change(1));
    expect(sink.onRightsChange).toHaveBeenCalledOnce();
  });
});

describe("a snapshot", () => {
  test("is fetched where there is no position, and events are read from there on", async () => {
    const { sink } = await follow({ position: null });
    expect(sink.fetchSnapshot).toHaveBeenCalledOnce();
    expect(sink.onStatus.mock.calls.map(([{ info }]) => info.reason)).toEqual(["connecting"]);
    expect(server.asked).toMatchObject([{ path: "/stream/1", body: { cursor: "fetched" } }]);
  });

  test("that does not come is a failure after half a minute, for which it goes on waiting", async () => {
    const { sink, shown, stream } = await follow();
    sink.position = undefined;
    sink.fetchSnapshot.mockReturnValueOnce(new Promise(() => {}));
    stream.resume();
    await pass(29_000);
    expect(shown()).toBe("connecting loading");
    await pass(1000);
    expect([shown(), sink.status.info.error?.message]).toEqual([
      "connecting failed",
      "Fauna answers too slowly, or not at all.",
    ]);
    expect(sink.fetchSnapshot).toHaveBeenCalledOnce();
  });

  test("that came without an event source is fetched again", async () => {
    const { sink, shown, stream } = await follow();
    sink.position = undefined;
    sink.fetchSnapshot.mockResolvedValueOnce(undefined);
    stream.resume();
    await pass();
    expect([shown(), sink.status.info.error?.message]).toEqual([
      "connecting failed",
      "Another fetch has brought the data without an event source.",
    ]);
    await pass(125);
    expect(sink.fetchSnapshot).toHaveBeenCalledTimes(2);
  });

  test("that fails for good ends it, until somebody resumes", async () => {
    const { sink, shown, stream } = await follow({ position: null });
    await server.send();
    sink.position = undefined;
    sink.fetchSnapshot.mockRejectedValueOnce(new Error("No such collection."));
    stream.resume();
    await pass(60_000);
    expect([shown(), server.open.length]).toEqual(["off failed", 0]);
    stream.resume();
    await pass();
    await server.send();
    expect(shown()).toBe("live null");
  });
});
