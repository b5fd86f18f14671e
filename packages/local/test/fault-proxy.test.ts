import { connect as connectHttp2 } from "node:http2";
import { text } from "node:stream/consumers";
import { Client, fql } from "fauna";
import { startFaultProxy, startLocalFauna, type FaultProxy, type LocalFauna } from "../src";
import { json, type Handler } from "../src/http/exchange";
import { listen, type Listener } from "../src/http/listen";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

describe("before a Fauna", () => {
  let fauna: LocalFauna;
  let proxy: FaultProxy;

  beforeEach(async () => {
    fauna = await startLocalFauna({ record: true, seed: `Collection.create({ name: "Todo" })` });
    proxy = await startFaultProxy({ target: fauna.url, record: true });
  });
  afterEach(async () => {
    await proxy.close();
    await fauna.close();
  });

  const post = (path: string, body: object): Promise<Response> =>
    fetch(proxy.url + path, {
      method: "POST",
      headers: { authorization: `Bearer ${fauna.secret}`, "x-format": "simple" },
      body: JSON.stringify(body),
    });
  const query = async (text: string): Promise<unknown> => {
    const { data } = (await (await post("/query/1", { query: text })).json()) as { data: unknown };
    return data;
  };

  test("the driver's queries reach it over HTTP/2", async () => {
    const client = new Client({ endpoint: new URL(proxy.url), secret: fauna.secret });
    onTestFinished(() => client.close());
    expect((await client.query(fql`1 + 1`)).data).toBe(2);
    expect(proxy.requests.map(({ protocol }) => protocol)).toEqual(["h2"]);
    expect(fauna.requests.map(({ protocol }) => protocol)).toEqual(["http/1.1"]);
  });

  test("an answer to a page of another origin can be read by it", async () => {
    const headers = { origin: "https://app.example.test" };
    const preflight = await fetch(`${proxy.url}/query/1`, { method: "OPTIONS", headers });
    const allowed = preflight.headers.get("access-control-allow-headers");
    expect(allowed).toContain("authorization");
    proxy.faults.respond({ status: 503 });
    const answer = await fetch(`${proxy.url}/ping`, { headers });
    expect(answer.headers.get("access-control-allow-origin")).toBe(headers.origin);
  });

  test("a connection that is cut before the server has its request leaves nothing written", async () => {
    proxy.faults.drop("before");
    await expect(query("Todo.create({})")).rejects.toThrow("fetch failed");
    expect(await query("Todo.all().count()")).toBe(0);
  });

  test("a connection that is cut after the server has answered loses the answer of a write", async () => {
    proxy.faults.drop("after");
    await expect(query("Todo.create({})")).rejects.toThrow("fetch failed");
    expect(await query("Todo.all().count()")).toBe(1);
  });

  test("a fault's answer comes instead of the server's", async () => {
    proxy.faults.respond({ status: 429, body: { error: { code: "limit_exceeded" } } });
    expect((await post("/query/1", { query: "1" })).status).toBe(429);
    expect(fauna.requests).toEqual([]);
    expect(await query("1")).toBe(1);
  });

  test("requests and answers can be changed on their way, and are observed as they came", async () => {
    const other = await startFaultProxy({
      target: fauna.url,
      record: true,
      intercept: async (request, send) => {
        const authorization = `Bearer ${fauna.secret}`;
        const answer = await send({ ...request, headers: { ...request.headers, authorization } });
        return { ...answer, headers: { ...answer.headers, "x-through": "the proxy" } };
      },
    });
    onTestFinished(() => other.close());
    const answer = await fetch(`${other.url}/query/1`, {
      method: "POST",
      headers: { authorization: "Bearer mine", "x-format": "simple" },
      body: JSON.stringify({ query: "2" }),
    });
    expect(await answer.json()).toMatchObject({ data: 2 });
    expect(answer.headers.get("x-through")).toBe("the proxy");
    expect(other.requests[0]?.headers["authorization"]).toBe("Bearer mine");
  });

  describe("a stream", () => {
    interface Line {
      type: string;
      data?: { n: number };
      error?: { code: string };
    }
    let lines: Line[];
    let ending: Promise<"ended" | "cut">;

    beforeEach(async () => {
      const source = (await query("Todo.all().map(todo => { n: todo.n }).eventSource()")) as string;
      const { body } = await post("/stream/1", { token: source });
      lines = [];
      ending = read(body!, lines).then(
        () => "ended",
        () => "cut",
      );
      await vi.waitFor(() => expect(lines.map(({ type }) => type)).toEqual(["status"]));
    });

    test("is there for as long as the server's is", async () => {
      expect(proxy.streams).toHaveLength(1);
      await query("Todo.create({ n: 1 })");
      await vi.waitFor(() => expect(lines[1]).toMatchObject({ type: "add" }));
      fauna.streams[0]?.end();
      expect(await ending).toBe("ended");
      expect(proxy.streams).toEqual([]);
    });

    test.each(["drop", "end"] as const)("ends on both sides by %s()", async (how) => {
      proxy.streams[0]?.[how]();
      expect(await ending).toBe(how === "end" ? "ended" : "cut");
      await vi.waitFor(() => expect(fauna.streams).toEqual([]));
    });

    test("is cut when the server cuts it", async () => {
      fauna.streams[0]?.drop();
      expect(await ending).toBe("cut");
    });

    test("fail() sends an error and ends it", async () => {
      proxy.streams[0]?.fail("permission_loss", "Gone.");
      expect(await ending).toBe("ended");
      expect(lines.at(-1)?.error?.code).toBe("permission_loss");
    });

    test("send() sends an event between the server's", async () => {
      proxy.streams[0]?.send({ type: "status", cursor: "mine" });
      await vi.waitFor(() => expect(lines[1]).toEqual({ type: "status", cursor: "mine" }));
    });

    test("silence() sends nothing any more, and keeps it open", async () => {
      proxy.streams[0]?.silence();
      await query("Todo.create({ n: 1 })");
      proxy.streams[0]?.send({ type: "status" });
      proxy.streams[0]?.end();
      await ending;
      expect(lines).toHaveLength(1);
    });

    test("close() ends it", async () => {
      await proxy.close();
      expect(await ending).toBe("cut");
      await vi.waitFor(() => expect(fauna.streams).toEqual([]));
    });
  });
});

