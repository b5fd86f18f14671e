import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { launchChromium } from "../browser/support/chromium";
import { type ServedApp, startApp } from "./support/served-app";
import { ADAS, isLive, TOKEN, Windows } from "./support/windows";

const NEXT_FOLDER = join(import.meta.dirname, "../../examples/next");
const NEXT = join(NEXT_FOLDER, "node_modules/next/dist/bin/next");

let app: ServedApp;
let browser: Browser;
let windows: Windows;

beforeAll(async () => {
  const starting = startApp({
    folder: NEXT_FOLDER,
    prefix: "NEXT_PUBLIC_",
    build: [NEXT, "build"],
    // By the name that Next has for loopback.
    serve: [NEXT, "start", "--port", "0", "--hostname", "localhost"],
  });
  [app, browser] = await Promise.all([starting, launchChromium()]);
  windows = new Windows(app, browser);
});
afterAll(() => Promise.all([app.close(), browser.close()]));

test("the example's types hold", async () => {
  const tsc = join(NEXT_FOLDER, "../../node_modules/typescript-7/bin/tsc");
  await promisify(execFile)(process.execPath, [tsc, "-p", NEXT_FOLDER]);
});

test("a page with a query in a Suspense stays static, one of a request is rendered for each", () => {
  expect(app.buildLog).toMatch(/○ \/progress\b/);
  expect(app.buildLog).toMatch(/ƒ \/\n/);
});

test("the page's source has the todos and no token", async () => {
  const [context] = await windows.signedIn("Ada Lovelace");
  const html = await (await context.request.get(app.url)).text();
  const flight = await context.request.get(app.url, { headers: { rsc: "1" } });
  for (const text of [html, await flight.text()]) {
    expect(text).toContain(ADAS);
    expect(text).not.toContain("eyJ");
  }
});

test("the page shows the todos without JavaScript", async () => {
  const [signed] = await windows.signedIn("Ada Lovelace");
  const { page } = await windows.open(await windows.withoutScripts(signed));
  await page.getByText(ADAS).waitFor();
});

test("the browser asks for no data that the server has read, and follows it from there", () =>
  windows.expectNoQueries("Ada Lovelace"));

test("a server whose cookies have no session token gets one from Clerk", async () => {
  const [context] = await windows.signedIn("Ada Lovelace");
  await context.clearCookies({ name: /^__session/ });
  const window = await windows.open(context);
  expect(window.page.url()).toBe(`${app.url}/`);
  await isLive(window);
  expect(window.requests).not.toContain("/query/1");
});

test("what a Server Action writes is seen in the window that called it, and in another one", async () => {
  const [context, first] = await windows.signedIn("Alan Turing");
  const second = await windows.open(context);
  await isLive(second);
  await first.page.getByLabel("New todo").fill("Decide the undecidable");
  await first.page.getByRole("button", { name: "Add" }).click();
  const todo = { name: "Decide the undecidable" };
  await first.page.getByRole("button", { ...todo, pressed: false }).click();
  for (const { page } of [first, second])
    await page.getByRole("button", { ...todo, pressed: true }).waitFor();
});

test("a static page asks in the browser for what suspends there", async () => {
  const [context] = await windows.signedIn("Grace Hopper");
  const { page } = await windows.open(context, "/progress");
  await page.getByText("of 1000 done").waitFor();
});

test("signing out leaves nothing behind, in the page and on the server", () =>
  windows.expectNothingAfterSignOut("Ada Lovelace", ADAS));

test("no token is in Next's files and logs", async () => {
  await windows.signedIn("Ada Lovelace");
  expect(app.log()).not.toMatch(TOKEN);
  const files = await readdir(join(NEXT_FOLDER, ".next"), { recursive: true, withFileTypes: true });
  const texts = files
    .filter((file) => file.isFile())
    .map((file) => readFile(join(file.parentPath, file.name), "latin1"));
  expect((await Promise.all(texts)).filter((text) => TOKEN.test(text))).toEqual([]);
});
