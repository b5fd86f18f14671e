import type { FaultMatch } from "@fauna-clerk/local";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { eventually } from "../support/eventually";
import { type LiveServers, startLiveServers } from "../support/live-servers";
import { CUTS, startCuttingProxy } from "./support/cutting-proxy";
import { engines, shareWindow } from "./support/engines";
import { openFirefox } from "./support/firefox";
import { type LibraryPage, startLibraryPage } from "./support/library-page";
import { until, type Window as BrowserWindow } from "./support/window";

let servers: LiveServers;
let page: LibraryPage;

beforeAll(async () => {
  servers = await startLiveServers(1);
  page = await startLibraryPage((user) => servers.token(user));
});
afterAll(async () => {
  page.close();
  await servers.close();
});

let written = 0;

/** Writes a row for everybody. */
async function write(): Promise<string> {
  const n = ++written;
  await servers.write(`L0.create({ shared: true, n: ${n}, title: "Row ${n}" })`);
  return `Row ${n}`;
}

/** Empties the list, and lets the page of a window follow it. */
async function follow(window: BrowserWindow, endpoint: string): Promise<void> {
  await servers.write("L0.all().forEach(row => row.delete())");
  await window.goto(`${page.url}/?follow=${endpoint}`);
  await shows(window);
}

/** Resolves once the page is live and shows this row. */
const shows = (window: BrowserWindow, title?: string): Promise<void> =>
  until(
    window,
    (title?: string) => {
      const { live, titles } = globalThis.window.page.seen;
      return live === "live" && (!title || titles.includes(title));
    },
    ...(title ? [title] : []),
  );

/** Runs in the page. */
function changeNetwork(): void {
  dispatchEvent(new Event("offline"));
  dispatchEvent(new Event("online"));
}

const seen = (window: BrowserWindow) => window.run(() => globalThis.window.page.seen);

test("a live query needs no storage: it works in a Firefox that blocks cookies", async () => {
  // BroadcastChannel and the locks of the browser throw there, too.
  const window = await openFirefox({ "network.cookie.cookieBehavior": 2 });
  onTestFinished(() => window.close());
  await follow(window, servers.fauna.url);
  await shows(window, await write());
  const { errors, unhandled } = await seen(window);
  expect([errors, unhandled]).toEqual([[], []]);
});

describe.each(engines)("$name", (engine) => {
  const shared = shareWindow(engine);

  test("cuts of the stream under writes lose and double nothing", async () => {
    const proxy = await startCuttingProxy(servers.fauna.url);
    onTestFinished(() => proxy.close());
    const window = shared();
    await follow(window, proxy.url);
    const titles: string[] = [];
    for (let time = 0; time < 48; time++) {
      proxy.cut(CUTS[time % CUTS.length]!);
      for (let more = time % 3; more >= 0; more--) titles.push(await write());
      // Now and then the next cut meets a stream that is still catching up.
      if (time % 4) await eventually(() => expect(servers.fauna.streams).toHaveLength(1));
      // A live query may ask twelve times in a minute.
      if (time % 4 === 2) await window.run(() => globalThis.window.page.sleep(61_000));
    }
    await shows(window, titles.at(-1)!);
    const { added, errors, unhandled, ...rest } = await seen(window);
    expect(rest.titles).toEqual(titles);
    expect([...added].sort()).toEqual([...titles].sort());
    expect([errors, unhandled]).toEqual([[], []]);
    expect(proxy.cuts).toBeGreaterThan(24);
  });

  test("a live query goes on after a feed that never answers, even after a garbage collection", async () => {
    const { faults } = servers.fauna;
    const window = shared();
    await follow(window, servers.fauna.url);
    // Firefox may ask for leave to send it once more.
    const isFeed: FaultMatch = ({ path, method }) => path === "/feed/1" && method === "POST";
    const hold = faults.hold({ match: isFeed, when: "before" });
    for (const stream of [...servers.fauna.streams]) stream.drop();
    await hold.reached();
    const { aborted } = faults;
    await window.run(() => globalThis.window.page.churn());
    const title = await write();
    await window.run(changeNetwork);
    await shows(window, title);
    // The request that hung has ended.
    expect(faults.aborted).toBeGreaterThan(aborted);
    await window.run(() => globalThis.window.page.stop?.());
    await eventually(() => expect(servers.fauna.streams).toEqual([]));
  });

  test("a page that has come back from another one is live again", async () => {
    const window = shared();
    await follow(window, servers.fauna.url);
    await window.goto(`${page.url}/other`);
    const title = await write();
    await window.back();
    await shows(window, title);
    await shows(window, await write());
    const { errors, unhandled, wasRestored } = await seen(window);
    expect([errors, unhandled]).toEqual([[], []]);
    // It alone keeps a page that has a stream. In the others the page is loaded anew.
    if (engine.name === "WebKit") expect(wasRestored).toBe(true);
  });
});
