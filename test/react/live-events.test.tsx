import { waitFor } from "@testing-library/react";
import { fql, StreamToken } from "fauna";
import {
  type FaunaEvent,
  type FaunaEventSource,
  useFaunaEvents,
  type UseFaunaEventsOptions,
} from "fauna-clerk";
import { describe, expect, onTestFinished, test, vi } from "vitest";

// Loaded on demand, which takes time in which nothing seems to happen.
import "../../src/live/on-demand";
import { failure, success } from "../support/fake-answers";
import { ada, bob, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { event, failed, send, serveLive, status, todo } from "../support/fake-live";
import { untilIdle } from "../support/idle";
import { modes } from "../support/modes";
import { renderFauna, type RenderFaunaOptions } from "../support/render-fauna";

const query: FaunaEventSource = fql`Todo.all().eventSource()`;

async function setUp(
  options: Partial<RenderFaunaOptions & UseFaunaEventsOptions<any>> & {
    source?: FaunaEventSource | null;
  } = {},
) {
  const { source = query, enabled, ...more } = options;
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const server = serveLive(fauna);
  server.answer = (request) =>
    request.path === "/query/1" ? success(request, { "@stream": "source" }) : undefined;
  vi.spyOn(Math, "random").mockReturnValue(0);
  const events: FaunaEvent[] = [];
  const onEvent = vi.fn((each: FaunaEvent) => void events.push(each));
  const errors: Error[] = [];
  const states: string[] = [];
  function Listen() {
    const { live } = useFaunaEvents(source, {
      onEvent,
      onError: (error) => errors.push(error),
      enabled,
    });
    states.push(live);
    return null;
  }
  const app = renderFauna(<Listen />, { clerk, fauna, ...more });
  const kinds = () => events.map(({ type, txn_ts }) => `${type} ${txn_ts % 1000}`);
  return { fauna, clerk, server, app, events, onEvent, errors, states, kinds };
}

describe.each(modes)("$mode", ({ wrap }) => {
  test("each event is delivered once, in order, even after a cut", async () => {
    const { server, kinds, events, app, states } = await setUp({ wrap } as object);
    await waitFor(() => expect(states.at(-1)).toBe("live"));
    send(server.streams[0], event("add", todo(1, "one"), 1), event("update", todo(1, "ONE"), 2));
    await waitFor(() => expect(kinds()).toEqual(["add 1", "update 2"]));
    server.missed.set("c2", [event("remove", todo(1, "ONE"), 3)]);
    server.streams[0]?.end();
    await waitFor(() => expect(kinds()).toEqual(["add 1", "update 2", "remove 3"]));
    expect(events[0]?.data).toMatchObject({ id: "1", title: "one" });
    expect(server.sent("/query/1")).toHaveLength(1);
    await waitFor(() => expect(server.streams).toHaveLength(2));
    app.update(null);
    await waitFor(() => expect(server.sent("/stream/1")[1]?.aborted).toBe(true));
  });

  test("after a switch of user the event source is the next user's", async () => {
    const { server, clerk, states } = await setUp({ wrap } as object);
    await waitFor(() => expect(states.at(-1)).toBe("live"));
    clerk.become(bob);
    await waitFor(() => expect(server.sent("/stream/1")).toHaveLength(2));
    expect(server.sent("/query/1").map(({ claims }) => claims["sub"])).toEqual(["ada", "bob"]);
    expect(server.sent("/stream/1").map(({ claims }) => claims["sub"])).toEqual(["ada", "bob"]);
    await waitFor(() => expect(server.sent("/stream/1")[0]?.aborted).toBe(true));
  });
});

test("after a cut it resumes from the last status, if that came after the last event", async () => {
  const { server, kinds } = await setUp();
  await waitFor(() => expect(server.streams).toHaveLength(1));
  send(server.streams[0], event("add", todo(1, "one"), 1), status("c9"));
  await waitFor(() => expect(kinds()).toEqual(["add 1"]));
  server.streams[0]?.end();
  await waitFor(() => expect(server.streams).toHaveLength(2));
  expect(JSON.parse(server.sent("/feed/1")[0]?.body ?? "")).toMatchObject({ cursor: "c9" });
});

test("events that are pending at a switch of user are not delivered", async () => {
  const { server, clerk, events, kinds, onEvent } = await setUp();
  await waitFor(() => expect(server.streams).toHaveLength(1));
  onEvent.mockImplementationOnce((each) => {
    events.push(each);
    clerk.become(bob);
  });
  send(
    server.streams[0],
    event("add", todo(1, "one"), 1),
    event("add", todo(2, "two"), 2),
    event("add", todo(3, "three"), 3),
  );
  await waitFor(() => expect(server.streams).toHaveLength(2));
  send(server.streams[1], event("add", todo(4, "four"), 4));
  await waitFor(() => expect(kinds()).toContain("add 4"));
  expect(kinds()).toEqual(["add 1", "add 4"]);
});

test("an event source that a query has returned is followed without a query", async () => {
  const { server, kinds } = await setUp({ source: new StreamToken("given") });
  await waitFor(() => expect(server.streams).toHaveLength(1));
  send(server.streams[0], event("add", todo(1, "one"), 1));
  await waitFor(() => expect(kinds()).toEqual(["add 1"]));
  expect(server.sent("/query/1")).toEqual([]);
  expect(JSON.parse(server.sent("/stream/1")[0]?.body ?? "")).toEqual({ token: "given" });
});

test("when the source is too old a new one is fetched, and onError reports that events may be missing", async () => {
  const { server, errors, kinds } = await setUp();
  await waitFor(() => expect(server.streams).toHaveLength(1));
  send(server.streams[0], failed("invalid_stream_start_time"));
  await waitFor(() => expect(server.streams).toHaveLength(2));
  expect(errors).toMatchObject([{ code: "invalid_stream_start_time" }]);
  send(server.streams[1], event("add", todo(1, "one"), 1));
  await waitFor(() => expect(kinds()).toEqual(["add 1"]));
});

test("a query that fails is an error, and so is one that returns no event source", async () => {
  const { errors, server, clerk, states } = await setUp();
  await waitFor(() => expect(states.at(-1)).toBe("live"));
  server.answer = (request) =>
    request.path === "/query/1" ? failure(request, 400, "invalid_query") : undefined;
  clerk.become(bob);
  await waitFor(() => expect(errors).toMatchObject([{ code: "invalid_query" }]));
  await waitFor(() => expect(states.at(-1)).toBe("off"));
  server.answer = (request) => (request.path === "/query/1" ? success(request, 42) : undefined);
  clerk.become(ada);
  await waitFor(() => expect(errors[1]).toMatchObject({ code: "not_streamable" }));
});

test("what happens is told to the latest render, and an app need not listen for errors", async () => {
  const [fauna, clerk, told] = [await startFakeFauna(), createFakeClerk(ada), vi.fn()];
  const server = serveLive(fauna);
  server.answer = (request) =>
    request.path === "/query/1" ? success(request, { "@stream": "source" }) : undefined;
  function Listen({ name }: { name: string }) {
    useFaunaEvents(query, { onEvent: ({ type }) => told(name, type) });
    return null;
  }
  const app = renderFauna(<Listen name="first" />, { clerk, fauna });
  await waitFor(() => expect(server.streams).toHaveLength(1));
  app.update(<Listen name="second" />);
  send(server.streams[0], event("add", todo(1, "one"), 1));
  await waitFor(() => expect(told).toHaveBeenCalledExactlyOnceWith("second", "add"));
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled).on("uncaughtException", unhandled);
  onTestFinished(() => {
    process.off("unhandledRejection", unhandled).off("uncaughtException", unhandled);
  });
  send(server.streams[0], failed("invalid_stream_start_time"));
  await waitFor(() => expect(server.streams).toHaveLength(2));
  await untilIdle();
  expect(unhandled).not.toHaveBeenCalled();
});

