import { fql, type StreamClient } from "fauna";
import { afterEach, describe, expect, test, vi } from "vitest";

import { renderClients } from "../support/clients";
import { eventually } from "../support/eventually";
import { failure, success, unauthorized } from "../support/fake-answers";
import { ada, bob } from "../support/fake-clerk";
import { createFakeStream, type FakeStream } from "../support/fake-fauna";
import { modes } from "../support/modes";

const event = (type: string, more: object = {}): string =>
  `${JSON.stringify({ type, txn_ts: 1, cursor: "cursor", stats: {}, ...more })}\n`;

/** Streams `Todo` from a server that sends what the test writes to `server`. */
async function setUp(wrap?: (typeof modes)[number]["wrap"]) {
  const rendered = await renderClients(ada, wrap ? { wrap } : {});
  const { fauna, clients } = rendered;
  const server: FakeStream = createFakeStream();
  fauna.respond = (request) =>
    request.path === "/stream/1" ? { stream: server } : success(request, { "@stream": "source" });
  const stream = clients.v10.stream(fql`Todo.all().eventSource()`);
  return { ...rendered, server, stream, events: stream[Symbol.asyncIterator]() };
}

const data = async (events: ReturnType<StreamClient[typeof Symbol.asyncIterator]>) => {
  const { value } = (await events.next()) as { value: { data?: unknown } | undefined };
  return value?.data;
};

afterEach(() => {
  vi.useRealTimers();
});

describe.each(modes)("$mode", ({ wrap }) => {
  test("a stream sends a fresh token for its event source and for its connection", async () => {
    const { fauna, clerk, server, stream, events } = await setUp(wrap);
    server.write(event("add", { data: "one" }));
    expect(await data(events)).toBe("one");
    expect(fauna.requests.map(({ path }) => path)).toEqual(["/query/1", "/stream/1"]);
    expect(new Set(fauna.requests.map(({ token }) => token)).size).toBe(2);
    expect(clerk.getToken).toHaveBeenCalledTimes(2);
    stream.close();
  });

  test("characters split across chunks are decoded", async () => {
    const { server, stream, events } = await setUp(wrap);
    const text = "Überraschung 🎉 日本語";
    const bytes = Buffer.from(event("add", { data: text }));
    const middle = bytes.indexOf("🎉") + 2;
    server.write(
      Buffer.concat([Buffer.from(event("add", { data: "one" })), bytes.subarray(0, middle)]),
    );
    // Written at once, both parts would be read as one.
    expect(await data(events)).toBe("one");
    server.write(bytes.subarray(middle));
    expect(await data(events)).toBe(text);
    stream.close();
  });

  test("several events in one chunk, and empty lines, are told apart", async () => {
    const { server, stream, events } = await setUp(wrap);
    server.write(`${event("add", { data: "one" })}\n\r\n${event("update", { data: "two" })}`);
    expect([await data(events), await data(events)]).toEqual(["one", "two"]);
    stream.close();
  });

  test("close closes the socket", async () => {
    const { fauna, server, stream, events } = await setUp(wrap);
    server.write(event("add", { data: "one" }));
    await data(events);
    stream.close();
    await eventually(() => expect(fauna.requests[1]?.aborted).toBe(true));
  });

  test("leaving the loop after close closes the socket", async () => {
    const { fauna, server, stream } = await setUp(wrap);
    server.write(event("add", { data: "one" }));
    for await (const _event of stream) stream.close();
    await eventually(() => expect(fauna.requests[1]?.aborted).toBe(true));
  });

  test("a switch of user ends the stream", async () => {
    const { fauna, clerk, server, events } = await setUp(wrap);
    server.write(event("add", { data: "one" }));
    await data(events);
    const next = expect(events.next()).rejects.toMatchObject({ code: "identity_changed" });
    clerk.become(bob);
    await next;
    await eventually(() => expect(fauna.requests[1]?.aborted).toBe(true));
  });
});

test("a stream that is refused with 401 is opened once more with a fresh token", async () => {
  const { fauna, clerk, server, stream, events } = await setUp();
  clerk.cacheTokens();
  const { respond } = fauna;
  fauna.respond = (request, index) =>
    index === 1 ? unauthorized(request) : respond(request, index);
  server.write(event("add", { data: "one" }));
  expect(await data(events)).toBe("one");
  expect(clerk.getToken).toHaveBeenLastCalledWith({ template: "fauna", skipCache: true });
  stream.close();
});

test("a stream that is refused for good rejects with the server's error", async () => {
  const { fauna, events } = await setUp();
  const { respond } = fauna;
  fauna.respond = (request, index) =>
    request.path === "/stream/1"
      ? failure(request, 400, "invalid_request", { message: "No stream." })
      : respond(request, index);
  await expect(events.next()).rejects.toMatchObject({ code: "invalid_request", httpStatus: 400 });
});

test("an error event ends the stream with the driver's error", async () => {
  const { server, events } = await setUp();
  const error = { code: "permission_loss", message: "Lost." };
  server.write(`${JSON.stringify({ type: "error", error, stats: {} })}\n`);
  await expect(events.next()).rejects.toMatchObject({ code: "permission_loss" });
});

test("a stream that the server ends is opened again after a pause, with a fresh token", async () => {
  const { fauna, server, stream, events } = await setUp();
  server.write(event("add", { data: "one" }));
  expect(await data(events)).toBe("one");
  const second = createFakeStream();
  const { respond } = fauna;
  fauna.respond = (request, index) =>
    request.path === "/stream/1" ? { stream: second } : respond(request, index);
  second.write(event("add", { data: "two" }));
  server.end();
  expect(await data(events)).toBe("two");
  const [, before, after] = fauna.requests;
  expect(after?.token).not.toBe(before?.token);
  expect(fauna.requests).toHaveLength(3);
  stream.close();
});
