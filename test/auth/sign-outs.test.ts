import { beforeEach, describe, expect, test, vi } from "vitest";

import type { Ids } from "../../src/auth/identity";
import { untilIdle } from "../support/idle";
import {
  ADA,
  BOB,
  held,
  names,
  open,
  openTab,
  openTwo,
  said,
  startBrowser,
  tokenOf,
} from "../support/sign-out-tabs";

beforeEach(startBrowser);

describe("a sign-out", () => {
  test("is told once, and hides at once what another tab shows, until its issuer has been asked", async () => {
    const [one, two] = await openTwo();
    const { answer, give } = held();
    two.issue.mockReturnValueOnce(answer);
    one.become(null);
    await untilIdle();
    expect(said).toEqual(["signed-out"]);
    expect(two.isDoubted()).toBe(true);
    expect(two.store.current().identity.status).toBe("loading");
    expect(two.issue.mock.calls).toEqual([[true]]);
    give(tokenOf(ADA));
    await untilIdle();
    expect(two.isDoubted()).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
    expect(open.size).toBe(1);
  });

  test("is asked about again, after 1, 2, 4 … s, until the issuer gives the session's token", async () => {
    const [one, two] = await openTwo();
    two.issue.mockResolvedValue(null);
    one.become(null);
    await untilIdle();
    const counts: number[] = [];
    for (const wait of [999, 1, 1999, 1]) {
      await vi.advanceTimersByTimeAsync(wait);
      await untilIdle();
      counts.push(two.issue.mock.calls.length);
    }
    expect(counts).toEqual([1, 2, 2, 3]);
    two.issue.mockResolvedValue(tokenOf(ADA));
    await vi.advanceTimersByTimeAsync(4000);
    await untilIdle();
    expect(two.isDoubted()).toBe(false);
  });

  test.each<[string, () => Promise<string | null>]>([
    ["no token", async () => null],
    ["somebody else's token", async () => tokenOf(BOB)],
    ["the end of the session", () => Promise.reject(Object.assign(new Error(""), { status: 401 }))],
    ["no answer, as without a network", () => Promise.reject(new TypeError("Failed to fetch"))],
    ["nothing in time", () => new Promise(() => {})],
  ])("stays in doubt if the issuer gives %s, and is asked about again", async (_, issue) => {
    const [one, two] = await openTwo();
    two.issue.mockImplementation(issue);
    one.become(null);
    await untilIdle();
    await vi.advanceTimersByTimeAsync(5000);
    await untilIdle();
    await vi.advanceTimersByTimeAsync(1000);
    expect(two.isDoubted()).toBe(true);
    expect(two.issue.mock.calls.length).toBeGreaterThan(1);
  });

  test("is judged by the answer to the last question alone", async () => {
    const [one, two] = await openTwo();
    const [first, second] = [held(), held()];
    two.issue.mockReturnValueOnce(first.answer).mockReturnValueOnce(second.answer);
    one.become(null);
    await untilIdle();
    one.become(ADA);
    await untilIdle();
    one.become(null);
    await untilIdle();
    second.give(null);
    await untilIdle();
    first.give(tokenOf(ADA));
    await untilIdle();
    expect(two.isDoubted()).toBe(true);
    expect(vi.getTimerCount()).toBe(1);
  });

  test("stays in doubt while the issuer is changing who it is", async () => {
    const [one, two] = await openTwo();
    two.issue.mockResolvedValue(null);
    one.become(null);
    await untilIdle();
    two.become("loading");
    await untilIdle();
    two.become(ADA);
    await untilIdle();
    expect(two.isDoubted()).toBe(true);
    expect(open.size).toBe(1);
  });

  test("is not told by who was told", async () => {
    const [one, two] = await openTwo();
    two.issue.mockResolvedValue(null);
    one.become(null);
    await untilIdle();
    two.become(null);
    await untilIdle();
    expect(said).toEqual(["signed-out"]);
    expect([open.size, vi.getTimerCount()]).toEqual([0, 0]);
    // The session is over: who signs in next is not in doubt.
    two.become(ADA);
    expect(two.isDoubted()).toBe(false);
  });

  test("leaves the session in doubt that goes on in another organization", async () => {
    const [one, two] = await openTwo();
    two.issue.mockResolvedValue(null);
    one.become(null);
    await untilIdle();
    two.become({ ...ADA, orgId: "org_1" });
    await untilIdle();
    expect(two.isDoubted()).toBe(true);
    // Asked about by the identity that it has now.
    expect(two.issue).toHaveBeenCalledTimes(2);
  });
});

test.each<[string, Ids | "loading"]>([
  ["another user", BOB],
  ["another session", { ...ADA, sessionId: "sess_3" }],
  ["another organization", { ...ADA, orgId: "org_1" }],
  ["an issuer that is changing who it is", "loading"],
])("%s is no sign-out", async (_, next) => {
  const [one, two] = await openTwo();
  one.become(next);
  await untilIdle();
  expect(said).toEqual([]);
  expect(two.isDoubted()).toBe(false);
  expect(open.size).toBe(2);
});

test("who is loading for a moment keeps the channel", async () => {
  const tab = openTab();
  await untilIdle();
  for (const who of ["loading", ADA, "loading", { ...ADA }] as const) {
    tab.become(who);
    await untilIdle();
  }
  expect(names).toHaveLength(1);
});
