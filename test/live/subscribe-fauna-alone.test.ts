import { fql, type Query } from "fauna";
import { subscribeFauna, type FaunaLiveUpdate } from "fauna-clerk";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

// Loaded on demand otherwise, which takes real time.
import "../../src/auth/token-errors";
import "../../src/live/on-demand";
import { createIdentity } from "../../src/auth/identity";
import { EventServer, refusal, status, stopTime } from "../support/event-server";
import { nobodyYet, signedIn } from "../support/signed-in";

// Without sockets.

const todos = fql`Todo.all()` as Query<any>;

let pass: (ms?: number) => Promise<void>;
let server: EventServer;
let isHeld: boolean;

beforeEach(() => {
  [pass, server, isHeld] = [stopTime(), new EventServer(), false];
  const document = { id: "1", coll: { "@mod": "Todo" }, ts: { "@time": "2026-01-01T00:00:00Z" } };
  const data = { "@set": { data: [{ "@doc": document }] } };
  server.answer = ({ path, init }) => {
    if (path !== "/query/1") return undefined;
    if (isHeld)
      return new Promise((_, reject) => {
        init.signal?.addEventListener("abort", () => reject(init.signal?.reason as Error));
      });
    const answer = { data, source: [{ "@stream": "source" }] };
    return Response.json({ data: answer, static_type: "Any", summary: "", txn_ts: 5, stats: {} });
  };
});

/** Subscribes until the test ends, as who is signed in. */
function subscribe(connection = server.connect()) {
  const updates: FaunaLiveUpdate<unknown>[] = [];
  const stop = subscribeFauna(connection.getClient(), todos, (update) => updates.push(update));
  onTestFinished(stop);
  const shown = (): unknown[] =>
    updates.map(({ live, liveInfo, data }) => `${live} ${liveInfo.reason} ${data !== undefined}`);
  return { connection, updates, stop, shown };
}

describe("a subscription", () => {
  test("tells each state and the data, once, and by which events it has changed", async () => {
    const { updates, shown } = subscribe();
    await pass();
    server.streams[0]?.send(status("c0"));
    await pass();
    expect(shown()).toEqual([
      "connecting loading true",
      "connecting connecting true",
      "live null true",
    ]);
    expect(updates.map(({ events }) => events)).toEqual([[], [], []]);
    server.streams[0]?.send({
      ...{ type: "remove", txn_ts: 6, cursor: "c6", stats: {} },
      data: {
        "@doc": { id: "1", coll: { "@mod": "Todo" }, ts: { "@time": "2026-01-01T00:00:00Z" } },
      },
    });
    await pass(1000);
    expect(updates).toHaveLength(4);
    expect(updates[3]).toMatchObject({ data: { data: [] }, events: [{ cursor: "c6" }] });
  });

  test("of data that cannot be had tells why, and the stream asks again, if that may help", async () => {
    server.answer = () => refusal(503, "unavailable");
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    onTestFinished(() => void vi.restoreAllMocks());
    const { updates } = subscribe();
    await pass();
    expect(updates.at(-1)).toMatchObject({
      data: undefined,
      error: { httpStatus: 503 },
      live: "connecting",
      liveInfo: { reason: "failed" },
    });
    const { length } = server.asked;
    await pass(60_000);
    expect(server.asked.length).toBeGreaterThan(length);
  });

  test("that is stopped tells nothing more, and ends its requests", async () => {
    isHeld = true;
    const { updates, stop } = subscribe();
    await pass();
    const before = updates.length;
    stop();
    await pass();
    expect([updates.length, server.asked[0]?.init.signal?.aborted]).toEqual([before, true]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("that is stopped at once begins nothing", async () => {
    const { updates, stop } = subscribe();
    stop();
    await pass(60_000);
    expect([updates, server.asked, vi.getTimerCount()]).toEqual([[], [], 0]);
  });
});

describe("as long as it is not known who is signed in", () => {
  test("it waits, tells if that takes too long, and begins once it is known", async () => {
    const connection = server.connect();
    connection.identityStore.update({ ...nobodyYet, doubted: signedIn("eve").identity } as never);
    const { updates, shown } = subscribe(connection);
    await pass(9999);
    expect(updates).toEqual([]);
    await pass(1);
    expect(shown()).toEqual(["connecting auth false"]);
    expect(updates[0]).toMatchObject({
      error: { code: "token_timeout" },
      liveInfo: { error: { code: "token_timeout" }, retryAt: null },
      events: [],
    });
    connection.identityStore.update(signedIn("ada"));
    await pass();
    expect(shown().slice(1)).toEqual(["connecting loading true", "connecting connecting true"]);
    expect(vi.getTimerCount()).toBeGreaterThan(0);
  });

  test("since when it waits is told, and who has stopped is told nothing", async () => {
    const connection = server.connect();
    connection.identityStore.update({ ...nobodyYet, doubted: signedIn("eve").identity } as never);
    const began = Date.now();
    const one = subscribe(connection);
    const { stop, updates } = subscribe(connection);
    await pass(5000);
    const timers = vi.getTimerCount();
    stop();
    expect(vi.getTimerCount()).toBe(timers - 1);
    await pass(5000);
    expect(one.updates[0]?.liveInfo.since).toBe(began);
    connection.identityStore.update({
      ...signedIn("ada"),
      identity: createIdentity("signed-out", "fauna"),
    });
    await pass();
    expect([updates, vi.getTimerCount()]).toEqual([[], 0]);
  });

  test("it is no failure if it is known in time", async () => {
    const { shown } = subscribe();
    await pass(20_000);
    expect(shown().join()).not.toContain("auth");
  });
});

test("if nobody is signed in, it is off, and says so", async () => {
  const connection = server.connect();
  connection.identityStore.update({
    ...signedIn("ada"),
    identity: createIdentity("signed-out", "fauna"),
  });
  const { updates, shown } = subscribe(connection);
  await pass(60_000);
  expect(shown()).toEqual(["off signed_out false"]);
  expect(updates[0]?.error).toMatchObject({ code: "signed_out" });
  expect(server.asked).toEqual([]);
});

test("what is no live query is refused at once", () => {
  const client = server.connect().getClient();
  expect(() => subscribeFauna(client, {} as Query<any>, () => {})).toThrow(
    expect.objectContaining({ code: "not_a_query" }),
  );
  expect(() => subscribeFauna(client, todos, () => {}, { on: {} as Query<any> })).toThrow(
    expect.objectContaining({ code: "not_a_query" }),
  );
});
