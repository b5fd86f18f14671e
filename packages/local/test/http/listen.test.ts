import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { json, type Handler, type LocalRequest } from "../../src/http/exchange";
import { listen, type Listener } from "../../src/http/listen";

let open: Listener | undefined;
afterEach(() => open?.close());

async function start(handler: Handler): Promise<Listener> {
  open = await listen(handler);
  return open;
}

const echo: Handler = ({ method, path, body, protocol }) =>
  Promise.resolve(json(200, { method, path, body, protocol }));

async function overHttp2(url: string, body: string): Promise<unknown> {
  const session = connectHttp2(url);
  const stream = session.request({ ":method": "POST", ":path": "/a?b=c" });
  stream.end(body);
  const answer: unknown = JSON.parse(await text(stream));
  session.close();
  return answer;
}

test("answers HTTP/1.1", async () => {
  const { url } = await start(echo);
  const answer = await fetch(`${url}/a?b=c`, { method: "POST", body: "é" });
  expect(await answer.json()).toEqual({
    method: "POST",
    path: "/a",
    body: "é",
    protocol: "http/1.1",
  });
});

test("answers HTTP/2 with prior knowledge on the same port", async () => {
  const { url } = await start(echo);
  expect(await overHttp2(url, "é")).toEqual({
    method: "POST",
    path: "/a",
    body: "é",
    protocol: "h2",
  });
  expect((await fetch(url)).status).toBe(200);
});

test("recognises HTTP/1.1 when the first bytes come one by one and look like the preface", async () => {
  const { port } = await start(echo);
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.setNoDelay(true);
  for (const part of ["P", "R", "OPFIND", " / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"]) {
    socket.write(part);
    await new Promise(setImmediate);
  }
  expect(await text(socket)).toContain('"method":"PROPFIND"');
});

test("gives every header in lower case and the query string apart", async () => {
  let seen: LocalRequest | undefined;
  const { url } = await start((request) => {
    seen = request;
    return echo(request);
  });
  await fetch(`${url}/a/b?x=1&y=`, { headers: { "X-Format": "tagged" } });
  expect(seen?.headers["x-format"]).toBe("tagged");
  expect([...(seen?.query ?? [])]).toEqual([
    ["x", "1"],
    ["y", ""],
  ]);
});

test("aborts the request's signal when the client goes away", async () => {
  let aborted = (): void => undefined;
  const seen = new Promise<void>((resolve) => (aborted = resolve));
  const controller = new AbortController();
  const { url } = await start(
    (request) =>
      new Promise((resolve) => {
        request.signal.addEventListener("abort", () => {
          aborted();
          resolve(json(200, null));
        });
        controller.abort();
      }),
  );
  await expect(fetch(url, { signal: controller.signal })).rejects.toThrow("aborted");
  await seen;
});

test("sends chunks as they come", async () => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  async function* chunks(): AsyncGenerator<string> {
    yield "one\n";
    await released;
    yield "two\n";
  }
  const { url } = await start(() => Promise.resolve({ status: 200, body: chunks() }));
  const reader = (await fetch(url)).body!.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader.read()).value).toBe("one\n");
  release();
  expect((await reader.read()).value).toBe("two\n");
  expect((await reader.read()).done).toBe(true);
});

test("an exception in the handler is a 500 that names it", async () => {
  const { url } = await start(() => Promise.reject(new Error("broken")));
  const answer = await fetch(url);
  expect(answer.status).toBe(500);
  expect(await answer.json()).toEqual({ error: { code: "internal_error", message: "broken" } });
});

test("close() ends connections that are in the middle of an answer", async () => {
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const listener = await start(() => {
    arrive();
    return new Promise(() => undefined);
  });
  const answer = fetch(listener.url).catch((error: Error) => error.message);
  await arrived;
  await listener.close();
  expect(await answer).toBe("fetch failed");
});

test("close() frees the port", async () => {
  const first = await start(echo);
  await first.close();
  open = await listen(echo, first.port);
  expect((await fetch(open.url)).status).toBe(200);
});

test("a taken port rejects", async () => {
  const { port } = await start(echo);
  await expect(listen(echo, port)).rejects.toThrow("EADDRINUSE");
});
