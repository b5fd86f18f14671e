import { vi } from "vitest";
import type { FastClock } from "../support/live-clock";
import { hurry } from "./hurry";

/** How much longer than the local Fauna a server may need. */
const PATIENCE = 3;

/** What tests on a real server get for `support/live-clock`. */
export function startFastClock(): FastClock {
  const waiting = new Set<() => void>();
  hurry(
    {
      toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"],
    },
    () => {
      for (const look of [...waiting]) look();
    },
  );

  return {
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    skip: (ms) => void vi.advanceTimersByTime(ms),
    sleep: (ms) => void vi.setSystemTime(Date.now() + ms),
    until: (isSo, what, ms = 60_000) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer);
          waiting.delete(look);
          if (isSo()) resolve();
          else reject(new Error(`Not so after ${ms * PATIENCE} ms: ${what()}`));
        };
        const look = (): void => {
          if (isSo()) end();
        };
        const timer = setTimeout(end, ms * PATIENCE);
        waiting.add(look);
      }),
  };
}
