import { act, screen, waitFor } from "@testing-library/react";
import { describe, expect, test, vi } from "vitest";

import { failure, unauthorized } from "../support/fake-answers";
import { ada, bob, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import {
  event,
  failed,
  Live,
  type Result,
  send,
  serveLive,
  status,
  todo,
} from "../support/fake-live";
import { untilIdle } from "../support/idle";
import { type Mode, modes } from "../support/modes";
import { renderFauna, type RenderFaunaOptions } from "../support/render-fauna";

async function setUp(
  children = <Live />,
  options: Partial<RenderFaunaOptions> & { wrap?: Mode["wrap"] } = {},
) {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const server = serveLive(fauna);
  // No wait before another attempt: what a test waits for is then what it is about.
  vi.spyOn(Math, "random").mockReturnValue(0);
  const app = renderFauna(children, { clerk, fauna, ...options });
  return { fauna, clerk, server, app };
}

const shows = (text: string): Promise<HTMLElement> => screen.findByText(text);
const bodyOf = ({ body }: { body: string }) => JSON.parse(body) as Record<string, unknown>;

describe.each(modes)("$mode", ({ wrap }) => {
  test("data and event source come in one request, and one stream goes on from there", async () => {
    const { server } = await setUp(<Live />, { wrap });
    await shows("live: one, three");
    send(server.streams[0], event("add", todo(2, "two", 1), 1));
    await shows("live: one, two, three");
    expect(server.sent("/query/1")).toHaveLength(1);
    expect(server.sent("/stream/1").map(bodyOf)).toEqual([{ token: "source" }]);
    expect(server.sent("/feed/1")).toEqual([]);
  });

  test("several components, live or not, share one request and one stream", async () => {
    const { server, app } = await setUp(
      <>
        <Live />
        <Live />
      </>,
      { wrap },
    );
    await waitFor(() => expect(screen.getAllByText("live: one, three")).toHaveLength(2));
    app.update(<Live />);
    await shows("live: one, three");
    send(server.streams[0], event("remove", todo(3, "three"), 1));
    await shows("live: one");
    expect([server.sent("/query/1"), server.sent("/stream/1")].map(({ length }) => length)).toEqual(
      [1, 1],
    );
  });

  test("the stream is closed when the last component leaves, and resumes from its cursor for the next", async () => {
    const { server, app } = await setUp(<Live />, { wrap });
    await shows("live: one, three");
    send(server.streams[0], event("update", todo(3, "3", 1), 1));
    await shows("live: one, 3");
    app.update(null);
    await waitFor(() => expect(server.sent("/stream/1")[0]?.aborted).toBe(true));
    server.missed.set("c1", [event("add", todo(2, "two", 2), 2)]);
    app.update(<Live />);
    await shows("live: one, two, 3");
    expect(server.sent("/query/1")).toHaveLength(1);
    expect(server.sent("/feed/1").map(bodyOf)).toMatchObject([{ token: "source", cursor: "c1" }]);
    await waitFor(() => expect(server.streams).toHaveLength(2));
    expect(bodyOf(server.sent("/stream/1")[1]!)).toEqual({ token: "source", cursor: "c2" });
  });

  test("after a switch of user no event of the previous user is applied, and the next user has a stream", async () => {
    const { server, clerk } = await setUp(<Live />, { wrap });
    await shows("live: one, three");
    server.rows = [todo(5, "five")];
    clerk.become(bob);
    await shows("live: five");
    await waitFor(() => expect(server.sent("/stream/1")[0]?.aborted).toBe(true));
    const [, second] = server.sent("/stream/1");
    expect(second?.claims).toMatchObject({ sub: "bob" });
    expect(bodyOf(second!)).toEqual({ token: "source" });
    clerk.become(null);
    await shows("off: nothing");
    await waitFor(() => expect(second?.aborted).toBe(true));
  });
});

const troubles = [
  ["a clean close", (server: ReturnType<typeof serveLive>) => server.streams[0]?.end()],
  [
    "too many events to replay",
    ({ streams }: ReturnType<typeof serveLive>) =>
      send(streams[0], failed("stream_replay_volume_exceeded")),
  ],
  [
    "an overflow",
    ({ streams }: ReturnType<typeof serveLive>) => send(streams[0], failed("stream_overflow")),
  ],
] as const;

test.each(troubles)(
  "after %s it catches up from a feed and streams again",
  async (_trouble, make) => {
    const { server } = await setUp();
    await shows("live: one, three");
    server.missed.set("c0", [event("update", todo(1, "ONE", 1), 1)]);
    make(server);
    await shows("live: ONE, three");
    await waitFor(() => expect(server.streams).toHaveLength(2));
    expect(bodyOf(server.sent("/stream/1")[1]!)).toEqual({ token: "source", cursor: "c1" });
    await waitFor(() =>
      expect(server.sent("/stream/1")[0]?.aborted).toBe(_trouble !== "a clean close"),
    );
    expect(server.sent("/query/1")).toHaveLength(1);
  },
);

test.each([429, 500, 503])("a response of %i is retried", async (code) => {
  const { server } = await setUp();
  let refusals = 2;
  server.answer = (request) =>
    request.path === "/stream/1" && refusals-- > 0
      ? failure(request, code, "simulated")
      : undefined;
  await shows("live: one, three");
  expect(server.sent("/stream/1")).toHaveLength(3);
  expect(server.sent("/query/1")).toHaveLength(1);
});

test("a 401 refreshes the token", async () => {
  const { server, clerk } = await setUp();
  clerk.cacheTokens();
  let isRefused = true;
  server.answer = (request) => {
    if (request.path !== "/stream/1" || !isRefused) return undefined;
    isRefused = false;
    return unauthorized(request);
  };
  await shows("live: one, three");
  expect(clerk.getToken).toHaveBeenLastCalledWith({ template: "fauna", skipCache: true });
});

test("a cursor that is refused causes a new snapshot", async () => {
  const { server } = await setUp();
  await shows("live: one, three");
  server.answer = (request) => {
    if (request.path !== "/feed/1") return undefined;
    server.rows = [todo(1, "one")];
    return failure(request, 400, "invalid_request");
  };
  server.streams[0]?.end();
  await shows("live: one");
  await waitFor(() => expect(server.streams).toHaveLength(2));
  expect(bodyOf(server.sent("/stream/1")[1]!)).toEqual({ token: "source" });
  expect(server.sent("/query/1")).toHaveLength(2);
});

test("a start time that is too long ago causes a new snapshot", async () => {
  const { server } = await setUp();
  await shows("live: one, three");
  server.rows = [todo(1, "one")];
  send(server.streams[0], failed("invalid_stream_start_time"));
  await shows("live: one");
  await waitFor(() => expect(server.streams).toHaveLength(2));
  expect(server.sent("/feed/1")).toEqual([]);
});

test("an event that keeps failing becomes the query's own error", async () => {
  const { server } = await setUp();
  await shows("live: one, three");
  server.answer = (request) =>
    request.path === "/query/1" ? failure(request, 400, "invalid_null_access") : undefined;
  server.missed.set("c0", [failed("invalid_null_access")]);
  send(server.streams[0], failed("invalid_null_access"));
  await shows("off: It failed with invalid_null_access.");
  expect(server.sent("/query/1")).toHaveLength(2);
});

test("after a permission loss it connects once more, with a new token", async () => {
  const { server, clerk } = await setUp();
  clerk.cacheTokens();
  await shows("live: one, three");
  // For a fetch, too, which follows a loss of rights.
  server.rows = [todo(3, "three")];
  server.missed.set("c0", [event("remove", todo(1, "one"), 1)]);
  send(server.streams[0], failed("permission_loss"));
  await shows("live: three");
  expect(clerk.getToken.mock.calls.filter(([{ skipCache }]) => skipCache)).toHaveLength(1);
  await waitFor(() => expect(server.sent("/stream/1")).toHaveLength(2));
});

test("a refresh of the token that fails after a permission loss is repeated before the loss counts again", async () => {
  const { server, clerk } = await setUp();
  clerk.cacheTokens();
  await shows("live: one, three");
  const getToken = clerk.getToken.getMockImplementation()!;
  let failures = 1;
  clerk.getToken.mockImplementation(async (options) => {
    if (options.skipCache && failures-- > 0) throw Object.assign(new Error("No."), { status: 503 });
    return getToken(options);
  });
  send(server.streams[0], failed("permission_loss"));
  await waitFor(() => expect(server.streams).toHaveLength(2));
  expect(clerk.getToken.mock.calls.filter(([{ skipCache }]) => skipCache)).toHaveLength(2);
  const [first, second] = server.sent("/stream/1");
  expect(second?.token).not.toBe(first?.token);
  await shows("live: one, three");
});

test("a permission loss after new events counts as the first one", async () => {
  const { server } = await setUp();
  await shows("live: one, three");
  send(server.streams[0], failed("permission_loss"));
  await waitFor(() => expect(server.streams).toHaveLength(2));
  // What is fetched after a loss of rights is the same as what the events say.
  server.rows = [todo(3, "three")];
  server.after = 1;
  send(server.streams[1], event("remove", todo(1, "one"), 1));
  await shows("live: three");
  send(server.streams[1], failed("permission_loss"));
  await waitFor(() => expect(server.streams).toHaveLength(3));
  server.rows = [todo(2, "two"), todo(3, "three")];
  server.after = 2;
  send(server.streams[2], event("add", todo(2, "two", 2), 2));
  await shows("live: two, three");
  expect(server.sent("/stream/1")).toHaveLength(3);
});

test("a second permission loss refetches the data, which stays, and liveInfo has the error", async () => {
  const seen: Result[] = [];
  const { server } = await setUp(<Live seen={seen} />);
  await shows("live: one, three");
  send(server.streams[0], failed("permission_loss"));
  await waitFor(() => expect(server.streams).toHaveLength(2));
  // The rights may be other ones, so the data is fetched, and once more because it is no newer.
  await waitFor(() => expect(server.sent("/query/1")).toHaveLength(3));
  await untilIdle();
  send(server.streams[1], failed("permission_loss"));
  await shows("off: one, three");
  expect(seen.at(-1)).toMatchObject({
    error: null,
    liveInfo: { reason: "failed", error: { code: "permission_loss" }, transport: null },
  });
  expect(server.sent("/query/1")).toHaveLength(4);
  expect(server.sent("/stream/1")).toHaveLength(2);
});

test("an event source that was given up is not followed again when somebody else fetches the data", async () => {
  const seen: Result[] = [];
  const { fauna, server } = await setUp(<Live seen={seen} />);
  await shows("live: one, three");
  for (const index of [0, 1]) {
    await waitFor(() => expect(server.streams).toHaveLength(index + 1));
    // The first one makes it fetch twice, a moment later: the data may be another's, and is no newer.
    await waitFor(() => expect(server.sent("/query/1")).toHaveLength(1 + 2 * index));
    await untilIdle();
    send(server.streams[index], failed("permission_loss"));
  }
  await shows("off: one, three");
  const before = fauna.requests.length;
  await act(() => seen.at(-1)?.refetch());
  await shows("live: one, three");
  const sent = fauna.requests.slice(before).map(({ path, body }) => {
    const isSnapshot = body.includes("eventSource");
    return isSnapshot ? "snapshot" : path;
  });
  expect(sent).toEqual(["/query/1", "snapshot", "/stream/1"]);
});

test("queries beyond maxStreams are polled, and stream once there is room", async () => {
  const second = (
    <Live key="second" options={{ request: { query_timeout_ms: 5000, typecheck: true } }} />
  );
  const { server, app } = await setUp(<>{[<Live key="first" />, second]}</>, {
    live: { maxStreams: 1, pollInterval: 20 },
  });
  await waitFor(() => expect(screen.getAllByText("live: one, three")).toHaveLength(2));
  expect(server.sent("/stream/1")).toHaveLength(1);
  await waitFor(() => expect(server.sent("/feed/1").length).toBeGreaterThan(1));
  server.missed.set(undefined, [event("remove", todo(1, "one"), 1)]);
  await shows("live: three");
  app.update(<>{[null, second]}</>);
  await waitFor(() => expect(server.sent("/stream/1")).toHaveLength(2));
  expect(bodyOf(server.sent("/stream/1")[1]!)).toEqual({ token: "source", cursor: "c1" });
});

test("a status event on its own moves the cursor, too", async () => {
  const { server } = await setUp();
  await shows("live: one, three");
  send(server.streams[0], status("c9"));
  server.streams[0]?.end();
  await waitFor(() => expect(server.streams).toHaveLength(2));
  expect(bodyOf(server.sent("/feed/1")[0]!)).toMatchObject({ cursor: "c9" });
});

test("each poll resumes from the previous page's cursor, even if that page was empty", async () => {
  const { server } = await setUp(<Live />, { live: { transport: "feed", pollInterval: 5 } });
  server.answer = ({ path }) => {
    if (path !== "/feed/1") return undefined;
    const cursor = `p${server.sent("/feed/1").length}`;
    return { body: { events: [], cursor, has_next: false, stats: {} } };
  };
  await waitFor(() => expect(server.sent("/feed/1").length).toBeGreaterThan(2));
  const cursors = server.sent("/feed/1").map((request) => bodyOf(request)["cursor"]);
  expect(cursors.slice(0, 3)).toEqual([undefined, "p1", "p2"]);
});

test("with the feed transport nothing is streamed", async () => {
  const { server } = await setUp(<Live />, { live: { transport: "feed", pollInterval: 5 } });
  await shows("live: one, three");
  server.missed.set(undefined, [event("add", todo(2, "two", 1), 1)]);
  await shows("live: one, two, three");
  expect(server.sent("/stream/1")).toEqual([]);
});
