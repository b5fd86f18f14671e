import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { launchChromium } from "../browser/support/chromium";
import { type ServedApp, startApp } from "./support/served-app";
import { ADAS, isLive, Windows } from "./support/windows";

const FOLDER = join(import.meta.dirname, "../tanstack-start");
const VITE = join(FOLDER, "node_modules/vite/bin/vite.js");

// `npm run test:frameworks:all`: TanStack Start asks for a newer Node than the library does, and another installation.
describe.runIf(process.env["TEST_ALL"])("TanStack Start", () => {
  let app: ServedApp;
  let browser: Browser;
  let windows: Windows;

  beforeAll(async () => {
    const starting = startApp({
      folder: FOLDER,
      prefix: "VITE_",
      build: [VITE, "build"],
      serve: [VITE, "preview", "--host", "localhost", "--port", "0"],
    });
    [app, browser] = await Promise.all([starting, launchChromium()]);
    windows = new Windows(app, browser);
  });
  afterAll(() => Promise.all([app.close(), browser.close()]));

  test("the page's source has the todos, the fallback of what nobody has prefetched, and no token", async () => {
    const [context] = await windows.signedIn("Ada Lovelace");
    const html = await (await context.request.get(app.url)).text();
    for (const text of [ADAS, "Counting…"]) expect(html).toContain(text);
    expect(html).not.toContain("eyJ");
  });

  test("the browser asks for no list that the server has read, and follows it from there", async () => {
    const [context] = await windows.signedIn("Ada Lovelace");
    const window = await windows.open(context);
    await isLive(window);
    await window.page.getByText("todos").waitFor();
    const { queries } = window;
    expect(queries.filter((body) => !body.includes("count()"))).toEqual([]);
  });

  test("what a server function writes is seen in the window that called it, and in another one", async () => {
    const [context, first] = await windows.signedIn("Alan Turing");
    const second = await windows.open(context);
    await isLive(second);
    await first.page.getByLabel("New todo").fill("Decide the undecidable");
    await first.page.getByRole("button", { name: "Add" }).click();
    for (const { page } of [first, second])
      await page.getByRole("listitem").getByText("Decide the undecidable").waitFor();
  });

  test("signing out leaves nothing behind, in the page and on the server", () =>
    windows.expectNothingAfterSignOut("Ada Lovelace", ADAS));

  test("the server has logged neither an error nor a token", () =>
    windows.expectCleanLog("Ada Lovelace"));

  test("one request asks Clerk for one token", () => windows.expectOneToken("Ada Lovelace"));

  test("the app's types hold", async () => {
    const tsc = join(FOLDER, "../../node_modules/typescript-7/bin/tsc");
    await promisify(execFile)(process.execPath, [tsc, "-p", FOLDER]);
  });
});