describe("before any server", () => {
  let server: Listener;
  let proxy: FaultProxy;
  let handler: Handler;

  beforeEach(async () => {
    server = await listen((request) => handler(request));
    proxy = await startFaultProxy({ target: server.url });
  });
  afterEach(async () => {
    await proxy.close();
    await server.close();
  });

  test("method, path, search, headers and body reach it, and its answer comes back", async () => {
    handler = ({ method, path, query, headers, body }) =>
      Promise.resolve(
        json(
          418,
          { method, path, search: [...query], "x-one": headers["x-one"], body },
          { "x-two": "2" },
        ),
      );
    const answer = await fetch(`${proxy.url}/a/b?c=d&e=%26`, {
      method: "PUT",
      headers: { "x-one": "1" },
      body: "é",
    });
    expect([answer.status, answer.headers.get("x-two")]).toEqual([418, "2"]);
    expect(await answer.json()).toEqual({
      method: "PUT",
      path: "/a/b",
      search: [
        ["c", "d"],
        ["e", "&"],
      ],
      "x-one": "1",
      body: "é",
    });
  });

  test("it answers over HTTP/2, too", async () => {
    handler = () => Promise.resolve(json(200, "fine"));
    const session = connectHttp2(proxy.url);
    onTestFinished(() => session.close());
    expect(await text(session.request({ ":path": "/" }))).toBe('"fine"');
  });

  test("an answer that breaks off is a bad gateway", async () => {
    handler = () => Promise.resolve({ status: 0, drop: true });
    const answer = await fetch(proxy.url);
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ error: { code: "bad_gateway" } });
  });

  test("a server that is not there is a bad gateway, whose address the message names", async () => {
    await server.close();
    const answer = await fetch(proxy.url);
    expect(answer.status).toBe(502);
    const { error } = (await answer.json()) as { error: { message: string } };
    expect(error.message).toContain(server.url);
  });
});

async function read(body: ReadableStream<BufferSource>, lines: unknown[]): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const whole = (rest + value).split("\n");
    rest = whole.pop() ?? "";
    lines.push(...whole.map((line): unknown => JSON.parse(line)));
  }
}
