import { afterAll, beforeAll, expect, test } from "vitest";

import { startTabsApp, type TabOptions, type TabsApp, TabsProfile } from "./support/tabs-app";

let app: TabsApp;

beforeAll(async () => {
  app = await startTabsApp();
});
afterAll(() => app.close());

/** Writes from elsewhere: no tab tells another. */
const create = (title: string): Promise<unknown> =>
  app.write(`L0.create({ list: 0, owner: "nobody", shared: true, title: "${title}" })`);

/** The time that somebody stays in a tab. */
const stay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Opens tabs, the last of which is in front. */
async function openTabs(name: string, count: number): Promise<TabsProfile> {
  const profile = await TabsProfile.open(app, name);
  for (let tab = 0; tab < count; tab++) await profile.openTab();
  await Promise.all(profile.tabs.map((tab) => tab.shows()));
  return profile;
}

test("twelve tabs with three live queries each hold three streams, and no query waits for one", async () => {
  const profile = await openTabs("many", 12);
  const inFront = [...Array<number>(11).fill(0), 3];
  await profile.haveStreams(...inFront);
  const titles = profile.tabs.map(({ user }) => `By ${user}`);
  await Promise.all(profile.tabs.map((tab, n) => tab.add(titles[n]!)));
  await create("From elsewhere");
  await Promise.all(profile.tabs.map((tab) => tab.shows(...titles, "From elsewhere")));
  // A request that had waited behind a stream would have cost one for a minute.
  await profile.haveStreams(...inFront);
  // When streams move, the server may hear of the new one before it hears of the end of the old one.
  expect(profile.mostStreams).toBeLessThanOrEqual(4);
  expect(profile.opened()).toBeLessThanOrEqual(12 * 3);
});

test("streams go to the tab that somebody stays in, and nowhere while it is only passed", async () => {
  const profile = await openTabs("moved", 3);
  const [one, two, three] = profile.tabs;
  await profile.haveStreams(0, 0, 3);
  const before = profile.opened();
  for (const tab of [one, two, three, one, two, three]) {
    await tab?.tab.show();
    await stay(300);
  }
  expect(profile.streams()).toEqual([0, 0, 3]);
  expect(profile.opened()).toBe(before);
  await one?.tab.show();
  await profile.haveStreams(3, 0, 0);
  await create("After the move");
  await Promise.all(profile.tabs.map((tab) => tab.shows("After the move")));

  one?.crash();
  await profile.haveStreams(0, 0, 0);
  await two?.tab.show();
  await profile.haveStreams(0, 3, 0);

  // Two windows are both in front: one streams, the other asks again and again.
  await profile.openTab({ newWindow: true });
  await profile.tabs[3]?.shows("After the move");
  expect(profile.streams()).toEqual([0, 3, 0, 0]);
});

test("a page that is left gives its streams back, and catches up when it is back", async () => {
  const profile = await openTabs("left", 1);
  const [tab] = profile.tabs;
  await profile.haveStreams(3);
  await tab?.tab.goto(app.urls[1]!);
  await profile.haveStreams(0);
  await create("While it was away");
  await tab?.tab.evaluate("history.back()");
  await expect.poll(() => tab?.tab.evaluate("window.restored")).toBe(1);
  await tab?.shows("While it was away");
  await profile.haveStreams(3);
});

test("a page that is frozen gives its streams back, and catches up when it is awake", async () => {
  const profile = await openTabs("frozen", 1);
  const [tab] = profile.tabs;
  await profile.haveStreams(3);
  // It wants no streams.
  await profile.openTab({ lists: 0 });
  await stay(500);
  expect(profile.streams(), "hidden").toEqual([3, 0]);
  await tab?.tab.freeze(true);
  await profile.haveStreams(0, 0);
  await create("While it was frozen");
  await tab?.tab.freeze(false);
  await tab?.shows("While it was frozen");
  await tab?.tab.show();
  await profile.haveStreams(3, 0);
});

