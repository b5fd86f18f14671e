import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import type { Position } from "../../src/live/position";
import { type EventReader, readEvents, renewIn, rightsOf } from "../../src/live/read-events";
import type { FaunaLiveSettings } from "../../src/client/connection";
import { change, EventServer, feedPage, refusal, status, stopTime } from "../support/event-server";
import { makeToken } from "../support/token";

const NOW = 1_700_000_000;
const at = (claims: object): number => renewIn(makeToken({ ...claims }), NOW * 1000) / 1000;

test.each([
  ["a minute's token ten seconds before its end", { iat: NOW, exp: NOW + 60 }, 50],
  ["a cached one by what is left of it", { iat: NOW - 40, exp: NOW + 20 }, 10],
  ["a short one at half of its life", { iat: NOW, exp: NOW + 5 }, 2.5],
  ["one with no time of issue by its end alone", { iat: undefined, exp: NOW + 60 }, 50],
  [
    "one that a slow clock takes for younger by its whole life",
    { iat: NOW + 90, exp: NOW + 150 },
    50,
  ],
  [
    "one that a fast clock takes for over by its whole life",
    { iat: NOW - 600, exp: NOW - 540 },
    50,
  ],
  ["one without exp never", { exp: undefined }, Infinity],
  ["one whose exp is no integer never", { exp: NOW + 60.5 }, Infinity],
  ["one whose exp is no number never", { exp: "soon" }, Infinity],
])("%s", (_which, claims, seconds) => {
  expect(at(claims)).toBe(seconds);
});

test("a token whose time is just over is taken for a new one", () => {
  expect(at({ iat: NOW - 60, exp: NOW })).toBe(50);
});

test("the secret of a key is never renewed", () => {
  expect(renewIn("fnAFs7", NOW * 1000)).toBe(Infinity);
});

test("what a token says of its user is all but what differs from one token to the next", () => {
  const claims = { sub: "ada", role: "reader" };
  const one = makeToken({ ...claims, iat: 1, exp: 2, nbf: 3, jti: "4" });
  const other = makeToken({ ...claims, iat: 5, exp: 6, nbf: 7, jti: "8" });
  expect(rightsOf(one)).toBe(rightsOf(other));
  expect(rightsOf(one)).toContain("reader");
  expect(rightsOf(makeToken({ ...claims, role: "writer" }))).not.toBe(rightsOf(one));
  expect(rightsOf("fnAFs7")).toBe("[]");
});

