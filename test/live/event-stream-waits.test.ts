import { focusManager, onlineManager } from "@tanstack/react-query";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { change, EventServer, feedPage, refusal, stopTime } from "../support/event-server";
import { signedIn } from "../support/signed-in";
import { makeToken } from "../support/token";
import { followSource, type FollowSourceOptions } from "../support/source-follower";

// When a stream waits, and what wakes it: the page, slots, the budget and rights.

let pass: (ms?: number) => Promise<void>;
let server: EventServer;

beforeEach(() => {
  pass = stopTime();
  server = new EventServer();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  onTestFinished(() => {
    vi.restoreAllMocks();
    focusManager.setFocused(undefined);
    onlineManager.setOnline(true);
  });
});

const follow = (options?: FollowSourceOptions) => followSource(server, options);

describe("when nobody follows any more", () => {
  test("it is off, holds no connection and no timer, and its slot is another one's at once", async () => {
    const live = { maxStreams: 1 };
    const [one, two] = [await follow({ live }), await follow({ live })];
    await server.send();
    expect([one.shown(), two.shown(), server.open.length]).toEqual([
      "live null",
      "live no_slot",
      1,
    ]);
    one.ending.abort();
    await pass();
    await server.send();
    expect([one.shown(), two.shown(), server.open.length]).toEqual(["off idle", "live null", 1]);
    two.ending.abort();
    await pass();
    expect([server.open.length, vi.getTimerCount()]).toEqual([0, 0]);
  });

  test("what happens to it counts no more", async () => {
    const { stream, ending, shown, sink } = await follow();
    ending.abort();
    stream.fail(new Error("Too late."));
    stream.resume();
    await pass(60_000);
    expect([shown(), sink.status.info.error, server.asked.length]).toEqual(["off idle", null, 1]);
  });
});

// All streams of an identity end one after the other. The slot of the first must not go to one that is about to end.
test.each([
  ["has no slot", "live no_slot", 0],
  ["waits until it may ask", "live limited", 60_000],
])("one whose identity ends while it %s tells its end alone", async (_, shown, waitMs) => {
  const connection = server.connect({ maxStreams: 1 });
  const first = await follow({ connection });
  await server.send();
  const { sink, ...second } = await follow({ connection });
  sink.budget.waitMs.mockReturnValue(waitMs);
  await pass(5000);
  expect([first.shown(), second.shown()]).toEqual(["live null", shown]);
  const { track, update } = connection.identityStore;
  for (const { ending } of [first, second]) track({ end: () => ending.abort() });
  sink.onStatus.mockClear();
  const asked = server.asked.length;
  update(signedIn("bob"));
  await pass(60_000);
  expect(sink.onStatus.mock.calls.map(([{ live, info }]) => `${live} ${info.reason}`)).toEqual([
    "off idle",
  ]);
  expect([server.asked.length, server.open, vi.getTimerCount()]).toEqual([asked, [], 0]);
});

describe("a slot", () => {
  const live = { maxStreams: 1 };

  test("that it gets while it reads a feed is used at once, without another feed", async () => {
    const one = await follow({ live });
    let answer!: () => void;
    server.answer = ({ path }) =>
      path === "/feed/1"
        ? new Promise((resolve) => (answer = () => resolve(feedPage([], "c0"))))
        : undefined;
    const two = await follow({ live });
    one.ending.abort();
    await pass();
    answer();
    await pass();
    await server.send();
    expect(server.paths).toEqual(["/stream/1", "/feed/1", "/stream/1"]);
    expect(two.shown()).toBe("live null");
  });

  test("that it does not get while it reads a feed lets it wait for the next poll", async () => {
    await follow({ live });
    let answer!: (page: Response) => void;
    server.answer = () => new Promise((resolve) => (answer = resolve));
    const two = await follow({ live });
    await pass(1000);
    answer(feedPage([], "c0"));
    await pass(1000);
    expect([two.shown(), server.paths]).toEqual(["live no_slot", ["/stream/1", "/feed/1"]]);
  });

  test("is another one's once it has stopped for good", async () => {
    const [one, two] = [await follow({ live }), await follow({ live })];
    await server.send();
    one.sink.position = undefined;
    one.sink.fetchSnapshot.mockRejectedValueOnce(new Error("No such collection."));
    one.stream.resume();
    await pass();
    await server.send();
    expect([one.shown(), two.shown()]).toEqual(["off failed", "live null"]);
  });
});

