import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { launchChromium } from "./support/chromium";
import { type LiveApp, openLivePage, startLiveApp } from "./support/live-app";

let app: LiveApp;
let browser: Browser;

beforeAll(async () => {
  [app, browser] = await Promise.all([startLiveApp(), launchChromium()]);
});
afterAll(() => Promise.all([app.close(), browser.close()]));

/** Writes from elsewhere. */
const create = (list: number, title: string): Promise<unknown> =>
  app.write(`L0.create({ list: ${list}, owner: "nobody", shared: true, title: "${title}" })`);
const streamsOf = (user: string): number => app.streamsOf(user).length;

// All at once: they have windows, users and lists of their own, and one takes its time.
test.concurrent("what is written in one window shows in the other", async (context) => {
  const [ada, bob] = await Promise.all([
    openLivePage(context, browser, app, { user: "ada-1", first: 10 }),
    openLivePage(context, browser, app, { user: "bob-1", first: 10 }),
  ]);
  await Promise.all([ada.is("live"), bob.is("live")]);
  await ada.add("From Ada");
  await bob.shows("From Ada");
  await bob.add("From Bob");
  await Promise.all([ada.shows("From Bob"), bob.shows("From Bob")]);
  expect(await ada.titles()).toEqual(["From Ada", "From Bob"]);
  expect(await bob.titles()).toEqual(["From Ada", "From Bob"]);
});

test.concurrent(
  "what was written while the network was away shows when it is back",
  async (context) => {
    const ada = await openLivePage(context, browser, app, { user: "ada-2", first: 20 });
    await ada.is("live");
    await ada.context.setOffline(true);
    for (const stream of app.streamsOf("ada-2")) stream.drop();
    await ada.is("reconnecting");
    await create(20, "Written meanwhile");
    await ada.context.setOffline(false);
    await ada.shows("Written meanwhile");
    await ada.is("live");
    await create(20, "Written since");
    await ada.shows("Written since");
    expect(ada.count("/query/1"), "snapshots").toBe(1);
  },
);

test.concurrent("eight live lists leave a browser connections for queries", async (context) => {
  const lists = [30, 31, 32, 33, 34, 35, 36, 37];
  const ada = await openLivePage(context, browser, app, { user: "ada-3", first: 30, lists: 8 });
  for (const list of lists) await ada.is("live", list);
  expect(streamsOf("ada-3")).toBe(3);
  await ada.add("While eight are live");
  await ada.shows("While eight are live");
  for (const list of lists) await create(list, `For ${list}`);
  for (const list of lists) await ada.shows(`For ${list}`, list);
});

test.concurrent("a page that is left closes its stream", async (context) => {
  const ada = await openLivePage(context, browser, app, { user: "ada-4", first: 40 });
  await ada.is("live");
  expect(streamsOf("ada-4")).toBe(1);
  await ada.page.goto("about:blank");
  await expect.poll(() => streamsOf("ada-4")).toBe(0);
});

test.concurrent("with tokens of 5 s every write shows once, in order", async (context) => {
  const options = { user: "ada-5", first: 50, lifetime: 5 };
  const ada = await openLivePage(context, browser, app, options);
  await ada.is("live");
  const written = Array.from({ length: 12 }, (_, n) => `Write ${n + 1}`);
  for (const title of written) {
    await create(50, title);
    await ada.shows(title);
    // The time between two writes, at some of which a token ends.
    await ada.page.waitForTimeout(1700);
  }
  expect(await ada.titles()).toEqual(written);
  expect(ada.count("/query/1"), "snapshots").toBe(1);
  expect(ada.count("401"), "refused tokens").toBe(0);
  // However fast it goes, it takes more than 5 tokens.
  expect(ada.count("/stream/1"), "connections").toBeGreaterThan(5);
  await ada.is("live");
});
