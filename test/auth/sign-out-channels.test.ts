// When tabs listen for sign-outs: from the mount of a provider until it leaves, but not while the page is kept for "back".
import { getEventListeners } from "node:events";

import { beforeEach, describe, expect, test, vi } from "vitest";

import { doubtsOf, sessionOf } from "../../src/auth/doubts";
import { createIdentity, type Ids } from "../../src/auth/identity";
import { untilIdle } from "../support/idle";
import {
  ADA,
  BOB,
  held,
  names,
  open,
  openTab,
  openTwo,
  page,
  said,
  startBrowser,
  tellPage,
  tokenOf,
} from "../support/sign-out-tabs";

beforeEach(startBrowser);

test.each<[string, () => Promise<string | null>, boolean]>([
  ["its token", async () => tokenOf(ADA), false],
  ["no token", async () => null, true],
  [
    "the end of the session",
    () => Promise.reject(Object.assign(new Error(""), { status: 401 })),
    true,
  ],
  ["no answer", () => Promise.reject(new TypeError("Failed to fetch")), false],
  ["another failure of the issuer", () => Promise.reject(new Error("No.")), false],
])(
  "a provider that leaves while the issuer gives %s tells of a sign-out: %o",
  async (_, issue, isOne) => {
    const [one, two] = await openTwo();
    one.issue.mockImplementation(issue);
    await one.leave();
    await untilIdle();
    expect(said).toEqual(isOne ? ["signed-out"] : []);
    expect(one.issue.mock.calls).toEqual([[undefined]]);
    expect(two.isDoubted()).toBe(false);
    expect([open.size, vi.getTimerCount()]).toEqual([1, 0]);
  },
);

test("a provider that leaves without a network tells of no sign-out", async () => {
  const [one] = await openTwo();
  vi.stubGlobal("navigator", { onLine: false });
  one.issue.mockResolvedValue(null);
  await one.leave();
  expect(said).toEqual([]);
});

test("a provider that leaves hears and asks nothing any more, also when its page is shown", async () => {
  const [one, two] = await openTwo();
  one.become(null);
  two.issue.mockResolvedValue(null);
  await untilIdle();
  const { answer, give } = held();
  two.issue.mockReturnValue(answer);
  const left = two.leave();
  await untilIdle();
  tellPage("pageshow");
  await vi.advanceTimersByTimeAsync(60_000);
  // The second time was for the token of now.
  expect(two.issue.mock.calls).toEqual([[true], [undefined]]);
  give(null);
  await left;
  expect(open.size).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
  expect(names).toHaveLength(2);
});

test("a provider that leaves before it knows the channel's name opens none", async () => {
  await openTab().leave();
  await untilIdle();
  expect(names).toEqual([]);
});

test("a provider that leaves while nobody is signed in asks for no token", async () => {
  const tab = openTab(null);
  await untilIdle();
  await tab.leave();
  expect(tab.issue).not.toHaveBeenCalled();
});

test("a provider that mounts while the session is in doubt asks at once", async () => {
  const cache = {};
  doubtsOf(cache).sessions.add(sessionOf(createIdentity("signed-in", "fauna", ADA)));
  const tab = openTab(ADA, cache);
  await untilIdle();
  expect(tab.issue.mock.calls).toEqual([[true]]);
  expect(tab.isDoubted()).toBe(false);
});

test("a page that is kept for “back” has no channel, and asks when it is back", async () => {
  const tab = openTab();
  await untilIdle();
  tellPage("pagehide");
  expect(open.size).toBe(0);
  tellPage("pageshow", false);
  expect(open.size).toBe(0);
  tellPage("pageshow");
  await untilIdle();
  expect(open.size).toBe(1);
  expect(tab.issue.mock.calls).toEqual([[true]]);
  tab.become(null);
  await untilIdle();
  tellPage("pageshow");
  expect(open.size).toBe(0);
  expect(["pagehide", "pageshow"].flatMap((type) => getEventListeners(page, type))).toEqual([]);
});

test("a page that is kept for “back” tells of no sign-out", async () => {
  const [one] = await openTwo();
  tellPage("pagehide");
  one.become(null);
  await untilIdle();
  expect(said).toEqual([]);
});

test("a page that is shown again without having been hidden keeps one channel, and asks once more", async () => {
  const tab = openTab();
  await untilIdle();
  tab.issue.mockResolvedValue(null);
  for (const _ of [1, 2]) {
    tellPage("pageshow");
    await untilIdle();
  }
  expect([open.size, vi.getTimerCount()]).toEqual([1, 1]);
});

test("a page that is back goes on if its issuer cannot be reached, and asks again", async () => {
  const tab = openTab();
  await untilIdle();
  tab.issue.mockRejectedValueOnce(new TypeError("Failed to fetch"));
  tellPage("pageshow");
  await untilIdle();
  expect(tab.isDoubted()).toBe(false);
  await vi.advanceTimersByTimeAsync(1000);
  expect(tab.issue).toHaveBeenCalledTimes(2);
});

describe("the channel", () => {
  test("is that of a user's session in all its organizations, and does not say whose it is", async () => {
    openTab();
    openTab({ ...ADA, orgId: "org_1" });
    openTab({ ...ADA, sessionId: "sess_3" });
    openTab({ ...BOB, sessionId: "sess_1" });
    await untilIdle();
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name).toMatch(/^fauna-clerk:session:1:[0-9a-f]{64}$/);
  });

  test.each<[string, () => void]>([
    ["refuses channels", () => vi.stubGlobal("BroadcastChannel", undefined)],
    ["has no cryptography", () => vi.stubGlobal("crypto", undefined)],
    ["has no secure origin", () => vi.stubGlobal("crypto", {})],
    ["is no page", () => vi.stubGlobal("document", undefined)],
  ])("is missing without an error where the engine %s", async (_, lack) => {
    lack();
    const tab = openTab();
    await untilIdle();
    expect(names).toEqual([]);
    tab.become(null);
    await untilIdle();
    await tab.leave();
  });

  test("is not needed: a page that is back asks also where the engine refuses channels", async () => {
    vi.stubGlobal("BroadcastChannel", undefined);
    const tab = openTab();
    await untilIdle();
    tellPage("pageshow");
    await untilIdle();
    expect(tab.issue.mock.calls).toEqual([[true]]);
  });

  test.each<[string, Ids | null | "loading", boolean]>([
    ["nobody", null, false],
    ["somebody who is still loading", "loading", false],
    ["who is named by tokens alone, and never signed out", ADA, true],
  ])("is not opened for %s", async (_, who, byToken) => {
    openTab(who, {}, byToken);
    await untilIdle();
    expect(names).toEqual([]);
  });
});
