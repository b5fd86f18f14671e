import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";

import { launchChromium } from "../browser/support/chromium";
import { NEXT_FOLDER, type NextApp, startNextApp } from "./support/next-app";

let app: NextApp;
let browser: Browser;

beforeAll(async () => {
  [app, browser] = await Promise.all([startNextApp(), launchChromium()]);
});
afterAll(() => Promise.all([app.close(), browser.close()]));

const ADAS = "Write to Mr Babbage";

/** A window on the example. The test fails if it logs an error, or asks anybody beyond loopback. */
async function openWindow(context: BrowserContext, path = "/"): Promise<Window> {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const problems: string[] = [];
  const requests: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("request", (request) => {
    const { protocol, hostname, pathname } = new URL(request.url());
    requests.push(pathname);
    if (/^http/.test(protocol) && !["localhost", "127.0.0.1"].includes(hostname))
      problems.push(request.url());
  });
  onTestFinished(async () => {
    await page.close();
    expect(problems).toEqual([]);
  });
  await page.goto(new URL(path, app.url).href);
  return { page, requests };
}

interface Window {
  page: Page;
  /** The paths that were asked for so far. */
  requests: string[];
}

async function newProfile(options?: Parameters<Browser["newContext"]>[0]): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  return context;
}

/** A browser in which somebody is signed in and sees the list. */
async function signedIn(name: string): Promise<[BrowserContext, Window]> {
  const context = await newProfile();
  const window = await openWindow(context);
  await window.page.getByRole("button", { name }).click();
  await isLive(window);
  return [context, window];
}

const isLive = ({ page }: Window): Promise<void> =>
  page.getByRole("status").getByText("live", { exact: true }).waitFor();

test("the example's types hold", async () => {
  const tsc = join(NEXT_FOLDER, "../../node_modules/typescript-7/bin/tsc");
  await promisify(execFile)(process.execPath, [tsc, "-p", NEXT_FOLDER]);
});

test("a page with a query in a Suspense stays static, one of a request is rendered for each", () => {
  expect(app.buildLog).toMatch(/○ \/progress\b/);
  expect(app.buildLog).toMatch(/ƒ \/\n/);
});

test("the page's source has the todos and no token", async () => {
  const [context] = await signedIn("Ada Lovelace");
  const html = await (await context.request.get(app.url)).text();
  const flight = await context.request.get(app.url, { headers: { rsc: "1" } });
  for (const text of [html, await flight.text()]) {
    expect(text).toContain(ADAS);
    expect(text).not.toContain("eyJ");
  }
});

test("the page shows the todos without JavaScript", async () => {
  const [signed] = await signedIn("Ada Lovelace");
  const context = await newProfile({
    javaScriptEnabled: false,
    storageState: await signed.storageState(),
  });
  const { page } = await openWindow(context);
  await page.getByText(ADAS).waitFor();
});

test("the browser asks for no data that the server has read, and follows it from there", async () => {
  const [context] = await signedIn("Ada Lovelace");
  const window = await openWindow(context);
  await isLive(window);
  expect(window.requests).toContain("/stream/1");
  expect(window.requests).not.toContain("/query/1");
});

test("a server whose cookies have no session token gets one from Clerk", async () => {
  const [context] = await signedIn("Ada Lovelace");
  await context.clearCookies({ name: /^__session/ });
  const window = await openWindow(context);
  expect(window.page.url()).toBe(`${app.url}/`);
  await isLive(window);
  expect(window.requests).not.toContain("/query/1");
});

test("what a Server Action writes is seen in the window that called it, and in another one", async () => {
  const [context, first] = await signedIn("Alan Turing");
  const second = await openWindow(context);
  await isLive(second);
  await first.page.getByLabel("New todo").fill("Decide the undecidable");
  await first.page.getByRole("button", { name: "Add" }).click();
  const todo = { name: "Decide the undecidable" };
  await first.page.getByRole("button", { ...todo, pressed: false }).click();
  for (const { page } of [first, second])
    await page.getByRole("button", { ...todo, pressed: true }).waitFor();
});

test("a static page asks in the browser for what suspends there", async () => {
  const [context] = await signedIn("Grace Hopper");
  const { page } = await openWindow(context, "/progress");
  await page.getByText("of 1000 done").waitFor();
});

test("signing out leaves nothing behind, in the page and on the server", async () => {
  const [context, { page }] = await signedIn("Ada Lovelace");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Ada Lovelace" }).waitFor();
  expect(await page.getByText(ADAS).count()).toBe(0);
  expect(await (await context.request.get(app.url)).text()).not.toContain(ADAS);
});

/** Both parts of a token, its signature apart: source maps begin as one part does. */
const TOKEN = /eyJ[\w-]{10,}\.eyJ[\w-]{10,}/;

test("no token is in Next's files and logs", async () => {
  await signedIn("Ada Lovelace");
  expect(app.log()).not.toMatch(TOKEN);
  const files = await readdir(join(NEXT_FOLDER, ".next"), { recursive: true, withFileTypes: true });
  const texts = files
    .filter((file) => file.isFile())
    .map((file) => readFile(join(file.parentPath, file.name), "latin1"));
  expect((await Promise.all(texts)).filter((text) => TOKEN.test(text))).toEqual([]);
});
