import { vi } from "vitest";

import { hurry } from "./hurry";

/** A clock that goes on by itself. Its times are in its own milliseconds. */
export interface FastClock {
  /** Resolves when so much time has passed. */
  pass(ms: number): Promise<void>;
  /** Lets so much time pass in one go: timers fire, but no socket talks meanwhile. */
  skip(ms: number): void;
  /** Lets so much time pass as when the device is asleep: no timer fires meanwhile. */
  sleep(ms: number): void;
  /** Resolves once it is so, or rejects when it has not become so in time. */
  until(isSo: () => boolean, what: () => string, ms?: number): Promise<void>;
}

/**
 * Until the test ends, time (timers and dates, for client and server alike) stands still while sockets talk, and jumps
 * to the next timer when nothing else is left to happen: tokens expire and pauses end at once, while sockets are real.
 */
export function startFastClock(): FastClock {
  const looks = new Set<() => void>();
  hurry(
    {
      toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"],
      // Tokens count in seconds: where one ends is the same in each run.
      now: Math.ceil(Date.now() / 1000) * 1000,
    },
    () => {
      for (const look of [...looks]) look();
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
          looks.delete(look);
          if (isSo()) resolve();
          else reject(new Error(`Not so after ${ms} ms: ${what()}`));
        };
        const look = (): void => {
          if (isSo()) end();
        };
        const timer = setTimeout(end, ms);
        looks.add(look);
      }),
  };
}
