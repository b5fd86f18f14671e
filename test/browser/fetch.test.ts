import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

import type * as faunaClerkFetch from "fauna-clerk/fetch";
import type { Browser, Page } from "playwright-core";
import { build, type Rolldown } from "vite";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";

import { launchChromium } from "./support/chromium";

declare const library: typeof faunaClerkFetch;

let browser: Browser;
let script: string;

beforeAll(async () => {
  [browser, script] = await Promise.all([launchChromium(), bundle()]);
});
afterAll(() => browser.close());

/** The entry as a script that makes `library` of it. */
async function bundle(): Promise<string> {
  const entry = fileURLToPath(new URL("../../src/fetch.ts", import.meta.url));
  const [{ output }] = (await build({
    configFile: false,
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"' },
    build: { write: false, lib: { entry, name: "library", formats: ["iife"] } },
  })) as [Rolldown.RolldownOutput];
  return output[0].code;
}

async function listen(serve: RequestListener): Promise<string> {
  const server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Received {
  readonly authorization: string | undefined;
  readonly body: string;
}
interface Answer {
  status?: number;
  location?: string;
}

/** A server that pages of every origin may ask. */
async function startServer(answer: (index: number) => Answer = () => ({})) {
  const requests: Received[] = [];
  const origin = await listen((request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "authorization, content-type");
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    void textOf(request).then((body) => {
      const { status = 200, ...headers } = answer(requests.length);
      requests.push({ authorization: request.headers.authorization, body });
      response.writeHead(status, headers).end("done");
    });
  });
  return { origin, requests };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** A page of an origin of its own, with the library in it. */
async function openPage(): Promise<Page> {
  const url = await listen((_, response) => response.end("<!doctype html>"));
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  await page.goto(url);
  await page.addScriptTag({ content: script });
  return page;
}

/** Sends a POST from a page; its answer. */
const send = (page: Page, origin: string, url: string): Promise<unknown> =>
  page.evaluate(
    async ([origin, url]) => {
      let count = 0;
      const fetch = library.createAuthorizedFetch({
        origin,
        getToken: async () => `token ${++count}`,
      });
      const headers = { "content-type": "application/json" };
      const init = { method: "POST", headers, body: '{"query":"{ whoAmI }"}' };
      try {
        const response = await fetch(url, init);
        return `${response.status} ${await response.text()}`;
      } catch (error) {
        return (error as { code?: string }).code ?? String(error);
      }
    },
    [origin, url] as const,
  );

const body = '{"query":"{ whoAmI }"}';

test("a browser sends the token, and the body again after a 401", async () => {
  const server = await startServer((index) => ({ status: index === 0 ? 401 : 200 }));
  expect(await send(await openPage(), server.origin, `${server.origin}/graphql`)).toBe("200 done");
  expect(server.requests).toEqual([
    { authorization: "Bearer token 1", body },
    { authorization: "Bearer token 2", body },
  ]);
});

test("a browser's redirect to another origin loses the token", async () => {
  const other = await startServer();
  const server = await startServer(() => ({ status: 307, location: other.origin }));
  expect(await send(await openPage(), server.origin, server.origin)).toBe("200 done");
  expect(server.requests).toEqual([{ authorization: "Bearer token 1", body }]);
  expect(other.requests).toEqual([{ authorization: undefined, body }]);
});

test("a browser is kept from completing a relative URL with the page's own origin", async () => {
  const server = await startServer();
  expect(await send(await openPage(), server.origin, "/graphql")).toBe("foreign_origin");
  expect(server.requests).toEqual([]);
});
