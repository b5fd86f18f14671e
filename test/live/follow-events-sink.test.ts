import { fql } from "fauna";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import type { ApplyEvents, EventSink } from "../../src/live/event-sink";
import type { FaunaEventSource, ReadEvent } from "../../src/live/event-types";
import { followEvents, hashOfSource } from "../../src/live/follow-events";
import { firstStatus, type LiveStatus } from "../../src/live/live-info";
import { onDemand } from "../../src/live/load-on-demand";
import { success } from "../support/fake-answers";
import { startFakeFauna } from "../support/fake-fauna";
import { connect, signedIn } from "../support/signed-in";

const ada = signedIn("ada");
const query = fql`Todo.all().eventSource()` as unknown as FaunaEventSource;
const given = { token: "given" } as unknown as FaunaEventSource;
const event = (txn: number, type = "add", cursor = `c${txn}`): ReadEvent =>
  ({ type, txn_ts: txn, cursor, data: `data ${txn}` }) as never;

/** Follows a source, in the place of whose stream is the test. */
async function follow(source: FaunaEventSource) {
  const fauna = await startFakeFauna();
  const connection = connect(ada, { endpoint: fauna.url });
  const ending = new AbortController();
  const listener = { onEvent: vi.fn(), onError: vi.fn(), onStatus: vi.fn() };
  const streams: {
    scope: unknown;
    sink: EventSink;
    applyEvents: ApplyEvents;
    lifetime: AbortSignal;
  }[] = [];
  function EventStream(
    scope: unknown,
    sink: EventSink,
    applyEvents: ApplyEvents,
    lifetime: AbortSignal,
  ): void {
    streams.push({ scope, sink, applyEvents, lifetime });
  }
  const load = vi.spyOn(onDemand, "load").mockResolvedValue({ EventStream } as never);
  onTestFinished(() => load.mockRestore());
  followEvents(connection, ada.identity, source, listener, ending.signal);
  await vi.waitFor(() => expect(streams).toHaveLength(1));
  const attempt = new AbortController();
  const apply = (...events: ReadEvent[]) => streams[0]!.applyEvents(events, attempt.signal);
  const seen = (): unknown[] =>
    listener.onEvent.mock.calls.map(([{ txn_ts }]) => txn_ts as unknown);
  return { fauna, connection, ending, attempt, listener, apply, seen, ...streams[0]! };
}

test("what identifies a source is its token, or the query's key", () => {
  const scope = { connection: connect(ada), identity: ada.identity };
  expect(hashOfSource(scope, given)).toBe("given");
  const hash = hashOfSource(scope, query);
  expect(hash).toContain("Todo.all().eventSource()");
  expect(hashOfSource(scope, fql`Todo.all().eventSource()` as never)).toBe(hash);
});

describe("events", () => {
  test("reach the listener once, in order, and what is no change does not", async () => {
    const { apply, seen, sink, scope, connection, listener } = await follow(given);
    expect(scope).toEqual({ connection, identity: ada.identity });
    await apply(event(1), event(2, "status"), event(3, "remove"));
    expect(seen()).toEqual([1, 3]);
    expect(sink.position).toMatchObject({ token: "given", cursor: "c2" });
    // Another connection reads it again.
    await apply(event(3, "remove"), event(3, "update"), event(4));
    expect(seen()).toEqual([1, 3, 3, 4]);
    const types = listener.onEvent.mock.calls.map(([{ type }]) => type as string);
    expect(types).toEqual(["add", "remove", "update", "add"]);
    expect(sink.position).toMatchObject({ cursor: "c4" });
  });

  test("go on after a listener that throws", async () => {
    const reports: (() => void)[] = [];
    const { apply, seen, listener } = await follow(given);
    vi.stubGlobal("queueMicrotask", (report: () => void) => void reports.push(report));
    onTestFinished(() => void vi.unstubAllGlobals());
    listener.onEvent.mockImplementationOnce(() => {
      throw new Error("No.");
    });
    await apply(event(1), event(2));
    expect(seen()).toEqual([1, 2]);
    expect(reports[0]).toThrow("No.");
  });

  test("end with a listener that unsubscribes, even within a batch", async () => {
    const { apply, seen, attempt, listener, sink } = await follow(given);
    listener.onEvent.mockImplementationOnce(() => attempt.abort(new Error("Enough.")));
    expect(() => apply(event(1), event(2))).toThrow("Enough.");
    expect(seen()).toEqual([1]);
    expect(sink.position).toMatchObject({ cursor: "c1" });
  });

  test("end with the identity, and with who follows", async () => {
    const one = await follow(given);
    one.connection.identityStore.update(signedIn("bob"));
    expect(one.lifetime.aborted).toBe(true);
    const other = await follow(given);
    expect(other.lifetime.aborted).toBe(false);
    other.ending.abort();
    expect(other.lifetime.aborted).toBe(true);
  });
});

