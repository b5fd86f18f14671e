import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { launchChromium } from "../browser/support/chromium";
import { type ServedApp, startApp } from "./support/served-app";
import { ADAS, Windows } from "./support/windows";

const FOLDER = join(import.meta.dirname, "../../examples/react-router");
const BUILDER = join(FOLDER, "node_modules/@react-router/dev/bin.js");

let app: ServedApp;
let browser: Browser;
let windows: Windows;

beforeAll(async () => {
  const starting = startApp({
    folder: FOLDER,
    prefix: "VITE_",
    build: [BUILDER, "build"],
    serve: [join(FOLDER, "node_modules/@react-router/serve/bin.js"), "build/server/index.js"],
    env: { HOST: "localhost" },
  });
  [app, browser] = await Promise.all([starting, launchChromium()]);
  windows = new Windows(app, browser);
});
afterAll(() => Promise.all([app.close(), browser.close()]));

async function add(page: Page, title: string): Promise<void> {
  await page.getByLabel("New todo").fill(title);
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("listitem").getByText(title).waitFor();
}

test("the example's types hold", async () => {
  const run = promisify(execFile);
  await run(process.execPath, [BUILDER, "typegen"], { cwd: FOLDER });
  const tsc = join(FOLDER, "../../node_modules/typescript-7/bin/tsc");
  await run(process.execPath, [tsc, "-p", FOLDER]);
});

test("the page's source and its data have the todos and no token", async () => {
  const [context] = await windows.signedIn("Ada Lovelace");
  for (const path of ["/", "/_root.data"]) {
    const text = await (await context.request.get(app.url + path)).text();
    expect(text).toContain(ADAS);
    expect(text).not.toContain("eyJ");
  }
});

test("the browser asks for no data that the loader has read, and follows it from there", () =>
  windows.expectNoQueries("Ada Lovelace"));

test("the loader that follows an action sees what it has written", async () => {
  const [, { page }] = await windows.signedIn("Alan Turing");
  // What the browser itself asks is never answered.
  await page.route("**/query/1", () => {});
  const loaded = page.waitForRequest(/\/_root\.data/);
  await add(page, "Decide the undecidable");
  const { cookie } = await (await loaded).allHeaders();
  expect(cookie).toMatch(/\bfauna-txn=\d+/);
});

test("each action is followed by one request for all loaders, as React Router has it", async () => {
  const [, { page, requests }] = await windows.signedIn("Alan Turing");
  for (const title of ["Halt", "Do not halt"]) {
    const loaded = page.waitForResponse(
      (response) => /_root\.data/.test(response.url()) && response.request().method() === "GET",
    );
    await add(page, title);
    await loaded;
  }
  // Two actions, and the loaders after each.
  expect(requests.filter((path) => path === "/_root.data")).toHaveLength(4);
});

test("without JavaScript the page shows the todos, and its form writes", async () => {
  const [signed] = await windows.signedIn("Ada Lovelace");
  const { page } = await windows.open(await windows.withoutScripts(signed));
  await page.getByText(ADAS).waitFor();
  await add(page, "Without a script");
});

test("one request asks Clerk for one token", () => windows.expectOneToken("Ada Lovelace"));

test("what suspends without its data is the fallback in the HTML, and the browser's", async () => {
  const [context] = await windows.signedIn("Grace Hopper");
  const answer = await context.request.get(`${app.url}/progress`);
  expect(answer.status()).toBe(200);
  expect(await answer.text()).toContain("<p>Counting…</p>");
  const { page } = await windows.open(context, "/progress");
  await page.getByText("1000 todos").waitFor();
});

test("signing out leaves nothing behind, in the page and on the server", () =>
  windows.expectNothingAfterSignOut("Ada Lovelace", ADAS));

test("the server has logged neither an error nor a token", () =>
  windows.expectCleanLog("Ada Lovelace"));