test("tabs of one user tell each other what happens, and ask the server for nothing", async () => {
  const profile = await TabsProfile.open(app, "ada");
  // None of them would poll during the test.
  const live = { pollInterval: 600_000 };
  const bob = await profile.openTab({ user: "bob", live });
  for (let count = 0; count < 4; count++) await profile.openTab({ user: "ada", live });
  const [, ...ofAda] = profile.tabs;
  await Promise.all(profile.tabs.map((tab) => tab.shows()));
  await expect.poll(() => ofAda[3]?.transports()).toEqual(["stream", "stream", "stream"]);
  await expect.poll(() => ofAda[0]?.reasons()).toEqual(["relayed", "relayed", "relayed"]);
  expect(await bob.reasons()).toEqual(["no_slot", "no_slot", "no_slot"]);
  const before = profile.sent("/feed/1");
  await create("Told by one");
  await Promise.all(ofAda.map((tab) => tab.shows("Told by one")));
  await ofAda[0]?.add("Written in a hidden tab");
  await Promise.all(ofAda.map((tab) => tab.shows("Written in a hidden tab")));
  expect(profile.sent("/feed/1")).toBe(before);
  expect(await bob.text()).not.toContain("Told by one");
});

test("signing out in one tab empties all others of that user, and closes their streams", async () => {
  const profile = await TabsProfile.open(app, "sign-out");
  const other = await profile.openTab({ user: "sign-out-bob", lists: 1 });
  for (let count = 0; count < 4; count++) await profile.openTab({ user: "sign-out-ada", lists: 1 });
  await create("Of a shared list");
  const [, first, second, third, last] = profile.tabs;
  await Promise.all(profile.tabs.map((tab) => tab.shows("Of a shared list")));
  // Only the last of these is told by whoever gives the tokens.
  for (const tab of [first, second, last]) await tab?.tab.evaluate("window.token = null");
  await last?.tab.evaluate("signOut()");
  for (const tab of [first, second]) await expect.poll(() => tab?.text()).not.toContain("Of");
  await expect.poll(() => app.streamsOf("sign-out-ada").length).toBeLessThanOrEqual(1);
  // It is still signed in.
  await third?.shows("Of a shared list");
  await other.shows("Of a shared list");
  await first?.tab.evaluate("signOut()");
  expect(await first?.text()).not.toContain("Of");
});

test("where nobody streams, the others ask at once after a write of one tab", async () => {
  const profile = await TabsProfile.open(app, "eve");
  const live = { transport: "feed", pollInterval: 600_000 };
  for (let count = 0; count < 3; count++) await profile.openTab({ user: "eve", live });
  await Promise.all(profile.tabs.map((tab) => tab.shows()));
  await profile.tabs[0]?.add("Written by Eve");
  await Promise.all(profile.tabs.map((tab) => tab.shows("Written by Eve")));
});

test("two providers on one page hold three streams together", async () => {
  const profile = await TabsProfile.open(app, "two");
  const tab = await profile.openTab({ providers: 2 });
  await tab.shows();
  await profile.haveStreams(3);
  await tab.add("With two providers");
  await tab.shows("With two providers");
  expect(profile.streams()).toEqual([3]);
});

test("where another origin of the site has taken all connections, a query gets one back", async () => {
  const profile = await TabsProfile.open(app, "ports");
  await profile.openTab({ port: 0 });
  await profile.haveStreams(3);
  // It shares the connections, and neither locks nor messages.
  const other = await profile.openTab({ port: 1, newWindow: true });
  await other.shows();
  await other.add("From the other port");
  await Promise.all(profile.tabs.map((tab) => tab.shows("From the other port")));
  expect(profile.streams().reduce((sum, count) => sum + count)).toBeLessThan(6);
});

test.each([
  ["to the page's own origin", { endpoint: "/fauna" }],
  ["that are sent with cookies", { live: { streamCredentials: "include" } }],
])("streams %s have connections of their own", async (_, { endpoint, live }: TabOptions) => {
  const profile = await TabsProfile.open(app, endpoint ? "own" : "cookies");
  const tab = await profile.openTab({ lists: 8, endpoint, live: { ...live, transport: "stream" } });
  await profile.haveStreams(6);
  await tab.add("Beside six streams");
  await expect.poll(() => tab.text()).toContain("Beside six streams");
});
