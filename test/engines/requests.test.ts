import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { eventually } from "../support/eventually";
import { makeToken } from "../support/token";
import { engines, shareWindow } from "./support/engines";
import { type LibraryPage, listen, startLibraryPage } from "./support/library-page";

let page: LibraryPage;

beforeAll(async () => {
  page = await startLibraryPage((user) => Promise.resolve(makeToken({ sub: user })));
});
afterAll(() => page.close());

/** A server that answers the rest of nothing: requests with "half" in them get half an answer. */
async function startHangingServer() {
  const state = { url: "", waiting: 0, half: 0, cuts: false };
  const server = await listen((request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "*, authorization");
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    let body = request.url ?? "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      if (!body.includes("half") && !state.cuts) return void state.waiting++;
      state.half++;
      response.setHeader("content-type", "application/json").write('{"data":{"a":1}');
      // Later, so that the half is there before the connection ends.
      if (state.cuts) setTimeout(() => response.destroy(), 50);
    });
  });
  onTestFinished(() => server.close());
  return Object.assign(state, { url: server.url });
}

describe.each(engines)("$name", (engine) => {
  const shared = shareWindow(engine);

  test("a switch of identity ends all its requests, which say so, even after a garbage collection", async () => {
    const server = await startHangingServer();
    const window = shared();
    await window.goto(page.url);
    await window.run((url) => globalThis.window.page.render(url, "ada"), server.url);
    await eventually(() => expect(server).toMatchObject({ waiting: 3, half: 2 }));
    await window.run(() => globalThis.window.page.churn());
    const outcomes = await window.run((url) => {
      globalThis.window.page.render(url, "bob");
      return globalThis.window.page.outcomes();
    }, server.url);
    expect(outcomes).toEqual([
      "identity_changed",
      "identity_changed",
      "identity_changed, maybe applied",
      "identity_changed",
      "identity_changed",
    ]);
    expect((await window.run(() => globalThis.window.page.seen)).unhandled).toEqual([]);
  });

  test("a request times out, even after a garbage collection", async () => {
    const server = await startHangingServer();
    const window = shared();
    await window.goto(page.url);
    const outcome = await window.run(async (url) => {
      const { query, churn } = globalThis.window.page;
      const [outcome] = await Promise.all([query(url), churn()]);
      return outcome;
    }, server.url);
    expect(outcome).toBe("NetworkError TimeoutError");
  });

  test("an answer that is cut is a lost connection, whose end WebKit does not tell", async () => {
    const server = await startHangingServer();
    server.cuts = true;
    const window = shared();
    await window.goto(page.url);
    const outcome = await window.run((url) => globalThis.window.page.query(url), server.url);
    expect(outcome).toMatch(/^NetworkError (TypeError|SyntaxError)$/);
  });
});