describe("events", () => {
  let pass: (ms?: number) => Promise<void>;
  let server: EventServer;

  beforeEach(() => {
    pass = stopTime();
    server = new EventServer();
  });

  interface Options {
    readonly position?: Partial<Position>;
    readonly isStreaming?: boolean;
    readonly live?: FaunaLiveSettings;
    readonly prepare?: (reader: FakeReader, ending: AbortController) => void;
  }

  const createReader = (onRead: EventReader["onRead"]) => ({
    acceptToken: vi.fn<EventReader["acceptToken"]>(() => true),
    beforeSend: vi.fn<EventReader["beforeSend"]>(),
    onRead: vi.fn(onRead),
  });
  type FakeReader = ReturnType<typeof createReader>;

  /** Reads events until the test ends. */
  async function read({ position: given, isStreaming = true, live, prepare }: Options = {}) {
    const connection = server.connect(live);
    const position: Position = { token: "source", cursor: "c0", ...given };
    const batches: [cursors: unknown[], lines: readonly string[] | undefined][] = [];
    const reader = createReader(async (events, _signal, lines) => {
      batches.push([events.map(({ cursor }) => cursor), lines]);
    });
    const ending = new AbortController();
    onTestFinished(() => ending.abort());
    prepare?.(reader, ending);
    const { identity } = connection.identityStore.current();
    let error: unknown = "none";
    let isDone = false;
    readEvents({ connection, identity, position, isStreaming, reader, signal: ending.signal }).then(
      () => void (isDone = true),
      (thrown: unknown) => void (error = thrown),
    );
    await pass();
    return { position, reader, batches, ending, error: () => error, isDone: () => isDone };
  }

  test("of a stream are asked for as its server wants it, without cookies unless the app says", async () => {
    await read();
    await read({ live: { streamCredentials: "include" } });
    expect(server.asked).toMatchObject([
      {
        path: "/stream/1",
        body: { token: "source", cursor: "c0" },
        init: { method: "POST", credentials: "omit" },
      },
      { path: "/stream/1", init: { credentials: "include" } },
    ]);
    expect(server.asked[0]?.init.headers).toMatchObject({ "content-type": "application/json" });
  });

  test("of a stream come in batches, with the lines that they were", async () => {
    const { batches } = await read();
    server.streams[0]?.send(change(1), status("c2"));
    await pass();
    expect(batches).toEqual([
      [
        ["c1", "c2"],
        [JSON.stringify(change(1)), JSON.stringify(status("c2"))],
      ],
    ]);
  });

  test("of a stream end with it, as an error: another one has to follow", async () => {
    const { error, isDone } = await read();
    server.streams[0]?.end();
    await pass();
    expect([String(error()), isDone()]).toEqual(["Error: The stream has ended.", false]);
  });

  test("before one that is an error are handed on, with their lines alone", async () => {
    const { batches, error } = await read();
    const failed = { type: "error", error: { code: "abort", message: "No." }, stats: {} };
    server.streams[0]?.send(change(1), failed, change(2));
    await pass();
    expect(batches).toEqual([[["c1"], [JSON.stringify(change(1))]]]);
    expect(error()).toMatchObject({ code: "abort" });
  });

  test("that are none are not handed on", async () => {
    const { reader } = await read();
    server.streams[0]?.send("\n");
    await pass();
    expect(reader.onRead).not.toHaveBeenCalled();
  });

  test("of a feed are read page by page to its end, as large as they may be", async () => {
    server.answer = ({ body }) =>
      body["cursor"] === "c0" ? feedPage([change(1)], "c1", true) : feedPage([change(2)], "c9");
    const { batches, isDone } = await read({ isStreaming: false });
    expect(server.asked).toMatchObject([
      { path: "/feed/1", body: { token: "source", cursor: "c0", page_size: 16_000 } },
      { path: "/feed/1", body: { token: "source", cursor: "c1" } },
    ]);
    expect([batches, isDone()]).toEqual([
      [
        [["c1", "c1"], undefined],
        [["c2", "c9"], undefined],
      ],
      true,
    ]);
  });

  test("of a feed without a cursor are read from the source on", async () => {
    server.answer = () => feedPage([], "c1");
    await read({ isStreaming: false, position: { cursor: undefined } });
    expect(server.asked[0]?.body).not.toHaveProperty("cursor");
  });

  test("of a feed are not asked for again by the driver", async () => {
    server.answer = () => refusal(429, "limit_exceeded");
    const { error } = await read({ isStreaming: false });
    await pass(60_000);
    expect([error(), server.asked.length]).toMatchObject([{ code: "limit_exceeded" }, 1]);
  });

  test("of a feed are read first, where there may be more than a stream replays", async () => {
    server.answer = ({ path }) => (path === "/feed/1" ? feedPage([change(1)], "c1") : undefined);
    const { position } = await read({ position: { isBeyondReplay: true } });
    expect(server.paths).toEqual(["/feed/1", "/stream/1"]);
    expect(position.isBeyondReplay).toBe(true);
    const first = await read();
    expect(server.paths.slice(2)).toEqual(["/stream/1"]);
    expect(first.position.isBeyondReplay).toBe(true);
  });

  test("of a feed are read no further once nobody wants them", async () => {
    server.answer = () => feedPage([], "c1", server.asked.length < 5);
    const { error } = await read({
      isStreaming: false,
      prepare: ({ onRead }, ending) => onRead.mockImplementation(async () => ending.abort()),
    });
    expect([server.asked.length, error()]).toMatchObject([1, { name: "AbortError" }]);
  });

  test.each([
    ["feed", false],
    ["stream", true],
  ])("of a %s have long numbers of the kind that the snapshot has", async (_, isStreaming) => {
    const long = { ...change(1), data: { id: "1", n: { "@long": "5" } } };
    server.answer = ({ path }) => (path === "/feed/1" ? feedPage([long], "c1") : undefined);
    const { reader } = await read({ isStreaming, position: { request: { long_type: "bigint" } } });
    server.streams[0]?.send(long);
    await pass();
    expect(reader.onRead.mock.calls[0]?.[0][0]).toMatchObject({ data: { n: 5n } });
    const usual = await read({ isStreaming });
    server.streams[1]?.send(long);
    await pass();
    expect(usual.reader.onRead.mock.calls[0]?.[0][0]).toMatchObject({ data: { n: 5 } });
  });

  test("are asked for with a token that the reader accepts, and is told of", async () => {
    const { reader, position } = await read();
    expect(reader.acceptToken.mock.calls).toEqual([[50_000, false]]);
    expect(position.rights).toContain("ada");
    const same = await read({ position: { rights: String(position.rights) } });
    expect(same.reader.acceptToken.mock.calls).toEqual([[50_000, false]]);
    const other = await read({ position: { rights: "others" } });
    expect(other.reader.acceptToken.mock.calls).toEqual([[50_000, true]]);
    expect(other.position.rights).toBe(position.rights);
  });

  test("are asked for with the next token, if the reader refuses the first one", async () => {
    const { reader, position } = await read({
      prepare: ({ acceptToken }) => acceptToken.mockReturnValueOnce(false),
    });
    expect([reader.acceptToken.mock.calls.length, server.asked.length]).toEqual([2, 1]);
    expect(position.rights).toBeDefined();
  });

  test("are not asked for, if the reader answers itself", async () => {
    const { error } = await read({
      prepare: ({ beforeSend }) =>
        beforeSend.mockImplementation(() => refusal(429, "limit_exceeded")),
    });
    expect([error(), server.asked.length]).toMatchObject([{ code: "limit_exceeded" }, 0]);
  });
});
