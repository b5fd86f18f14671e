import type { Browser } from "playwright-core";
import { afterAll, beforeAll, onTestFinished } from "vitest";

import { launchChromium } from "../../browser/support/chromium";
import { openFirefox } from "./firefox";
import { programAt } from "./tied-process";
import { openWebKit } from "./webkit";
import type { Window } from "./window";

/** For `describe.each`: the engines of all browsers that people use. */
export const engines: readonly { readonly name: string; readonly open: () => Promise<Window> }[] = [
  { name: "Chromium", open: openChromium },
  { name: "Firefox", open: openFirefox },
  { name: "WebKit", open: openWebKit },
];

type Engine = (typeof engines)[number];

/** Opens a window until the test ends. */
export async function openWindow({ open }: Engine): Promise<Window> {
  const window = await open();
  onTestFinished(() => window.close());
  return window;
}

/** Opens a window for all tests of a `describe`, which go to a page first. */
export function shareWindow({ open }: Engine): () => Window {
  let window: Window;
  beforeAll(async () => {
    window = await open();
  });
  // Missing if it could not be opened.
  afterAll(() => (window as Window | undefined)?.close());
  return () => window;
}

async function openChromium(): Promise<Window> {
  programAt("CHROMIUM", "/usr/bin/chromium", "chromium");
  const browser: Browser = await launchChromium();
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  return {
    goto: (url) => page.goto(url),
    reload: () => page.reload(),
    back: () => page.goBack(),
    run: (work, ...args) => page.evaluate(`(${String(work)})(...${JSON.stringify(args)})`) as never,
    click: (xpath) => page.locator(`xpath=${xpath}`).click(),
    async type(xpath, text) {
      const field = page.locator(`xpath=${xpath}`);
      await field.fill(text);
      await field.press("Enter");
    },
    async choose(xpath, label) {
      await page.locator(`xpath=${xpath}`).selectOption({ label });
    },
    close: () => browser.close(),
  };
}
