import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { createServer, type Plugin } from "vite";
import { expect, type TestContext } from "vitest";

import { type LiveServers, startLiveServers } from "../../support/live-servers";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** A page with live lists, on a free port, and the Fauna that it talks to. */
export interface LiveApp extends LiveServers {
  readonly url: string;
}

/** Takes Vite's own script out of the pages: its socket, and the timer of its pings, come at any time. */
const withoutViteClient: Plugin = {
  name: "without-vite-client",
  transformIndexHtml: {
    order: "post",
    handler: (html) => html.replace(/<script[^>]*\/@vite\/client[^>]*><\/script>/, ""),
  },
};

export async function startLiveApp(): Promise<LiveApp> {
  const servers = await startLiveServers(1);
  const vite = await createServer({
    configFile: false,
    root: path("../live"),
    cacheDir: path("../../../node_modules/.vite-live-tests"),
    plugins: [react(), withoutViteClient],
    resolve: { alias: { "fauna-clerk": path("../../../src/index.ts") } },
    optimizeDeps: { include: ["react-dom/client", "@tanstack/react-query", "fauna"] },
    logLevel: "error",
    server: { port: 0, host: "127.0.0.1", hmr: false, watch: null },
  });
  await vite.listen();
  const close = async (): Promise<void> => {
    await Promise.all([vite.close(), servers.close()]);
  };
  return { ...servers, url: vite.resolvedUrls!.local[0]!, close };
}

export interface LivePageOptions {
  readonly user: string;
  /** Of tokens, in seconds. */
  readonly lifetime?: number;
  /** Number of the first list that it shows, to which it adds. */
  readonly first: number;
  readonly lists?: number;
}

/** Opens the page in a window of a browser profile of its own. The test fails if the page logs an error of its own. */
export async function openLivePage(
  { onTestFinished }: Pick<TestContext, "onTestFinished">,
  browser: Browser,
  app: LiveApp,
  { user, lifetime = 60, first, lists = 1 }: LivePageOptions,
): Promise<LivePage> {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      problems.push(message.text());
  });
  onTestFinished(async () => {
    await context.close();
    expect(problems).toEqual([]);
  });
  await page.exposeFunction("getToken", (who: string) => app.token(who, lifetime));
  const live = new LivePage(context, page, first);
  const settings = { user, endpoint: app.fauna.url, first: String(first), lists: String(lists) };
  await page.goto(`${app.url}?${new URLSearchParams(settings)}`);
  return live;
}

/** What a person can do and see in a page with live lists. */
export class LivePage {
  /** Paths of the requests to Fauna, oldest first, with the status of those that were refused. */
  readonly requests: string[] = [];

  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly first: number,
  ) {
    page.on("request", (request) => {
      if (request.method() === "POST") this.requests.push(new URL(request.url()).pathname);
    });
    page.on("response", (response) => {
      if (!response.ok()) this.requests.push(String(response.status()));
    });
  }

  /** How often something is among the requests. */
  count(what: string): number {
    return this.requests.filter((each) => each === what).length;
  }

  list(number = this.first): Locator {
    return this.page.getByRole("region", { name: `List ${number}`, exact: true });
  }

  /** Resolves once a list is in this state of connection. */
  async is(state: string, number = this.first): Promise<void> {
    await this.list(number).getByRole("status").getByText(state, { exact: true }).waitFor();
  }

  /** Resolves once a list shows this. */
  async shows(title: string, number = this.first): Promise<void> {
    await this.list(number).getByText(title, { exact: true }).waitFor();
  }

  titles(number = this.first): Promise<string[]> {
    return this.list(number).getByRole("listitem").allTextContents();
  }

  async add(title: string): Promise<void> {
    await this.page.getByLabel("Title").fill(title);
    await this.page.getByRole("button", { name: "Add" }).click();
  }
}
