import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build, type InlineConfig, preview } from "vite";
import { expect, onTestFinished } from "vitest";

import { type LiveServers, startLiveServers, userIn } from "../../support/live-servers";
import { RealBrowser, type RealTab } from "./real-tabs";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** A page with live lists, built and served on two ports, and the Fauna that it talks to. */
export interface TabsApp extends LiveServers {
  readonly urls: readonly string[];
}

export async function startTabsApp(): Promise<TabsApp> {
  const servers = await startLiveServers(1, { record: true });
  const outDir = await mkdtemp(join(tmpdir(), "fauna-clerk-tabs-page-"));
  const config: InlineConfig = {
    configFile: false,
    root: path("../tabs"),
    resolve: { alias: { "fauna-clerk": path("../../../src/index.ts") } },
    logLevel: "error",
    build: { outDir, emptyOutDir: true },
    preview: {
      port: 0,
      host: "127.0.0.1",
      // Fauna on the page's own origin, as behind an app's own proxy.
      proxy: {
        "/fauna": { target: servers.fauna.url, rewrite: (url) => url.replace(/^\/fauna/, "") },
      },
    },
  };
  await build(config);
  const pages = await Promise.all([preview(config), preview(config)]);
  const close = async (): Promise<void> => {
    await Promise.all([...pages.map((page) => page.close()), servers.close()]);
    await rm(outDir, { recursive: true });
  };
  return { ...servers, urls: pages.map((page) => page.resolvedUrls!.local[0]!), close };
}

/** What a page shows. */
export interface TabOptions {
  readonly lists?: number;
  readonly providers?: number;
  readonly live?: object;
  /** Where Fauna is, seen from the page. */
  readonly endpoint?: string | undefined;
  /** Which of the ports. */
  readonly port?: number;
  readonly newWindow?: boolean;
  /** Without one, each tab has a user of its own, so that the server can tell who has a stream. */
  readonly user?: string;
}

/** A browser profile with tabs, which ends with the test. Fails the test if a page has had a problem. */
export class TabsProfile {
  readonly tabs: LiveTab[] = [];
  /** The most streams that were open at once at the server. */
  #most = 0;

  private constructor(
    readonly browser: RealBrowser,
    readonly app: TabsApp,
    readonly name: string,
  ) {}

  static async open(app: TabsApp, name: string): Promise<TabsProfile> {
    const profile = new TabsProfile(await RealBrowser.launch(), app, name);
    const count = setInterval(() => profile.streams(), 10);
    onTestFinished(async () => {
      clearInterval(count);
      const problems = profile.tabs.map((tab) => (tab.hasCrashed ? [] : tab.problems()));
      expect((await Promise.all(problems)).flat()).toEqual([]);
      await profile.browser.close();
    });
    return profile;
  }

  /** Opens a tab in front. */
  async openTab(options: TabOptions = {}): Promise<LiveTab> {
    const { lists = 3, providers = 1, live = {}, endpoint, port = 0, newWindow } = options;
    const user = options.user ?? `${this.name}-${this.tabs.length}`;
    const settings = new URLSearchParams({
      user,
      endpoint: endpoint ?? this.app.fauna.url,
      lists: String(lists),
      providers: String(providers),
      live: JSON.stringify(live),
    });
    const script = `window.token = ${JSON.stringify(await this.app.token(user, 3600))}`;
    const url = `${this.app.urls[port]}?${settings}`;
    const tab = new LiveTab(await this.browser.open(url, script, newWindow), user, this);
    this.tabs.push(tab);
    return tab;
  }

  /** How many streams each tab has. */
  streams(): number[] {
    const streams = this.tabs.map(({ user }) => this.app.streamsOf(user).length);
    this.#most = Math.max(
      this.#most,
      streams.reduce((sum, count) => sum + count, 0),
    );
    return streams;
  }

  get mostStreams(): number {
    return this.#most;
  }

  /** Resolves once the streams are those of these tabs. */
  async haveStreams(...streams: number[]): Promise<void> {
    await expect.poll(() => this.streams()).toEqual(streams);
  }

  /** How often the tabs have asked for something. */
  sent(wanted: string): number {
    const users = new Set<unknown>(this.tabs.map(({ user }) => user));
    return this.app.fauna.requests.filter(
      ({ path, headers }) => path === wanted && users.has(userIn(headers)),
    ).length;
  }

  /** How often somebody has opened a stream. */
  opened(): number {
    return this.sent("/stream/1");
  }
}

/** What a person can do and see in a tab. */
export class LiveTab {
  hasCrashed = false;

  constructor(
    readonly tab: RealTab,
    readonly user: string,
    readonly profile: TabsProfile,
  ) {}

  /** Writes. Resolves when Fauna has answered. */
  add(title: string): Promise<unknown> {
    return this.tab.evaluate(`add(${JSON.stringify(title)}).then(() => null)`);
  }

  /** Resolves once all lists are live, and all of these titles are shown. */
  async shows(...titles: string[]): Promise<void> {
    const missing = `[
      ...[...document.querySelectorAll("p")].map((list) => list.dataset.live),
      ...${JSON.stringify(titles)}.filter((title) =>
        [...document.querySelectorAll("span")].every((row) => row.textContent !== title)),
      ...(document.querySelector("p") ? [] : ["nothing"]),
    ].filter((state) => state !== "live").join()`;
    await expect.poll(() => this.tab.evaluate(missing)).toBe("");
  }

  /** How each list is followed. */
  transports(): Promise<unknown[]> {
    return this.tab.evaluate(
      `[...document.querySelectorAll("p")].map((list) => list.dataset.transport)`,
    );
  }

  /** Why each list has no stream. */
  reasons(): Promise<unknown[]> {
    return this.tab.evaluate(
      `[...document.querySelectorAll("p")].map((list) => list.dataset.reason)`,
    );
  }

  /** All that it shows. */
  text(): Promise<string> {
    return this.tab.evaluate("document.body.textContent");
  }

  problems(): Promise<string[]> {
    return this.tab.evaluate("window.problems");
  }

  crash(): void {
    this.hasCrashed = true;
    this.tab.crash();
  }
}
