import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";

import type { ServedApp } from "./served-app";

export interface Window {
  page: Page;
  /** The paths that were asked for so far. */
  requests: string[];
  /** What Fauna was asked for. */
  queries: string[];
}

/** One of the first todos of Ada's. */
export const ADAS = "Write to Mr Babbage";

/** Both parts of a token, its signature apart: source maps begin as one part does. */
export const TOKEN = /eyJ[\w-]{10,}\.eyJ[\w-]{10,}/;

/** What a browser says of a query that has taken longer than the driver allows, on a busy machine. It is asked again. */
const TOOK_TOO_LONG = /status of 440/;

/** Opens windows on an example. */
export class Windows {
  readonly #app: ServedApp;
  readonly #browser: Browser;

  constructor(app: ServedApp, browser: Browser) {
    this.#app = app;
    this.#browser = browser;
  }

  /** A window on the example. The test fails if it logs an error, or asks anybody beyond loopback. */
  async open(context: BrowserContext, path = "/"): Promise<Window> {
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const problems: string[] = [];
    const requests: string[] = [];
    const queries: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" && !TOOK_TOO_LONG.test(message.text()))
        problems.push(`${message.text()} ${message.location().url}`.trim());
    });
    page.on("request", (request) => {
      const { protocol, hostname, pathname } = new URL(request.url());
      requests.push(pathname);
      if (pathname === "/query/1") queries.push(request.postData() ?? "");
      if (/^http/.test(protocol) && !["localhost", "127.0.0.1"].includes(hostname))
        problems.push(request.url());
    });
    onTestFinished(async () => {
      await page.close();
      expect(problems).toEqual([]);
    });
    await page.goto(new URL(path, this.#app.url).href);
    return { page, requests, queries };
  }

  async newProfile(options?: Parameters<Browser["newContext"]>[0]): Promise<BrowserContext> {
    const context = await this.#browser.newContext(options);
    onTestFinished(() => context.close());
    return context;
  }

  /** A browser in which somebody is signed in and sees the list. */
  async signedIn(name: string): Promise<[BrowserContext, Window]> {
    const context = await this.newProfile();
    const window = await this.open(context);
    await window.page.getByRole("button", { name }).click();
    await isLive(window);
    return [context, window];
  }

  /** Holds if a window has what the server has read, and goes on from there without a query. */
  async expectNoQueries(name: string): Promise<void> {
    const [context] = await this.signedIn(name);
    const window = await this.open(context);
    await isLive(window);
    expect(window.requests).toContain("/stream/1");
    expect(window.requests).not.toContain("/query/1");
  }

  /** Holds if nothing of a list is left after a sign-out, in the page and on the server. */
  async expectNothingAfterSignOut(name: string, todo: string): Promise<void> {
    const [context, { page }] = await this.signedIn(name);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name }).waitFor();
    expect(await page.getByText(todo).count()).toBe(0);
    expect(await (await context.request.get(this.#app.url)).text()).not.toContain(todo);
  }

  /** Holds if a request of a page asks Clerk for one token. */
  async expectOneToken(name: string): Promise<void> {
    const [context] = await this.signedIn(name);
    const minted = (): number =>
      this.#app.clerk.requests.filter(({ path }) =>
        /^\/v1\/sessions\/[^/]+\/tokens\/fauna$/.test(path),
      ).length;
    const before = minted();
    await context.request.get(this.#app.url);
    expect(minted()).toBe(before + 1);
  }

  /** Holds if the server has logged neither an error nor a token. */
  async expectCleanLog(name: string): Promise<void> {
    await this.signedIn(name);
    expect(this.#app.log()).not.toMatch(/error/i);
    expect(this.#app.log()).not.toMatch(TOKEN);
  }

  /** The same browser as somebody has who has turned JavaScript off. */
  async withoutScripts(signedIn: BrowserContext): Promise<BrowserContext> {
    const storageState = await signedIn.storageState();
    return this.newProfile({ javaScriptEnabled: false, storageState });
  }
}

export const isLive = ({ page }: Window): Promise<void> =>
  page.getByRole("status").getByText("live", { exact: true }).waitFor();
