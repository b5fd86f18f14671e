import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { REPEAT_MS } from "../../src/live/slot-locks";
import { REST_MS, STARVED_MS } from "../../src/live/stream-slots";
import { FakeBrowser, openOf, streamsIn } from "../support/fake-tabs";

let browser: FakeBrowser;

beforeEach(() => {
  vi.useFakeTimers();
  browser = new FakeBrowser();
});
afterEach(() => void vi.useRealTimers());

/** Lets so much time pass, and all that waits for no timer happen. */
const pass = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** Opens a tab with three streams, and lets it get what it can. */
async function open() {
  const tab = browser.open();
  const streams = streamsIn(tab);
  await pass();
  return { tab, streams, open: () => openOf(streams) };
}

describe("a request that has no answer for long", () => {
  test("costs one stream, whose slot nobody uses for a minute", async () => {
    const [one, two] = [await open(), await open()];
    const answered = one.tab.slots.watchRequest();
    await pass(STARVED_MS - 1);
    expect(one.open()).toBe(3);
    await pass(1);
    answered();
    expect(one.streams.map(({ isOpen }) => isOpen)).toEqual([true, true, false]);
    await pass(REST_MS - 1);
    expect([one.open(), two.open()]).toEqual([2, 0]);
    await pass(1);
    expect([one.open(), two.open()]).toEqual([3, 0]);
  });

  test("costs a stream also of a page that had slots to spare, however often it asks again", async () => {
    const tab = browser.open();
    const streams = streamsIn(tab, 2);
    await pass();
    const answered = tab.slots.watchRequest();
    await pass(STARVED_MS);
    answered();
    for (const stream of streams) tab.slots.ask(stream);
    await pass(REST_MS - 1);
    expect(openOf(streams)).toBe(1);
    await pass(1);
    expect(openOf(streams)).toBe(2);
  });

  test("leaves the others their streams when one of them ends", async () => {
    const [one, two] = [await open(), await open()];
    const answered = one.tab.slots.watchRequest();
    await pass(STARVED_MS);
    answered();
    one.streams[2]?.end();
    one.streams[0]?.end();
    await pass();
    expect([one.open(), two.open()]).toEqual([1, 1]);
  });

  test("costs one more when that was not enough, up to all", async () => {
    const { tab, open: count } = await open();
    const answered = tab.slots.watchRequest();
    const counts = [];
    for (let time = 0; time < 4; time++) {
      await pass(STARVED_MS);
      counts.push(count());
    }
    expect(counts).toEqual([2, 1, 0, 0]);
    answered();
    await pass(REST_MS - 3 * STARVED_MS);
    for (let time = 0; time < 4; time++) {
      counts.push(count());
      await pass(STARVED_MS);
    }
    expect(counts.slice(4)).toEqual([1, 2, 3, 3]);
  });

  test("costs one stream even if many wait", async () => {
    const { tab, open: count } = await open();
    const answered = [1, 2, 3, 4].map(() => tab.slots.watchRequest());
    await pass(STARVED_MS);
    for (const answer of answered) answer();
    await pass(STARVED_MS);
    expect(count()).toBe(2);
  });

  test("counts from when the stream was opened after it was sent", async () => {
    const tab = browser.open();
    tab.slots.watchRequest();
    await pass(1000);
    const streams = streamsIn(tab);
    await pass(STARVED_MS - 1000);
    expect(openOf(streams)).toBe(2);
  });

  test("costs nothing if answers come one after another in time", async () => {
    const { tab, open: count } = await open();
    for (let time = 0; time < 10; time++) {
      const answered = tab.slots.watchRequest();
      await pass(STARVED_MS - 1);
      answered();
    }
    expect(count()).toBe(3);
    expect(vi.getTimerCount(), "timers").toBe(0);
  });

  test("does not keep the slot from a tab in front when its own is hidden", async () => {
    const [one, two] = [await open(), await open()];
    const answered = one.tab.slots.watchRequest();
    await pass(STARVED_MS);
    answered();
    one.tab.hide();
    await pass(REPEAT_MS);
    expect([one.open(), two.open()]).toEqual([0, 3]);
  });
});
