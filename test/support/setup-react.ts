import "./react-timers";

import { cleanup, configure, getConfig } from "@testing-library/react";
import { afterEach, beforeEach, expect, vi } from "vitest";

import { forgetCaughtErrors } from "./caught-errors";
import { PATIENCE } from "./eventually";

// Answers come over real sockets, whenever they come: React renders them by its own schedule, as in a browser.
// Testing Library's own calls still act.
beforeEach(() => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = false;
});

const turn = setImmediate;
const { asyncWrapper } = getConfig();

/** React runs effects in a later turn than the commit that shows something. A task of it ends after 5 ms, so there may be several. */
async function untilEffectsHaveRun(): Promise<void> {
  for (let turns = 0; turns < 10; turns++) {
    await new Promise<void>((resume) => turn(resume));
    if (!process.getActiveResourcesInfo().includes("Immediate")) return;
  }
}

configure({
  // A busy machine is no failure: this only turns a hang into one. What is waited for mostly comes in milliseconds.
  asyncUtilTimeout: PATIENCE,
  async asyncWrapper(wait) {
    const result = await asyncWrapper(wait);
    await untilEffectsHaveRun();
    return result;
  },
});

// The limit that requests have by default is not what is tested: a busy machine may exceed it. Files share workers.
if (!("isPatient" in setTimeout)) {
  const { setTimeout: start } = globalThis;
  const wait = (run: () => void, ms = 0, ...rest: unknown[]): unknown =>
    start(run, ms === 10_000 ? 2 ** 31 - 1 : ms, ...rest);
  globalThis.setTimeout = Object.assign(wait, start, { isPatient: true }) as never;
}

// What a user would see in the console is part of the contract: nothing unexpected.
beforeEach(() => {
  vi.spyOn(console, "error");
  vi.spyOn(console, "warn");
});

afterEach(() => {
  cleanup();
  forgetCaughtErrors();
  const { error, warn } = console;
  const said = [error, warn].map((method) => [...vi.mocked(method).mock.calls]);
  vi.restoreAllMocks();
  expect(said, "console.error and console.warn").toEqual([[], []]);
});
