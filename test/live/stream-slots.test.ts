import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { GRACE_MS, REPEAT_MS, SETTLE_MS } from "../../src/live/slot-locks";
import { STARVED_MS } from "../../src/live/stream-slots";
import { FakeBrowser, FakeStream, openOf, streamsIn, type TabOptions } from "../support/fake-tabs";

let browser: FakeBrowser;

beforeEach(() => {
  vi.useFakeTimers();
  browser = new FakeBrowser();
});
afterEach(() => void vi.useRealTimers());

/** Lets so much time pass, and all that waits for no timer happen. */
const pass = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** Opens a tab with three streams, and lets it get what it can. */
async function open(options?: TabOptions) {
  const tab = browser.open(options);
  const streams = streamsIn(tab);
  await pass();
  return { tab, streams, open: () => openOf(streams) };
}

describe("the tabs of a profile", () => {
  test("have three streams together, however many tabs there are", async () => {
    const tabs = [await open(), await open(), await open()];
    expect(tabs.map(({ open }) => open())).toEqual([3, 0, 0]);
    expect(browser.locked).toEqual(["test:0", "test:1", "test:2"]);
  });

  test("share the slots when the first one does not need all", async () => {
    const one = browser.open();
    const streams = streamsIn(one, 1);
    const two = await open();
    expect([openOf(streams), two.open()]).toEqual([1, 2]);
  });

  test("pass on a slot as soon as its stream has ended", async () => {
    const [one, two] = [await open(), await open()];
    one.streams[1]?.end();
    await pass();
    expect([one.open(), two.open()]).toEqual([2, 1]);
  });

  test("pass on the slots of one that has crashed", async () => {
    const [one, two] = [await open(), await open()];
    one.tab.crash();
    await pass();
    expect(two.open()).toBe(3);
  });

  test("are all served at last: who needs a slot no longer leaves the queue", async () => {
    const [one, two, three] = [await open(), await open(), await open()];
    for (const stream of two.streams) stream.end();
    for (const stream of one.streams) stream.end();
    await pass();
    expect(three.open()).toBe(3);
    expect(two.streams.flatMap(({ heard }) => heard)).toEqual([]);
  });
});

describe("a hidden tab", () => {
  test("does not ask", async () => {
    const hidden = await open({ isHidden: true });
    expect(browser.locked).toEqual([]);
    expect(hidden.open()).toBe(0);
  });

  test("keeps its streams as long as nobody wants them", async () => {
    const one = await open();
    one.tab.hide();
    await pass(600_000);
    expect(one.open()).toBe(3);
  });

  test("gives all to the tab in front, once that has settled", async () => {
    const [one, two] = [await open(), await open({ isHidden: true })];
    one.tab.hide();
    two.tab.show();
    await pass(SETTLE_MS - 1);
    expect([one.open(), two.open()]).toEqual([3, 0]);
    await pass(1);
    expect([one.open(), two.open()]).toEqual([0, 3]);
    expect(one.streams.map(({ heard }) => heard)).toEqual([
      [true, false],
      [true, false],
      [true, false],
    ]);
  });

  test("gives to a new tab at once after it has been hidden for a moment", async () => {
    const one = await open();
    one.tab.hide();
    const two = await open();
    await pass(GRACE_MS - 1);
    expect([one.open(), two.open()]).toEqual([3, 0]);
    await pass(1);
    expect([one.open(), two.open()]).toEqual([0, 3]);
  });

  test("gives without a timer once it has been hidden for longer: those of hidden pages are slow", async () => {
    const one = await open();
    one.tab.hide();
    await pass(GRACE_MS);
    const before = vi.getTimerCount();
    const two = await open();
    expect([one.open(), two.open()]).toEqual([0, 3]);
    expect(vi.getTimerCount()).toBe(before);
  });

  test("takes back what it has given when it is in front again", async () => {
    const [one, two] = [await open(), await open({ isHidden: true })];
    for (const [from, to] of [
      [one, two],
      [two, one],
    ] as const) {
      from.tab.hide();
      to.tab.show();
      await pass(SETTLE_MS);
      expect([from.open(), to.open()]).toEqual([0, 3]);
    }
  });

  test("hears later that another one wants its slots if it has missed that", async () => {
    const [one, two] = [await open(), await open()];
    one.tab.hide();
    await pass(REPEAT_MS);
    expect([one.open(), two.open()]).toEqual([0, 3]);
  });
});