test.each([{ source: null }, { enabled: false }])("%o sends nothing", async (options) => {
  const { fauna, states } = await setUp(options);
  expect(states.at(-1)).toBe("off");
  await untilIdle();
  expect(fauna.requests).toEqual([]);
});

describe("it is not live before it is connected", () => {
  test("again, after it was disabled", async () => {
    const { fauna, states, app } = await setUp();
    await waitFor(() => expect(states.at(-1)).toBe("live"));
    function Listen({ enabled }: { enabled: boolean }) {
      states.push(useFaunaEvents(query, { onEvent: () => {}, enabled }).live);
      return null;
    }
    app.update(<Listen enabled />);
    await waitFor(() => expect(states.at(-1)).toBe("live"));
    app.update(<Listen enabled={false} />);
    await waitFor(() => expect(states.at(-1)).toBe("off"));
    const hold = fauna.hold();
    states.length = 0;
    app.update(<Listen enabled />);
    await hold.reached();
    expect(new Set(states)).toEqual(new Set(["connecting"]));
  });

  test("for the next user, with an event source that was given", async () => {
    const { fauna, clerk, states } = await setUp({ source: new StreamToken("given") });
    await waitFor(() => expect(states.at(-1)).toBe("live"));
    const hold = fauna.hold();
    states.length = 0;
    clerk.become(bob);
    await hold.reached();
    expect(new Set(states)).toEqual(new Set(["connecting"]));
  });
});