describe("a page that is hidden for long", () => {
  const live = { pauseWhenHiddenFor: 1000 };

  test("pauses it: no stream, no request", async () => {
    const { shown } = await follow({ live });
    await server.send();
    focusManager.setFocused(false);
    await pass(1500);
    expect([shown(), server.open.length]).toEqual(["paused hidden", 0]);
    const { length } = server.asked;
    await pass(600_000);
    expect(server.asked).toHaveLength(length);
    focusManager.setFocused(true);
    await pass();
    await server.send();
    expect(shown()).toBe("live null");
  });

  test.each<[string, () => void]>([
    ["a page that is shown again", () => focusManager.setFocused(true)],
    ["another network", () => onlineManager.setOnline(true)],
  ])("and %s lets it poll at the quickest pace", async (_, come) => {
    await follow({ live: { transport: "feed", pollInterval: 1000, maxPollInterval: 64_000 } });
    await pass(60_000);
    focusManager.setFocused(false);
    onlineManager.setOnline(false);
    await pass(500);
    come();
    await pass();
    const { length } = server.asked;
    await pass(1000);
    expect(server.asked).toHaveLength(length + 1);
  });
});

describe("the budget", () => {
  test("lets it wait before it begins, which says until when, and is live as long as nothing is wrong", async () => {
    const followed = await follow({ live: { transport: "feed", pollInterval: 1000 } });
    followed.sink.budget.waitMs.mockReturnValue(7000);
    expect(followed.shown()).toBe("live no_stream");
    await pass(1000);
    const { live, info } = followed.sink.status;
    expect([live, info.reason, Number(info.retryAt) - Date.now()]).toEqual([
      "live",
      "limited",
      7000,
    ]);
    await pass(1000);
    expect(followed.sink.status).toEqual({ live, info });
  });

  test("has to have room for a stream, too, before its feed is read", async () => {
    const { sink } = await follow();
    const { waitMs } = sink.budget;
    expect(waitMs.mock.calls).not.toContainEqual([2]);
    await server.send();
    waitMs.mockClear().mockReturnValue(3000);
    server.streams[0]?.end();
    await pass(2999);
    expect([server.open.length, waitMs.mock.lastCall]).toEqual([0, [2]]);
    waitMs.mockReturnValue(0);
    await pass(1000);
    expect([server.open.length, server.paths]).toEqual([1, ["/stream/1", "/feed/1", "/stream/1"]]);
  });

  test("that refuses a request is no failure: it begins again when that allows it", async () => {
    const followed = await follow();
    const { budget } = followed.sink;
    budget.beforeSend.mockImplementationOnce(() => {
      budget.waitMs.mockReturnValue(3000);
      return new Response("{}", { status: 429 });
    });
    server.streams[0]?.end();
    await pass(125);
    expect(followed.sink.status.info.error?.message).toBe("The stream has ended.");
    expect([server.open.length, budget.beforeSend.mock.calls.length]).toEqual([0, 2]);
    budget.waitMs.mockReturnValue(0);
    await pass(3000);
    expect(server.open).toHaveLength(1);
  });
});

describe("a token whose user may not read the events any more", () => {
  const forbid = () => refusal(403, "permission_loss");

  test("is replaced by a fresh one, and the data is asked for if that is refused, too", async () => {
    const { sink, shown, scope } = await follow();
    let cached = makeToken({ sub: "ada" });
    vi.spyOn(scope.connection.identityStore.current(), "getToken").mockImplementation(
      async ({ skipCache }) => (skipCache ? (cached = makeToken({ sub: "ada" })) : cached),
    );
    await server.send();
    server.answer = forbid;
    server.streams[0]?.end();
    await pass(125);
    const tokens = server.asked.slice(1).map(({ claims }) => claims["jti"]);
    expect([tokens.length, new Set(tokens).size]).toEqual([2, 2]);
    expect(sink.fetchSnapshot).toHaveBeenCalledOnce();
    expect([shown(), sink.status.info.error]).toMatchObject([
      "off failed",
      { code: "permission_loss" },
    ]);
    expect(sink.position).toBeUndefined();
    expect(server.open).toEqual([]);
  });

  test("may have other rights: if the fresh one is taken, it says so", async () => {
    const { sink, shown } = await follow();
    await server.send();
    server.answer = () => {
      server.answer = () => undefined;
      return forbid();
    };
    server.streams[0]?.end();
    await pass(125);
    await server.send(change(1));
    expect([shown(), sink.onRightsChange.mock.calls.length]).toEqual(["live null", 1]);
    expect(sink.fetchSnapshot).not.toHaveBeenCalled();
  });

  test("is what the error says, unless the data is refused for another reason", async () => {
    const { sink } = await follow();
    server.answer = forbid;
    const refused = new Error("No such collection.");
    sink.fetchSnapshot.mockRejectedValueOnce(refused);
    server.streams[0]?.end();
    await pass(125);
    expect(sink.status).toMatchObject({ live: "off", info: { error: refused } });
  });
});
