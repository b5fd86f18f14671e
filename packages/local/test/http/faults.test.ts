import { connect as connectHttp2 } from "node:http2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { json } from "../../src/http/exchange";
import { Faults } from "../../src/http/faults";
import { listen, type Listener } from "../../src/http/listen";

let faults: Faults;
let handled: string[];
let server: Listener;

beforeEach(async () => {
  faults = new Faults();
  handled = [];
  server = await listen((request) =>
    faults.run(request, ({ path }) => {
      handled.push(path);
      return Promise.resolve(json(200, "fine"));
    }),
  );
});
afterEach(() => server.close());

const get = (path = "/", init?: RequestInit): Promise<Response> => fetch(server.url + path, init);

test("without faults the handler answers", async () => {
  expect(await (await get()).json()).toBe("fine");
});

test("respond() answers the next request instead of the handler, and only that one", async () => {
  const fault = faults.respond({
    status: 503,
    body: { error: "busy" },
    headers: { "retry-after": "1" },
  });
  const answer = await get();
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(await answer.json()).toEqual({ error: "busy" });
  expect(handled).toEqual([]);
  expect((await get()).status).toBe(200);
  expect(fault.hits).toBe(1);
});

test("respond() sends text as it is", async () => {
  faults.respond({ status: 502, body: "<html>" });
  expect(await (await get()).text()).toBe("<html>");
});

test("a fault meets as many requests as `times` says", async () => {
  faults.respond({ status: 429 }, { times: 2 });
  const statuses = [await get(), await get(), await get()].map(({ status }) => status);
  expect(statuses).toEqual([429, 429, 200]);
});

test.each([
  ["the exact path", "/a"],
  ["a pattern", /^\/a$/],
  ["a function", (request: { path: string }) => request.path === "/a"],
])("a fault meets only requests that match %s", async (_name, match) => {
  faults.respond({ status: 500 }, { match, times: Infinity });
  const statuses = [await get("/a"), await get("/ab"), await get("/a")].map(({ status }) => status);
  expect(statuses).toEqual([500, 200, 500]);
});

test("a CORS preflight meets no fault unless it is matched", async () => {
  faults.respond({ status: 500 });
  expect((await get("/", { method: "OPTIONS" })).status).toBe(200);
  expect((await get()).status).toBe(500);
});

test("stop() switches one fault off, clear() all", async () => {
  faults.respond({ status: 500 }, { times: 9 }).stop();
  expect((await get()).status).toBe(200);
  faults.respond({ status: 500 }, { times: 9 });
  faults.clear();
  expect((await get()).status).toBe(200);
});

test("delay() runs the handler only after the time", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const fault = faults.delay(5000);
    const answer = get();
    await vi.waitUntil(() => fault.hits === 1);
    expect(handled).toEqual([]);
    await vi.advanceTimersByTimeAsync(5000);
    expect((await answer).status).toBe(200);
  } finally {
    vi.useRealTimers();
  }
});

test("drop('before') cuts the connection and the handler never runs", async () => {
  faults.drop("before");
  await expect(get()).rejects.toThrow("fetch failed");
  expect(handled).toEqual([]);
});

test("drop('after') cuts the connection once the handler has run", async () => {
  faults.drop("after");
  await expect(get()).rejects.toThrow("fetch failed");
  expect(handled).toEqual(["/"]);
});

test("drop() cuts an HTTP/2 session", async () => {
  faults.drop("before");
  const session = connectHttp2(server.url);
  const outcome = new Promise((resolve) => {
    session
      .request({ ":path": "/" })
      .on("error", resolve)
      .on("close", () => resolve("closed"));
    session.on("error", () => undefined);
  });
  await outcome;
  expect(session.destroyed || session.closed).toBe(true);
});

test("hold() keeps the answer of a request that has been handled until it is released", async () => {
  const held = faults.hold();
  const answer = get("/a");
  await held.reached();
  expect(handled).toEqual(["/a"]);
  const state = await Promise.race([answer, Promise.resolve("held")]);
  expect(state).toBe("held");
  held.release();
  expect((await answer).status).toBe(200);
});

test("hold({when: 'before'}) keeps the request from the handler", async () => {
  const held = faults.hold({ when: "before", times: 2 });
  const answers = [get(), get()];
  await held.reached(2);
  expect(handled).toEqual([]);
  held.release();
  await Promise.all(answers);
  expect(handled).toEqual(["/", "/"]);
});

test("release() lets later requests pass", async () => {
  faults.hold({ times: Infinity }).release();
  expect((await get()).status).toBe(200);
});

test("clear() releases what is held", async () => {
  const held = faults.hold();
  const answer = get();
  await held.reached();
  faults.clear();
  expect((await answer).status).toBe(200);
});

test("aborted counts the clients that went away before their answer", async () => {
  const held = faults.hold();
  const controller = new AbortController();
  const answer = get("/", { signal: controller.signal });
  await held.reached();
  expect(faults.aborted).toBe(0);
  controller.abort();
  await expect(answer).rejects.toThrow("aborted");
  await vi.waitUntil(() => faults.aborted === 1);
  await get();
  expect(faults.aborted).toBe(1);
});

test("faults that are on together add up, the first outermost", async () => {
  const held = faults.hold();
  faults.respond({ status: 500 });
  const answer = get();
  await held.reached();
  held.release();
  expect((await answer).status).toBe(500);
  expect(handled).toEqual([]);
});
