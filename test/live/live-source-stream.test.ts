import { ServiceError } from "fauna";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { EventStream } from "../../src/live/event-stream";
import { firstStatus, type LiveStatus } from "../../src/live/live-info";
import { EventServer, stopTime } from "../support/event-server";
import { createSource } from "../support/live-source";

// What a source and its stream tell each other.

describe("the stream of a source", () => {
  let pass: (ms?: number) => Promise<void>;
  beforeEach(() => void (pass = stopTime()));

  /** A source that is connected, in the place of whose stream is the test. */
  function connect() {
    const connected = createSource();
    const connection = new EventServer().connect();
    const { identity } = connection.identityStore.current();
    Object.assign(connected.live, { scope: { connection, identity } });
    const spies = {
      resume: vi.spyOn(EventStream.prototype, "resume").mockReturnValue(),
      fail: vi.spyOn(EventStream.prototype, "fail").mockReturnValue(),
    };
    onTestFinished(() => void vi.restoreAllMocks());
    connected.source.connect(() => {});
    return { ...connected, ...spies };
  }

  test("goes on from a snapshot, if there is no position or it has stopped", () => {
    const { source, live, record, resume } = connect();
    source.adoptSnapshot("newer", 5);
    expect(live.positions[0]).toMatchObject({ token: "source" });
    live.positions[0] = undefined;
    source.adoptSnapshot(undefined, 5);
    expect(live.positions[0]).toBeUndefined();
    source.adoptSnapshot("newer", 5);
    expect(live.positions[0]).toEqual({ token: "newer", txn: 5, request: { long_type: "bigint" } });
    expect(resume).not.toHaveBeenCalled();
    record.origin = { txn: 6, writes: 0 };
    source.status = firstStatus("idle");
    source.adoptSnapshot("newer", 6);
    expect(resume).toHaveBeenCalledOnce();
  });

  test("reads again what fetched data lacks of the events that were applied", () => {
    const { source, live, position, resume } = connect();
    position.txn = 1;
    source.adoptSnapshot("newer", 1);
    expect(live.positions[0]).toBe(position);
    position.txn = 2;
    source.adoptSnapshot("newer", 1);
    expect([live.positions[0], resume.mock.calls.length]).toMatchObject([{ token: "newer" }, 1]);
  });

  test("is told that its events cannot be applied", async () => {
    const { source, fail } = connect();
    const error = new Error("The order throws.");
    source.fail(error);
    await pass();
    expect(fail).toHaveBeenCalledExactlyOnceWith(error);
  });

  test("need not be there yet", () => {
    const { source } = createSource();
    source.status = firstStatus("idle");
    source.adoptSnapshot("newer", 5);
    source.restart();
    source.fail(new Error("Too early."));
    expect(source.position).toBeUndefined();
  });
});

describe("the status of a source", () => {
  const [refused, failed] = [
    new ServiceError({ error: { code: "forbidden", message: "No." } } as never, 403),
    new Error("Offline."),
  ];
  const status = (live: LiveStatus["live"], error: Error | null = null): LiveStatus => ({
    live,
    info: { ...firstStatus("connecting", error, 0).info },
  });

  test("is kept, and told to who keeps the data", () => {
    const { source, owner } = createSource();
    const live = status("live");
    source.onStatus(live);
    expect([source.status, owner.onSourceStatus.mock.calls.length]).toEqual([live, 1]);
  });

  test("that says why there are no data is the query's error, unless TanStack knows it already", () => {
    const { source, live } = createSource();
    source.onStatus(status("off", failed));
    source.onStatus(status("reconnecting", refused));
    expect(live.cached.state.error).toBeNull();
    source.onStatus(status("off", refused));
    expect(live.cached.state).toMatchObject({ status: "error", error: refused });
    const other = createSource();
    other.live.cached.setData("good");
    other.source.onStatus(status("off", refused));
    expect(other.live.cached.state).toMatchObject({ status: "success", error: null });
  });

  test("has the failure of a fetch that is being repeated: that knows better why there is no answer", () => {
    const { source, live } = createSource();
    const { cached } = live;
    cached.setState({ fetchFailureReason: failed });
    const connecting = status("connecting");
    source.onStatus(connecting);
    expect(source.status).toBe(connecting);
    const { queryKey } = cached;
    void cached.fetch({ queryKey, queryFn: () => new Promise(() => {}) });
    cached.setState({ fetchFailureReason: failed });
    source.onStatus(status("live"));
    expect(source.status.info.error).toBeNull();
    source.onStatus(connecting);
    expect(source.status).toMatchObject({
      live: "connecting",
      info: { reason: "failed", error: failed },
    });
  });
});
