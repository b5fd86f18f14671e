import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";

import { eventually } from "../support/eventually";
import { launchChromium } from "./support/chromium";
import { type LiveApp, startLiveApp } from "./support/live-app";

let app: LiveApp;
let browser: Browser;

beforeAll(async () => {
  [app, browser] = await Promise.all([startLiveApp(), launchChromium()]);
});
afterAll(() => Promise.all([app.close(), browser.close()]));

async function openPage(): Promise<Page> {
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  await page.exposeFunction("getToken", (user: string) => app.token(user));
  await page.goto(`${app.url}garbage.html?endpoint=${encodeURIComponent(app.fauna.url)}`);
  return page;
}

const ROUNDS = 5;

test("clients, caches, subscriptions and screens that are over leave no object, timer or stream in Chromium", async () => {
  const page = await openPage();
  const heap = await page.context().newCDPSession(page);
  await page.evaluate((rounds) => window.garbage.run(rounds), ROUNDS);

  // One of each may be held by the engine or by React, which keeps what it rendered last.
  const few = (made: number): object => ({ made, alive: expect.toSatisfy((n) => n <= 1) });
  await eventually(async () => {
    await heap.send("HeapProfiler.collectGarbage");
    expect(await page.evaluate(() => window.garbage.count())).toEqual({
      client: few(2 * ROUNDS),
      cache: few(ROUNDS),
      subscription: few(ROUNDS),
      screen: few(ROUNDS),
    });
    expect(await page.evaluate(() => window.garbage.timers())).toBe(0);
    expect(app.fauna.streams).toHaveLength(0);
  });
});
