import { expect, onTestFinished, test, vi } from "vitest";

import { safely } from "../../src/live/safely";

test("what a listener throws is reported by itself, and ends nothing", () => {
  const reports: (() => void)[] = [];
  vi.stubGlobal("queueMicrotask", (report: () => void) => void reports.push(report));
  onTestFinished(() => void vi.unstubAllGlobals());
  const called = vi.fn();
  safely(called);
  safely(() => {
    throw new Error("No.");
  });
  expect(called).toHaveBeenCalledTimes(1);
  expect(reports).toHaveLength(1);
  expect(reports[0]).toThrow("No.");
});