test("nobody opens a stream while somebody goes from tab to tab every second", async () => {
  const tabs = [await open()];
  for (let count = 0; count < 4; count++) tabs.push(await open({ isHidden: true }));
  for (let turn = 0; turn < 14; turn++) {
    tabs[turn % 5]?.tab.hide();
    tabs[(turn + 1) % 5]?.tab.show();
    await pass(1000);
  }
  const heard = tabs.flatMap(({ streams }) => streams.flatMap((stream) => stream.heard));
  expect(heard).toEqual([true, true, true]);
});

test("two windows in front do not take from each other", async () => {
  const [one, two] = [await open(), await open()];
  await pass(60_000);
  expect([one.open(), two.open()]).toEqual([3, 0]);
});

describe("a page that is left", () => {
  test("gives all at once, and asks no longer", async () => {
    const [one, two] = [await open(), await open()];
    one.tab.tell("left");
    await pass();
    expect([one.open(), two.open()]).toEqual([0, 3]);
    for (const stream of two.streams) stream.end();
    await pass();
    expect(one.open()).toBe(0);
    expect(browser.locked).toEqual([]);
    expect(browser.channels.size, "channels").toBe(0);
    expect(vi.getTimerCount(), "timers").toBe(0);
  });

  test("gives up its place in the queue", async () => {
    const [one, two] = [await open(), await open()];
    two.tab.tell("left");
    for (const stream of one.streams) stream.end();
    await pass();
    expect(two.open()).toBe(0);
    expect(browser.locked).toEqual([]);
  });

  test("asks again when it is back", async () => {
    const { tab, open: count } = await open();
    tab.tell("left");
    await pass();
    tab.tell("restored");
    expect(browser.channels.size, "channels").toBe(1);
    await pass(SETTLE_MS);
    expect(count()).toBe(3);
  });

  test("waits to be shown if it is back hidden", async () => {
    const { tab, open: count } = await open();
    tab.hide();
    tab.tell("left");
    tab.tell("restored");
    await pass(SETTLE_MS);
    expect(count()).toBe(0);
    tab.show();
    await pass(SETTLE_MS);
    expect(count()).toBe(3);
  });
});

describe.each(["missing", "refused"] as const)("where locks are %s", (locks) => {
  test("a page in front has its own three streams", async () => {
    const [one, two] = [await open({ locks }), await open({ locks })];
    expect([one.open(), two.open()]).toEqual([3, 3]);
    expect(openOf([...one.streams, new FakeStream(one.tab.slots)])).toBe(3);
  });

  test("a page streams only while it is in front", async () => {
    const { tab, open: count } = await open({ locks });
    tab.hide();
    await pass(GRACE_MS - 1);
    expect(count()).toBe(3);
    await pass(1);
    expect(count()).toBe(0);
    tab.show();
    await pass(SETTLE_MS - 1);
    expect(count()).toBe(0);
    await pass(1);
    expect(count()).toBe(3);
  });

  test("a page that is left gives all", async () => {
    const { tab, open: count } = await open({ locks });
    tab.tell("left");
    expect(count()).toBe(0);
  });
});

describe("members with limits of their own", () => {
  test("share what the page has", async () => {
    const { slots } = browser.open();
    const streams = [1, 1, 5, 1].map((most) => new FakeStream(slots, most));
    await pass();
    expect(streams.map(({ isOpen }) => isOpen)).toEqual([true, false, true, false]);
  });

  test("have none if it is 0", async () => {
    const stream = new FakeStream(browser.open().slots, 0);
    await pass();
    expect(stream.isOpen).toBe(false);
    expect(browser.locked).toEqual([]);
  });

  test("may have as many as there are", async () => {
    const { slots } = browser.open();
    const streams = Array.from({ length: 8 }, () => new FakeStream(slots, Infinity));
    await pass();
    expect(openOf(streams)).toBe(8);
  });
});

test("when the last member leaves, nothing is left", async () => {
  const [one, two] = [await open(), await open()];
  one.tab.slots.watchRequest();
  await pass(STARVED_MS);
  for (const stream of [...one.streams, ...two.streams]) stream.end();
  await pass();
  expect(browser.locked).toEqual([]);
  expect(browser.channels.size, "channels").toBe(0);
  expect([one, two].map(({ tab }) => tab.isWatched)).toEqual([false, false]);
  expect(vi.getTimerCount(), "timers").toBe(0);
});