describe("the event source", () => {
  test("is that of the query, asked for as the identity", async () => {
    const { fauna, sink } = await follow(query);
    fauna.respond = (request) => success(request, { "@stream": "fetched" });
    expect(sink.position).toBeUndefined();
    await sink.fetchSnapshot();
    expect(sink.position).toEqual({ token: "fetched" });
    expect(fauna.requests.map(({ claims }) => claims["sub"])).toEqual(["ada"]);
    expect(sink.budget.waitMs()).toBe(0);
  });

  test("counts as a request of the budget", async () => {
    const { fauna, sink } = await follow(query);
    fauna.respond = (request) => success(request, { "@stream": "fetched" });
    for (let count = 0; count < 30; count++) sink.budget.beforeSend();
    await expect(sink.fetchSnapshot()).rejects.toMatchObject({ code: "limit_exceeded" });
    expect(fauna.requests).toEqual([]);
  });

  test.each([[{ data: [] }], [null]])(
    "has to be what the query returns, and the error says so: %j",
    async (data) => {
      const { fauna, sink } = await follow(query);
      fauna.respond = (request) => success(request, data);
      await expect(sink.fetchSnapshot()).rejects.toMatchObject({
        code: "not_streamable",
        message: expect.stringContaining("Return an event source: set.eventSource().") as string,
      });
    },
  );

  test("that was given and is no longer accepted cannot be had again", async () => {
    const { sink, listener, fauna } = await follow(given);
    const error = new Error("Too long ago.");
    sink.onPositionRejected?.(error);
    expect(listener.onError).not.toHaveBeenCalled();
    await expect(sink.fetchSnapshot()).rejects.toBe(error);
    expect(fauna.requests).toEqual([]);
  });

  test("of a query that is no longer accepted may have missed events: the listener is told", async () => {
    const { sink, listener } = await follow(query);
    const error = new Error("Too long ago.");
    sink.onPositionRejected?.(error);
    expect(listener.onError).toHaveBeenCalledExactlyOnceWith(error);
  });
});

describe("the status", () => {
  const off = (error: Error | null): LiveStatus => firstStatus("idle", error);
  const live: LiveStatus = { ...firstStatus("loading"), live: "live" };

  test("begins with connecting, and is told each time", async () => {
    const { sink, listener } = await follow(given);
    expect(sink.status).toMatchObject({ live: "connecting", info: { reason: "loading" } });
    sink.onStatus(live);
    expect(sink.status).toBe(live);
    expect(listener.onStatus).toHaveBeenCalledExactlyOnceWith(live);
  });

  test("off for good is an error, told once until it is live again", async () => {
    const { sink, listener } = await follow(given);
    const tell = (...all: LiveStatus[]) => {
      for (const status of all) sink.onStatus(status);
    };
    tell(off(new Error("a")), off(new Error("a")), off(null));
    tell({ ...off(new Error("c")), live: "connecting" });
    expect(listener.onError.mock.calls).toEqual([[new Error("a")]]);
    tell(off(new Error("b")), live, off(new Error("b")));
    expect(listener.onError.mock.calls).toEqual([
      [new Error("a")],
      [new Error("b")],
      [new Error("b")],
    ]);
  });
});
